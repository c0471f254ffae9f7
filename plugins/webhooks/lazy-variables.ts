import { CelError, CelMap, type CelResult, type CelValue } from '../../src/cel/cel-value.ts';
import { Undecided } from '../../src/cel/library/authorizer.ts';
import { PER_CALL_LIMIT } from '../../src/cel/program.ts';
import type { CompiledExpression } from '../kinds/admissionregistration/cel/compile-condition.ts';

/** An expression that others name. */
export interface Variable {
  readonly name: string;
  readonly compiled: CompiledExpression;
}

/** Values of variables, each found out when it is first asked for, from `values` and from those before it. */
export class LazyVariables extends CelMap {
  readonly #variables: ReadonlyMap<string, CompiledExpression>;
  readonly #values: Readonly<Record<string, unknown>>;
  readonly #known = new Map<string, CelResult>();
  #cost = 0;

  constructor(variables: readonly Variable[], values: Readonly<Record<string, unknown>>) {
    super();
    this.#variables = new Map(variables.map(({ name, compiled }) => [name, compiled]));
    this.#values = values;
  }

  get size(): number {
    return this.#variables.size;
  }

  keys(): readonly string[] {
    return [...this.#variables.keys()];
  }

  get(key: CelValue): CelResult | undefined {
    const compiled = typeof key === 'string' ? this.#variables.get(key) : undefined;
    if (typeof key !== 'string' || compiled === undefined) return undefined;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const value = this.#find(key, compiled);
    this.#known.set(key, value);
    return value;
  }

  /** What they cost since this was asked last. */
  takeCost(): number {
    const cost = this.#cost;
    this.#cost = 0;
    return cost;
  }

  /** Throws `Undecided` through the evaluation that asks. */
  #find(name: string, compiled: CompiledExpression): CelResult {
    const which = `composited variable ${JSON.stringify(name)}`;
    if ('problem' in compiled) return new CelError(`${which} fails to compile: ${compiled.problem}`);
    const outcome = compiled.program.evaluate({ ...this.#values, variables: this }, PER_CALL_LIMIT);
    if (!outcome.ok && outcome.error.code === 'Undecided') throw new Undecided(outcome.error.check);
    this.#cost += outcome.cost;
    return outcome.ok ? outcome.value : new CelError(`${which} fails to evaluate: ${outcome.error.message}`);
  }
}
