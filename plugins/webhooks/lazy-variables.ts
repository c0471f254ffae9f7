import { CelError, CelMap, type CelResult, type CelValue } from '../../src/cel/cel-value.ts';
import { PIECE, type CelEvaluation } from '../../src/cel/evaluation.ts';
import { Undecided } from '../../src/cel/library/authorizer.ts';
import { Paused } from '../../src/cel/paused.ts';
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
  /** Those that are being found out. */
  readonly #resting = new Map<string, CelEvaluation>();
  #cost = 0;
  /** Done since the last rest. */
  #work = 0;

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
    if (this.#work > PIECE) {
      // Who asks counts what it does itself alone.
      this.#work = 0;
      throw new Paused();
    }
    return value;
  }

  /** What they cost since this was asked last. */
  takeCost(): number {
    const cost = this.#cost;
    this.#cost = 0;
    return cost;
  }

  /** Throws `Undecided`, and `Paused` where it rests, through the evaluation that asks. */
  #find(name: string, compiled: CompiledExpression): CelResult {
    const which = `composited variable ${JSON.stringify(name)}`;
    if ('problem' in compiled) return new CelError(`${which} fails to compile: ${compiled.problem}`);
    const evaluation =
      this.#resting.get(name) ?? compiled.program.begin({ ...this.#values, variables: this }, PER_CALL_LIMIT);
    this.#resting.set(name, evaluation);
    const outcome = evaluation.next();
    if (outcome === undefined) throw new Paused();
    this.#resting.delete(name);
    if (!outcome.ok && outcome.error.code === 'Undecided') throw new Undecided(outcome.error.check);
    this.#cost += outcome.cost;
    this.#work += evaluation.work;
    return outcome.ok ? outcome.value : new CelError(`${which} fails to evaluate: ${outcome.error.message}`);
  }
}
