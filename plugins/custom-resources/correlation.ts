import { isDeepEqual } from '../../src/base/deep-equal.ts';
import { isRecord, own } from '../../src/base/is-record.ts';
import type { JsonSchemaProps } from '../kinds/apiextensions/v1/json-schema-props.ts';

/**
 * A value and the one it was before, where that can be told: members by their name, items of a list with keys by
 * these. What was not changed is let pass, whatever its rules say now.
 */
export class Correlation {
  readonly value: unknown;
  /** Undefined where there was none, or it cannot be told which. */
  readonly old: unknown;
  readonly #around: Correlation | undefined;
  #isSame: boolean | undefined;

  constructor(value: unknown, old: unknown, around?: Correlation) {
    this.value = value;
    this.old = old;
    this.#around = around;
  }

  /** Whether errors of it are no errors, for nothing was changed. */
  get isUnchanged(): boolean {
    if (this.old === undefined) return this.#around?.isUnchanged ?? false;
    this.#isSame ??= isDeepEqual(this.value, this.old);
    return this.#isSame;
  }

  /** The nearest value, from here outwards, of which it can be told what it was. */
  get #known(): Correlation | undefined {
    return this.old === undefined ? this.#around : this;
  }

  member(name: string, value: unknown): Correlation {
    const old = isRecord(this.old) ? own(this.old, name) : undefined;
    return new Correlation(value, old, this.#known);
  }

  item(value: unknown, schema: JsonSchemaProps): Correlation {
    return new Correlation(value, this.#oldItem(value, schema), this.#known);
  }

  #oldItem(value: unknown, schema: JsonSchemaProps): unknown {
    const keys = schema['x-kubernetes-list-map-keys'] ?? [];
    const { old } = this;
    if (schema['x-kubernetes-list-type'] !== 'map' || !Array.isArray(old) || !isRecord(value)) return undefined;
    return old.find(
      candidate => isRecord(candidate) && keys.every(key => isDeepEqual(own(candidate, key), own(value, key))),
    );
  }
}
