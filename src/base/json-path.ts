import { goText } from './go-text.ts';
import { isRecord, own } from './is-record.ts';
import { JsonPathError, type JsonPathNode, type JsonPathStep, type JsonPathTemplate } from './json-path-template.ts';

/**
 * What a template finds in a value: a list for each path and text of it. Throws `JsonPathError` for an index beyond
 * the end, and for a member that is missing where that is not allowed.
 */
export function findJsonPath(
  template: JsonPathTemplate,
  root: unknown,
  { allowMissing = true }: { readonly allowMissing?: boolean } = {},
): readonly (readonly unknown[])[] {
  return new Finder(root, allowMissing).evaluate(template, root);
}

class Finder {
  readonly #root: unknown;
  readonly #allowMissing: boolean;

  constructor(root: unknown, allowMissing: boolean) {
    this.#root = root;
    this.#allowMissing = allowMissing;
  }

  evaluate(nodes: readonly JsonPathNode[], current: unknown): readonly (readonly unknown[])[] {
    return nodes.flatMap(node => {
      if (node.type === 'text') return [[node.text]];
      if (node.type === 'literal') return [[node.value]];
      if (node.type === 'path') return [this.#walk(node.steps, current)];
      const over = node.over.flatMap(each => this.evaluate([each], current).flat());
      return over.flatMap(item => this.evaluate(node.body, item));
    });
  }

  #walk(steps: readonly JsonPathStep[], current: unknown): readonly unknown[] {
    let values: readonly unknown[] = [current];
    for (const step of steps) values = this.#step(step, values);
    return values;
  }

  #step(step: JsonPathStep, values: readonly unknown[]): readonly unknown[] {
    switch (step.type) {
      case 'root':
        return [this.#root];
      case 'current':
        return values;
      case 'wildcard':
        return values.flatMap(children);
      case 'recursive':
        return values.flatMap(descendants);
      case 'field':
        return this.#fields(step.name, values);
      case 'slice':
        return values.flatMap(value => this.#slice(value, step));
      case 'union':
        return step.of.flatMap(each => values.flatMap(value => this.#walk(each, value)));
      case 'filter':
        return values
          .flatMap(value => (Array.isArray(value) ? value : isRecord(value) ? [value] : []))
          .filter(item => this.#holds(step, item));
    }
  }

  #fields(name: string, values: readonly unknown[]): readonly unknown[] {
    const found = values.flatMap(value => (isRecord(value) && Object.hasOwn(value, name) ? [own(value, name)] : []));
    if (found.length === 0 && !this.#allowMissing) throw new JsonPathError(`${name} is not found`);
    return found;
  }

  #slice(value: unknown, { from, to, step }: Extract<JsonPathStep, { type: 'slice' }>): readonly unknown[] {
    if (value === null || value === undefined) return [];
    if (!Array.isArray(value)) throw new JsonPathError(`${goText(value)} is not array or slice`);
    const { length } = value;
    if (step <= 0) throw new JsonPathError('step must be > 0');
    const place = (index: number): number => (index < 0 ? index + length : index);
    const start = place(from ?? 0);
    const end = Math.min(place(to ?? length), length);
    if (from !== undefined && to === from + 1 && (start >= length || start < 0)) {
      throw new JsonPathError(`array index out of bounds: index ${start}, length ${length}`);
    }
    return value.slice(start, end).filter((_, i) => i % step === 0);
  }

  #holds(filter: Extract<JsonPathStep, { type: 'filter' }>, item: unknown): boolean {
    const left = this.#operand(filter.left, item);
    if (filter.operator === 'exists') return left.length > 0;
    const right = this.#operand(filter.right, item);
    if (left.length === 0 || right.length === 0) return false;
    return compare(filter.operator, left[0], right[0]);
  }

  #operand(node: JsonPathNode, item: unknown): readonly unknown[] {
    try {
      return this.evaluate([node], item).flat();
    } catch (error) {
      if (error instanceof JsonPathError) return [];
      throw error;
    }
  }
}

function compare(operator: string, left: unknown, right: unknown): boolean {
  if (operator === '==') return left === right;
  if (operator === '!=') return left !== right;
  const comparable = typeof left === typeof right && (typeof left === 'number' || typeof left === 'string');
  if (!comparable) return false;
  const [a, b] = typeof left === 'number' ? [left, Number(right)] : [left, goText(right)];
  if (operator === '<') return a < b;
  if (operator === '<=') return a <= b;
  return operator === '>' ? a > b : a >= b;
}

/** In the order Go goes through maps for printing: sorted. */
const children = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? value : isRecord(value) ? entriesOf(value).map(([, each]) => each) : [];
const entriesOf = (value: Readonly<Record<string, unknown>>): readonly (readonly [string, unknown])[] =>
  Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
const descendants = (value: unknown): readonly unknown[] => [value, ...children(value).flatMap(descendants)];
