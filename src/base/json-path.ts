import { isRecord, own } from './is-record.ts';

/** A path into JSON: what of each value that was found so far is looked at next. */
export type JsonPath = readonly JsonPathStep[];

export type JsonPathStep =
  | { readonly type: 'member'; readonly name: string }
  | { readonly type: 'every' }
  | { readonly type: 'descend' }
  | {
      readonly type: 'items';
      readonly from: number | undefined;
      readonly to: number | undefined;
      readonly step: number;
    }
  | { readonly type: 'item'; readonly index: number }
  | { readonly type: 'several'; readonly paths: readonly JsonPath[] }
  | {
      readonly type: 'filter';
      readonly left: Operand;
      readonly operator: Operator | undefined;
      readonly right: Operand | undefined;
    };

type Operand = { readonly type: 'path'; readonly path: JsonPath } | { readonly type: 'value'; readonly value: unknown };
type Operator = '==' | '!=' | '<=' | '>=' | '<' | '>';

/** The text is no path; `message` says why. */
export class JsonPathError extends Error {
  readonly code = 'BadJsonPath';
}

/**
 * Reads a path as client-go's template library does, without its braces: `.spec.ports[0].name`,
 * `.status.conditions[?(@.type=="Ready")].status`, `.metadata.labels.app\.io/name`, `['a','b']`, `[1:3]`, `..name`, `.*`.
 * https://kubernetes.io/docs/reference/kubectl/jsonpath/
 */
export function parseJsonPath(text: string): JsonPath {
  const reader = new PathReader(text);
  const path = reader.path();
  reader.mustBeAtEnd();
  return path;
}

/** All values at the path, in order; none where something on the way is missing. */
export function findJsonPath(path: JsonPath, root: unknown): readonly unknown[] {
  return path.reduce<readonly unknown[]>((found, step) => found.flatMap(value => next(step, value)), [root]);
}

function next(step: JsonPathStep, value: unknown): readonly unknown[] {
  switch (step.type) {
    case 'member':
      return isRecord(value) && Object.hasOwn(value, step.name) ? [own(value, step.name)] : [];
    case 'every':
      return membersOf(value);
    case 'descend':
      return [value, ...membersOf(value).flatMap(member => next(step, member))];
    case 'item':
      return Array.isArray(value) && value.at(step.index) !== undefined ? [value.at(step.index)] : [];
    case 'items':
      return Array.isArray(value)
        ? value.slice(step.from, step.to).filter((_item, index) => index % step.step === 0)
        : [];
    case 'several':
      return step.paths.flatMap(path => findJsonPath(path, value));
    case 'filter':
      return membersOf(value).filter(member => holds(step, member));
  }
}

const membersOf = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? (value as readonly unknown[]) : isRecord(value) ? Object.values(value) : [];

function holds({ left, operator, right }: JsonPathStep & { readonly type: 'filter' }, value: unknown): boolean {
  const [first] = valuesOf(left, value);
  if (operator === undefined || right === undefined) return first !== undefined;
  const [second] = valuesOf(right, value);
  if (first === undefined || second === undefined) return false;
  switch (operator) {
    case '==':
      return first === second;
    case '!=':
      return first !== second;
    default:
      return ordered(operator, first, second);
  }
}

function ordered(operator: Exclude<Operator, '==' | '!='>, a: unknown, b: unknown): boolean {
  const isComparable =
    (typeof a === 'number' && typeof b === 'number') || (typeof a === 'string' && typeof b === 'string');
  if (!isComparable) return false;
  const order = a < b ? -1 : Number(a > b);
  if (operator === '<') return order < 0;
  if (operator === '>') return order > 0;
  return operator === '<=' ? order <= 0 : order >= 0;
}

const valuesOf = (operand: Operand, value: unknown): readonly unknown[] =>
  operand.type === 'value' ? [operand.value] : findJsonPath(operand.path, value);

const NAME_END = /[.[\]\s(){}=!<>,]/;

class PathReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  mustBeAtEnd(): void {
    if (this.#at < this.#text.length) throw new JsonPathError(`unrecognized character in action: ${this.#rest()}`);
  }

  path(): JsonPath {
    const steps: JsonPathStep[] = [];
    if (!this.#takes('$')) this.#takes('@');
    for (;;) {
      if (this.#takes('..')) steps.push({ type: 'descend' }, ...this.#named());
      else if (this.#takes('.')) steps.push(...this.#named());
      else if (this.#takes('[')) steps.push(this.#bracket());
      else return steps;
    }
  }

  /** After a dot: a name, a star, or nothing where the path is the whole. */
  #named(): readonly JsonPathStep[] {
    if (this.#takes('*')) return [{ type: 'every' }];
    if (this.#text[this.#at] === '[') return [];
    const name = this.#name();
    return name === '' ? [] : [{ type: 'member', name }];
  }

  #name(): string {
    let name = '';
    for (; this.#at < this.#text.length; this.#at++) {
      const character = this.#text.charAt(this.#at);
      if (character === '\\') name += this.#text.charAt(++this.#at);
      else if (NAME_END.test(character)) break;
      else name += character;
    }
    return name;
  }

  #bracket(): JsonPathStep {
    this.#space();
    if (this.#takes('?(')) return this.#filter();
    if (this.#takes('*')) return this.#closed({ type: 'every' });
    const paths: JsonPath[] = [];
    do {
      this.#space();
      paths.push([this.#element()]);
      this.#space();
    } while (this.#takes(','));
    const [first] = paths;
    const only = paths.length === 1 ? first?.[0] : undefined;
    return this.#closed(only ?? { type: 'several', paths });
  }

  #element(): JsonPathStep {
    const quoted = this.#quoted();
    if (quoted !== undefined) return { type: 'member', name: quoted };
    const slice = this.#matched(/(-?\d+)?(:(-?\d+)?(:(\d+))?)?/y);
    const [whole = '', from, colon, to, , step] = slice ?? [];
    if (whole === '') throw new JsonPathError(`invalid array index ${this.#rest()}`);
    const number = (text: string | undefined): number | undefined => (text === undefined ? undefined : Number(text));
    if (colon === undefined) return { type: 'item', index: number(from) ?? 0 };
    if (step === '0') throw new JsonPathError('step must be > 0');
    return { type: 'items', from: number(from), to: number(to), step: number(step) ?? 1 };
  }

  #filter(): JsonPathStep {
    const left = this.#operand();
    this.#space();
    const [operator] = this.#matched(/==|!=|<=|>=|<|>/y) ?? [];
    const right = operator === undefined ? undefined : this.#operand();
    this.#space();
    if (!this.#takes(')')) throw new JsonPathError('unterminated filter');
    return this.#closed({ type: 'filter', left, operator: operator as Operator | undefined, right });
  }

  #operand(): Operand {
    this.#space();
    const quoted = this.#quoted();
    if (quoted !== undefined) return { type: 'value', value: quoted };
    const [number] = this.#matched(/-?\d+(\.\d+)?/y) ?? [];
    if (number !== undefined) return { type: 'value', value: Number(number) };
    const [word] = this.#matched(/true|false/y) ?? [];
    if (word !== undefined) return { type: 'value', value: word === 'true' };
    return { type: 'path', path: this.path() };
  }

  #quoted(): string | undefined {
    const [whole, single, double] = this.#matched(/'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"/y) ?? [];
    return whole === undefined ? undefined : (single ?? double ?? '').replaceAll(/\\(.)/g, '$1');
  }

  #closed(step: JsonPathStep): JsonPathStep {
    this.#space();
    if (!this.#takes(']')) throw new JsonPathError('unterminated array');
    return step;
  }

  #space(): void {
    this.#matched(/\s*/y);
  }

  #matched(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (match === null) return undefined;
    this.#at += match[0].length;
    return match;
  }

  #takes(text: string): boolean {
    if (!this.#text.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }

  #rest(): string {
    return this.#text.slice(this.#at, this.#at + 40);
  }
}
