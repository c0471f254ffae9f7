import {
  BOOL,
  DYN,
  NULL,
  STRING,
  listOf,
  mapOf,
  objectOf,
  type CelField,
  type CelType,
} from '../../../../src/cel/cel-type.ts';
import { compileCel } from '../../../../src/cel/program.ts';
import type { ParamKind } from '../v1/policy-parameters.ts';
import type { PolicyVariable } from '../v1/policy-variable.ts';
import { ADMISSION_VARIABLES } from './admission-variables.ts';
import { compileExpression, type CompiledExpression } from './compile-condition.ts';
import { CONFIGURATION, JSON_PATCHES, PATCH_NAMES } from './patch-types.ts';

/** What the types of kinds tell of variables that are of any type otherwise. */
export interface PolicyTypes {
  readonly object?: CelType;
  readonly params?: CelType | undefined;
}

/** What a policy says of what its expressions may name. */
export interface PolicyBasis {
  readonly paramKind?: ParamKind | undefined;
  readonly variables?: readonly PolicyVariable[] | undefined;
  readonly mutations?: readonly unknown[] | undefined;
}

/** The expressions of one policy. Each of its variables is known to those after it. */
export class PolicyExpressions {
  readonly #names: Readonly<Record<string, CelType>>;
  readonly #hasVariables: boolean;
  readonly #variables = new Map<string, CelField>();

  constructor({ paramKind, variables = [], mutations }: PolicyBasis, { object = DYN, params = DYN }: PolicyTypes = {}) {
    // Upstream declares `variables` to all that mutate, whether there are any.
    this.#hasVariables = variables.length > 0 || mutations !== undefined;
    this.#names = { ...ADMISSION_VARIABLES, object, oldObject: object, ...(paramKind === undefined ? {} : { params }) };
  }

  addVariable({ name, expression }: PolicyVariable): CompiledExpression {
    const compiled = this.#compile(expression);
    const type = 'problem' in compiled ? DYN : kept(compiled.program.type);
    this.#variables.set(name, { property: name, type });
    return compiled;
  }

  validation(expression: string): CompiledExpression {
    return this.#compile(expression, [BOOL]);
  }

  /** Messages ask for no rights. */
  message(expression: string): CompiledExpression {
    const { authorizer: _authorizer, 'authorizer.requestResource': _check, ...names } = this.#declared();
    return compileExpression(expression, names, [STRING]);
  }

  annotation(expression: string): CompiledExpression {
    return this.#compile(expression, [STRING, NULL]);
  }

  configuration(expression: string): CompiledExpression {
    return compileExpression(expression, this.#declared(), [CONFIGURATION], PATCH_NAMES);
  }

  jsonPatch(expression: string): CompiledExpression {
    return compileExpression(expression, this.#declared(), [JSON_PATCHES], PATCH_NAMES);
  }

  /** What types alone tell against it, whatever it comes to. */
  problem(expression: string): string | undefined {
    const compiled = compileCel(expression, { variables: this.#declared() });
    return compiled.ok ? undefined : compiled.message;
  }

  #compile(expression: string, results?: readonly CelType[]): CompiledExpression {
    return compileExpression(expression, this.#declared(), results);
  }

  #declared(): Readonly<Record<string, CelType>> {
    if (!this.#hasVariables) return this.#names;
    const known = new Map(this.#variables);
    return { ...this.#names, variables: objectOf(VARIABLES, () => known) };
  }
}

const VARIABLES = 'kubernetes.variables';

const PLAIN: ReadonlySet<CelType['kind']> = new Set<CelType['kind']>([
  'bool',
  'bytes',
  'double',
  'duration',
  'int',
  'null',
  'string',
  'timestamp',
  'uint',
]);

/** What is known of a variable's type; of what has members nothing is. */
function kept(type: CelType): CelType {
  const [first = DYN, second = DYN] = type.params;
  if (PLAIN.has(type.kind)) return type;
  if (type.kind === 'list') return listOf(kept(first));
  return type.kind === 'map' ? mapOf(kept(first), kept(second)) : DYN;
}
