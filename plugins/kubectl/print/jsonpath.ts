import { goText } from '../../../src/base/go-text.ts';
import { isRecord, own } from '../../../src/base/is-record.ts';
import { Failure } from '../failures.ts';
import { goJson } from './json.ts';
import { parseJsonPath, type JsonPathNode, type JsonPathStep } from './jsonpath-parse.ts';

/** A template over JSON, as `-o jsonpath` takes it. */
export class JsonPath {
  readonly #nodes: readonly JsonPathNode[];
  readonly #allowMissing: boolean;

  constructor(template: string, { allowMissing = true } = {}) {
    try {
      this.#nodes = parseJsonPath(template);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      throw new Failure(`error parsing jsonpath ${template}, ${error.message}`);
    }
    this.#allowMissing = allowMissing;
  }

  /** What it finds: a list for each path of the template. */
  find(root: unknown): readonly (readonly unknown[])[] {
    return this.#evaluate(this.#nodes, root, root);
  }

  print(root: unknown): string {
    return this.find(root)
      .map(found => found.map(printed).join(' '))
      .join('');
  }

  #evaluate(nodes: readonly JsonPathNode[], root: unknown, current: unknown): readonly (readonly unknown[])[] {
    return nodes.flatMap(node => {
      if (node.type === 'text') return [[node.text]];
      if (node.type === 'literal') return [[node.value]];
      if (node.type === 'path') return [this.#walk(node.steps, root, current)];
      const over = node.over.flatMap(each => this.#evaluate([each], root, current).flat());
      return over.flatMap(item => this.#evaluate(node.body, root, item));
    });
  }

  #walk(steps: readonly JsonPathStep[], root: unknown, current: unknown): readonly unknown[] {
    let values: readonly unknown[] = [current];
    for (const step of steps) values = this.#step(step, values, root);
    return values;
  }

  #step(step: JsonPathStep, values: readonly unknown[], root: unknown): readonly unknown[] {
    switch (step.type) {
      case 'root':
        return [root];
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
        return step.of.flatMap(each => values.flatMap(value => this.#walk(each, root, value)));
      case 'filter':
        return values
          .flatMap(value => (Array.isArray(value) ? value : isRecord(value) ? [value] : []))
          .filter(item => this.#holds(step, root, item));
    }
  }

  #fields(name: string, values: readonly unknown[]): readonly unknown[] {
    const found = values.flatMap(value => (isRecord(value) && Object.hasOwn(value, name) ? [own(value, name)] : []));
    if (found.length === 0 && !this.#allowMissing) throw new Failure(`${name} is not found`);
    return found;
  }

  #slice(value: unknown, { from, to, step }: Extract<JsonPathStep, { type: 'slice' }>): readonly unknown[] {
    if (value === null || value === undefined) return [];
    if (!Array.isArray(value)) throw new Failure(`${goText(value)} is not array or slice`);
    const { length } = value;
    const place = (index: number): number => (index < 0 ? index + length : index);
    const start = place(from ?? 0);
    const end = Math.min(place(to ?? length), length);
    if (from !== undefined && to === from + 1 && (start >= length || start < 0)) {
      throw new Failure(`array index out of bounds: index ${start}, length ${length}`);
    }
    return value.slice(start, end).filter((_, i) => i % step === 0);
  }

  #holds(filter: Extract<JsonPathStep, { type: 'filter' }>, root: unknown, item: unknown): boolean {
    const left = this.#operand(filter.left, root, item);
    if (filter.operator === 'exists') return left.length > 0;
    const right = this.#operand(filter.right, root, item);
    if (left.length === 0 || right.length === 0) return false;
    return compare(filter.operator, left[0], right[0]);
  }

  #operand(node: JsonPathNode, root: unknown, item: unknown): readonly unknown[] {
    try {
      return this.#evaluate([node], root, item).flat();
    } catch (error) {
      if (error instanceof Failure) return [];
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

/** A value as the printer of jsonpath writes it. */
function printed(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'object' ? goJson(value) : goText(value);
}

/** `x`, `.x`, `{x}` and `{.x}` all mean `{.x}`: what `--sort-by` and custom columns take. */
export function relaxedJsonPath(expression: string): string {
  if (expression === '') return expression;
  const match = /^\{\.?([^{}]+)\}$|^\.?([^{}]+)$/.exec(expression);
  if (match === null) {
    throw new Failure(
      `unexpected path string, expected a 'name1.name2' or '.name1.name2' or '{name1.name2}' or '{.name1.name2}'`,
    );
  }
  return `{.${match[1] ?? match[2] ?? ''}}`;
}
