import { BOOL, DYN, isDynOrError, listOf, mapOf, objectOf, STRING, type CelType } from '../../src/cel/cel-type.ts';
import type { CelValue } from '../../src/cel/cel-value.ts';
import { compileCel, PER_CALL_LIMIT, wrongResult, type CelProgram } from '../../src/cel/program.ts';
import { OpenIdTokenError } from './token-error.ts';

/** An expression about claims or a user, read. */
export interface Expression {
  readonly text: string;
  readonly program: CelProgram;
}

const CLAIMS = { claims: mapOf(STRING, DYN) };

const FIELDS: Readonly<Record<string, CelType>> = {
  username: STRING,
  uid: STRING,
  groups: listOf(STRING),
  extra: mapOf(STRING, listOf(STRING)),
};
const USER = {
  user: objectOf(
    'kubernetes.UserInfo',
    () => new Map(Object.entries(FIELDS).map(([property, type]) => [property, { property, type }])),
  ),
};

export type Compiled = { readonly expression: Expression } | { readonly problem: string };

/** What a claim is mapped to: whether it is of the right type is known with the claims. */
export const compileMapping = (text: string): Compiled => compiled(text, CLAIMS);
export const compileClaimRule = (text: string): Compiled => judged(compiled(text, CLAIMS));
export const compileUserRule = (text: string): Compiled => judged(compiled(text, USER));

function compiled(text: string, variables: Readonly<Record<string, CelType>>): Compiled {
  const outcome = compileCel(text, { variables });
  return outcome.ok
    ? { expression: { text, program: outcome.program } }
    : { problem: `compilation failed: ${outcome.message}` };
}

/** Rules must be known to come to true or false before there are claims. */
function judged(rule: Compiled): Compiled {
  if ('problem' in rule) return rule;
  const { type } = rule.expression.program;
  if (isDynOrError(type)) return { problem: 'must evaluate to bool' };
  const problem = wrongResult(type, [BOOL]);
  return problem === undefined ? rule : { problem };
}

/** Throws `OpenIdTokenError`; `what` is told before the reason. */
export function evaluate(
  { text, program }: Expression,
  variables: Readonly<Record<string, unknown>>,
  what: string,
): CelValue {
  const outcome = program.evaluate(variables, PER_CALL_LIMIT);
  if (outcome.ok) return outcome.value;
  throw new OpenIdTokenError(`${what}expression '${text}' resulted in error: ${outcome.error.message}`);
}
