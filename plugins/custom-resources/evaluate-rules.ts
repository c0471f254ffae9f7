import { duplicate, fieldErrorBody, forbidden, invalid, required, type FieldError } from '../../src/api/field-error.ts';
import { isRecord } from '../../src/base/is-record.ts';
import { adapt } from '../../src/cel/adapt.ts';
import { CelOptional, NONE, CelError } from '../../src/cel/cel-value.ts';
import { PIECE, type CelFailure, type CelOutcome } from '../../src/cel/evaluation.ts';
import { PER_CALL_LIMIT, type CelProgram } from '../../src/cel/program.ts';
import type { CompiledRule } from '../kinds/apiextensions/json-schema/compile-cel-rules.ts';
import type { ValidationRule } from '../kinds/apiextensions/v1/json-schema-props.ts';
import { Correlation } from './correlation.ts';
import type { RuleTree } from './rule-tree.ts';

/** What all rules of one object may cost together. */
const OBJECT_BUDGET = 10_000_000;
const MAX_MESSAGE_BYTES = 5 * 1024;

export interface RuleOutcome {
  readonly errors: readonly FieldError[];
  /** What rules say of parts that were not changed. */
  readonly warnings: readonly string[];
}

/**
 * What the rules of a schema say about an object, and about how it was changed where there is an old one. Stops now
 * and then, where it takes long, and goes on when it is asked to.
 */
export function* evaluateRules(tree: RuleTree, object: unknown, old?: unknown): Generator<undefined, RuleOutcome> {
  const evaluation = new Evaluation(old !== undefined);
  yield* evaluation.visit(tree, '', new Correlation(object, old));
  return { errors: evaluation.errors, warnings: evaluation.warnings };
}

class Evaluation {
  readonly errors: FieldError[] = [];
  readonly warnings: string[] = [];
  readonly #isChange: boolean;
  #budget = OBJECT_BUDGET;
  #isOver = false;
  /** What was done since the last stop. */
  #work = 0;

  constructor(isChange: boolean) {
    this.#isChange = isChange;
  }

  *visit(tree: RuleTree, path: string, correlation: Correlation): Generator<undefined, void> {
    const { value } = correlation;
    if (value === null || value === undefined) return;
    yield* this.#evaluateAll(tree, path, correlation);
    if (this.#isOver) return;
    if (Array.isArray(value)) yield* this.#visitItems(tree, value, path, correlation);
    else if (isRecord(value)) yield* this.#visitMembers(tree, value, path, correlation);
  }

  *#visitItems(
    { items, schema }: RuleTree,
    value: readonly unknown[],
    path: string,
    correlation: Correlation,
  ): Generator<undefined, void> {
    if (items === undefined) return;
    for (const [index, item] of value.entries()) {
      yield* this.visit(items, `${path}[${index}]`, correlation.item(item, schema));
      if (this.#isOver) return;
    }
  }

  *#visitMembers(
    { additional, properties }: RuleTree,
    value: Readonly<Record<string, unknown>>,
    path: string,
    correlation: Correlation,
  ): Generator<undefined, void> {
    for (const [name, member] of Object.entries(value)) {
      const tree = properties.get(name) ?? additional;
      const at = properties.has(name) ? (path === '' ? name : `${path}.${name}`) : `${path}[${name}]`;
      if (tree !== undefined) yield* this.visit(tree, at, correlation.member(name, member));
      if (this.#isOver) return;
    }
  }

  *#evaluateAll(tree: RuleTree, path: string, correlation: Correlation): Generator<undefined, void> {
    if (tree.rules.length === 0) return;
    const type = tree.schema.type ?? '';
    const at = path === '' ? '<nil>' : path;
    if (this.#budget <= 0) {
      this.#end(invalid(at, type, OUT_OF_BUDGET));
      return;
    }
    for (const rule of tree.rules) {
      if (this.#isOver) return;
      yield* this.#evaluate(rule, tree, at, correlation);
    }
  }

  #end(error: FieldError): void {
    this.errors.push(error);
    this.#isOver = true;
  }

  /** One expression, in as many pieces as it takes. */
  *#run(program: CelProgram, variables: Readonly<Record<string, unknown>>): Generator<undefined, CelOutcome> {
    const evaluation = program.begin(variables, PER_CALL_LIMIT);
    for (;;) {
      const outcome = evaluation.next();
      if (outcome !== undefined) this.#work += evaluation.work;
      if (outcome === undefined || this.#work > PIECE) {
        this.#work = 0;
        yield undefined;
      }
      if (outcome !== undefined) return outcome;
    }
  }

  *#evaluate(compiled: CompiledRule, tree: RuleTree, at: string, correlation: Correlation): Generator<undefined, void> {
    const { rule, program, problem, usesOldSelf } = compiled;
    const type = tree.schema.type ?? '';
    if (problem !== undefined) this.errors.push(invalid(at, type, `rule compile error: ${problem}`));
    const isOptional = rule.optionalOldSelf === true;
    if (program === undefined || (usesOldSelf && (correlation.old ?? null) === null && !isOptional)) return;
    const variables = variablesOf(tree, correlation, isOptional);
    const outcome = yield* this.#run(program, variables);
    if (outcome.cost > this.#budget) {
      this.#end(invalid(at, type, OUT_OF_BUDGET));
      return;
    }
    this.#budget -= outcome.cost;
    if (!outcome.ok) this.#fail(outcome.error, rule, at, type);
    else if (outcome.value !== true) yield* this.#refuse(compiled, tree, at, correlation, variables);
  }

  #fail({ code, message }: CelFailure, rule: ValidationRule, at: string, type: string): void {
    const said = saidOf(rule);
    if (code === 'BudgetExceeded') {
      const why = 'no further validation rules will be run due to call cost exceeds limit for rule';
      this.#end(invalid(at, type, `'${message}': ${why}: ${said}`));
      return;
    }
    const detail = message.startsWith('no such overload')
      ? `'${message}': call arguments did not match a supported operator, function or macro signature for rule: ${said}`
      : `${message} evaluating rule: ${said}`;
    this.errors.push(invalid(at, type, detail));
  }

  *#refuse(
    compiled: CompiledRule,
    tree: RuleTree,
    at: string,
    correlation: Correlation,
    variables: Readonly<Record<string, unknown>>,
  ): Generator<undefined, void> {
    const { rule, fieldPath, usesOldSelf } = compiled;
    const field = fieldPath === '' ? at : at === '<nil>' ? fieldPath : `${at}.${fieldPath}`;
    const type = tree.schema.type ?? '';
    const said = yield* this.#message(compiled, variables);
    const value = type === 'object' || type === 'array' ? undefined : correlation.value;
    const isDone = typeof said !== 'string';
    const error = isDone ? invalid(field, type, said.problem) : refusal(field, value, said, rule.reason);
    const isLetPass = this.#isChange && !usesOldSelf && correlation.isUnchanged;
    if (isLetPass) this.warnings.push(`${field}: ${fieldErrorBody(error)}`);
    else this.errors.push(error);
    if (isDone) this.#isOver = true;
  }

  /** What is said of a rule that does not hold; a problem ends it all. */
  *#message(
    { rule, message }: CompiledRule,
    variables: Readonly<Record<string, unknown>>,
  ): Generator<undefined, string | { readonly problem: string }> {
    const otherwise = (rule.message ?? '') === '' ? `failed rule: ${saidOf(rule)}` : saidOf(rule);
    if (message === undefined) return otherwise;
    const outcome = yield* this.#run(message, variables);
    if (outcome.cost > this.#budget) return { problem: `messageExpression evaluation failed due to ${NO_BUDGET}` };
    this.#budget -= outcome.cost;
    if (!outcome.ok) {
      const why = 'no further validation rules will be run due to call cost exceeds limit for messageExpression';
      return outcome.error.code === 'BudgetExceeded'
        ? { problem: `${why}: ${JSON.stringify(rule.messageExpression)}` }
        : otherwise;
    }
    const text = typeof outcome.value === 'string' ? outcome.value.trim() : '';
    return text === '' || text.includes('\n') || Buffer.byteLength(text) > MAX_MESSAGE_BYTES ? otherwise : text;
  }
}

const NO_BUDGET = 'running out of cost budget, no further validation rules will be run';
const OUT_OF_BUDGET = `validation failed due to ${NO_BUDGET}`;

const saidOf = ({ rule, message = '' }: ValidationRule): string => (message === '' ? rule : message).trim();

function variablesOf(
  { type: { type } }: RuleTree,
  { value, old }: Correlation,
  isOptional: boolean,
): Readonly<Record<string, unknown>> {
  if (!isOptional) return old === undefined ? { self: value } : { self: value, oldSelf: old };
  const read = adapt(old, type);
  return { self: value, oldSelf: read === null || read instanceof CelError ? NONE : new CelOptional(read) };
}

function refusal(field: string, value: unknown, detail: string, reason: string | undefined): FieldError {
  switch (reason) {
    case 'FieldValueForbidden':
      return forbidden(field, detail);
    case 'FieldValueRequired':
      return required(field, detail);
    case 'FieldValueDuplicate':
      return duplicate(field, value);
    default:
      return invalid(field, value, detail);
  }
}
