import { placed, type FieldError } from '../../src/api/field-error.ts';
import type { AnyObject } from '../../src/api/object-meta.ts';
import { evaluateRules, type RuleOutcome } from './evaluate-rules.ts';
import type { RuleTree } from './rule-tree.ts';
import { NOT_EVALUATED, isBlocking, validateCustomObject, type CustomRules } from './validate-custom-object.ts';

const NO_COMPLAINT: RuleOutcome = { errors: [], warnings: [] };

/** After all others, and in their own order. */
const LAST = '~';

/** What is found about one object, or one change: once, whoever asks, and by steps where that takes long. */
export class Judgement {
  readonly old: AnyObject | undefined;
  readonly #work: Generator<undefined, readonly FieldError[]>;
  #errors: readonly FieldError[] | undefined;
  #outcome = NO_COMPLAINT;

  constructor(rules: CustomRules, tree: RuleTree | undefined, object: AnyObject, old: AnyObject | undefined) {
    this.old = old;
    this.#work = this.#judge(rules, tree, object);
  }

  /** Done when all is found. */
  next(): IteratorResult<undefined, unknown> {
    const step = this.#work.next();
    if (step.done === true) this.#errors ??= step.value;
    return step;
  }

  get errors(): readonly FieldError[] {
    while (this.#errors === undefined) this.next();
    return this.#errors;
  }

  get warnings(): readonly string[] {
    return this.errors.length > 0 ? [] : this.#outcome.warnings;
  }

  *#judge(
    rules: CustomRules,
    tree: RuleTree | undefined,
    object: AnyObject,
  ): Generator<undefined, readonly FieldError[]> {
    const errors = validateCustomObject(rules, object, this.old);
    if (tree === undefined) return errors;
    // Rules may rely on what the schema says otherwise.
    if (errors.some(isBlocking)) return [...errors, ...placed(LAST, [NOT_EVALUATED])];
    this.#outcome = yield* evaluateRules(tree, object, this.old);
    return [...errors, ...placed(LAST, this.#outcome.errors)];
  }
}
