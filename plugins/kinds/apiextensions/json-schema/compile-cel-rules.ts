import { BOOL, STRING, optionalOf, type CelType } from '../../../../src/cel/cel-type.ts';
import { UNBOUNDED } from '../../../../src/cel/cost-range.ts';
import { estimateCost } from '../../../../src/cel/estimate.ts';
import { partsOf, type Expr } from '../../../../src/cel/expr.ts';
import { compileCel, type CelProgram } from '../../../../src/cel/program.ts';
import type { JsonSchemaProps, ValidationRule } from '../v1/json-schema-props.ts';
import { ruleFieldPath } from './rule-field-path.ts';
import { MAX_REQUEST_BYTES, type SchemaType } from './cel-type-of-schema.ts';

/** A rule of a schema, read and checked against the type of what it is about. */
export interface CompiledRule {
  readonly rule: ValidationRule;
  /** Undefined where there is no rule, or a wrong one. */
  readonly program?: CelProgram;
  readonly problem?: string;
  readonly usesOldSelf: boolean;
  /** What one evaluation may cost at most, and how often it may be evaluated where no limits say it. */
  readonly maxCost: number;
  readonly mostTimes: number;
  readonly message?: CelProgram;
  readonly messageProblem?: string;
  readonly messageMaxCost: number;
  /** Where it complains, below the value. */
  readonly fieldPath: string;
}

/** The rules of one schema, in their order. */
export const compileCelRules = (schema: JsonSchemaProps, { type, minBytes }: SchemaType): readonly CompiledRule[] =>
  (schema['x-kubernetes-validations'] ?? []).map(rule => compileRule(rule, schema, type, minBytes));

function compileRule(rule: ValidationRule, schema: JsonSchemaProps, type: CelType, minBytes: number): CompiledRule {
  const oldSelf = rule.optionalOldSelf === true ? optionalOf(type) : type;
  const variables = { self: type, oldSelf };
  const bare = { rule, usesOldSelf: false, maxCost: 0, mostTimes: 0, messageMaxCost: 0, fieldPath: '' };
  if (rule.rule.trim() === '') return bare;
  const compiled = compileCel(rule.rule, { variables });
  if (!compiled.ok) return { ...bare, problem: `compilation failed: ${compiled.message}` };
  const { program } = compiled;
  if (program.type.kind !== BOOL.kind) return { ...bare, problem: 'cel expression must evaluate to a bool' };
  const failure = program.failure();
  if (failure !== undefined) return { ...bare, problem: `program instantiation failed: ${failure}` };
  return {
    rule,
    program,
    usesOldSelf: mentions(program, 'oldSelf'),
    maxCost: mostOf(program, variables),
    mostTimes: Math.floor(MAX_REQUEST_BYTES / (minBytes + 1)),
    ...compileMessage(rule.messageExpression ?? '', variables),
    fieldPath: ruleFieldPath(rule.fieldPath ?? '', schema) ?? '',
  };
}

function compileMessage(
  text: string,
  variables: Readonly<Record<string, CelType>>,
): Pick<CompiledRule, 'message' | 'messageProblem' | 'messageMaxCost'> {
  if (text === '') return { messageMaxCost: 0 };
  const compiled = compileCel(text, { variables });
  if (!compiled.ok) {
    return { messageProblem: `messageExpression compilation failed: ${compiled.message}`, messageMaxCost: 0 };
  }
  const { program } = compiled;
  if (program.type.kind !== STRING.kind)
    return { messageProblem: 'messageExpression must evaluate to a string', messageMaxCost: 0 };
  const failure = program.failure();
  if (failure !== undefined)
    return { messageProblem: `messageExpression instantiation failed: ${failure}`, messageMaxCost: 0 };
  return { message: program, messageMaxCost: mostOf(program, variables) };
}

const mostOf = ({ expr, checked }: CelProgram, variables: Readonly<Record<string, CelType>>): number =>
  Math.min(estimateCost(expr, checked, variables).max, UNBOUNDED);

function mentions({ expr, checked }: CelProgram, name: string): boolean {
  const within = (part: Expr): boolean => checked.nameOf(part) === name || partsOf(part).some(within);
  return within(expr);
}
