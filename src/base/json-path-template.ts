/** The text is no template; `message` says why, as client-go words it. */
export class JsonPathError extends Error {
  readonly code = 'BadJsonPath';
}

/** A template: what is printed as it is, and paths into a value. */
export type JsonPathTemplate = readonly JsonPathNode[];

export type JsonPathNode =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'literal'; readonly value: unknown }
  | { readonly type: 'range'; readonly over: readonly JsonPathNode[]; readonly body: readonly JsonPathNode[] }
  | { readonly type: 'path'; readonly steps: readonly JsonPathStep[] };

export type JsonPathStep =
  | { readonly type: 'root' | 'current' | 'wildcard' | 'recursive' }
  | { readonly type: 'field'; readonly name: string }
  | { readonly type: 'slice'; readonly from?: number; readonly to?: number; readonly step: number }
  | { readonly type: 'union'; readonly of: readonly (readonly JsonPathStep[])[] }
  | {
      readonly type: 'filter';
      readonly left: JsonPathNode;
      readonly operator: 'exists' | '==' | '!=' | '<' | '<=' | '>' | '>=';
      readonly right: JsonPathNode;
    };

/**
 * Reads a template of k8s.io/client-go/util/jsonpath: text, and paths in braces. Throws `JsonPathError`.
 * https://kubernetes.io/docs/reference/kubectl/jsonpath/
 */
export function parseJsonPath(template: string): JsonPathTemplate {
  const stack: { readonly over: readonly JsonPathNode[]; readonly nodes: JsonPathNode[] }[] = [{ over: [], nodes: [] }];
  const top = (): JsonPathNode[] => stack.at(-1)?.nodes ?? [];
  let at = 0;
  while (at < template.length) {
    const open = template.indexOf('{', at);
    const end = open < 0 ? template.length : open;
    if (end > at) top().push({ type: 'text', text: template.slice(at, end) });
    if (open < 0) break;
    const close = actionEnd(template, open + 1);
    const action = template.slice(open + 1, close).trim();
    at = close + 1;
    if (/^range\b/.test(action)) stack.push({ over: parseAction(action.slice(5).trim()), nodes: [] });
    else if (action === 'end') {
      const range = stack.length > 1 ? stack.pop() : undefined;
      if (range === undefined) throw new JsonPathError('not in range, nothing to end');
      top().push({ type: 'range', over: range.over, body: range.nodes });
    } else top().push(...parseAction(action));
  }
  if (stack.length > 1) throw new JsonPathError('unterminated range, no {end}');
  return top();
}

function actionEnd(template: string, from: number): number {
  let quote = '';
  for (let i = from; i < template.length; i++) {
    const character = template.charAt(i);
    if (quote !== '') {
      if (character === '\\') i += 1;
      else if (character === quote) quote = '';
    } else if (character === '"' || character === "'") quote = character;
    else if (character === '}') return i;
  }
  throw new JsonPathError('unclosed action');
}

/** Several may stand in one pair of braces. */
function parseAction(action: string): readonly JsonPathNode[] {
  if (action === '') return [{ type: 'path', steps: [] }];
  const nodes: JsonPathNode[] = [];
  const reader = new Reader(action);
  for (reader.skipSpaces(); !reader.isAtEnd; reader.skipSpaces()) nodes.push(parseOne(reader));
  return nodes;
}

function parseOne(reader: Reader): JsonPathNode {
  const quoted = reader.take(/"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'/y);
  if (quoted !== '') return { type: 'text', text: unquoted(quoted) };
  const number = reader.take(/[-+]?\d+(\.\d+)?/y);
  if (number !== '') return { type: 'literal', value: Number(number) };
  const word = reader.take(/(true|false|nil)\b/y);
  if (word !== '') return { type: 'literal', value: word === 'nil' ? undefined : word === 'true' };
  const steps = parseSteps(reader);
  if (steps.length === 0) throw new JsonPathError(`unrecognized character in action: U+${reader.codeHere}`);
  return { type: 'path', steps };
}

function parseSteps(reader: Reader): readonly JsonPathStep[] {
  const steps: JsonPathStep[] = [];
  for (;;) {
    if (reader.take(/\$/y) !== '') steps.push({ type: 'root' });
    else if (reader.take(/@/y) !== '') steps.push({ type: 'current' });
    else if (reader.take(/\.\./y) !== '') {
      steps.push({ type: 'recursive' });
      const name = reader.take(FIELD);
      if (name !== '') steps.push(fieldStep(name));
    } else if (reader.peek('[')) steps.push(parseBrackets(reader));
    else if (reader.take(/\./y) !== '') {
      if (!reader.peek('[')) steps.push(fieldStep(reader.take(FIELD)));
    } else if (reader.take(/\*/y) !== '') steps.push({ type: 'wildcard' });
    else return steps;
  }
}

const FIELD = /(?:\\.|[^\s.[\]{}|,()=!<>$@'"])+/y;
const fieldStep = (name: string): JsonPathStep =>
  name === '*' ? { type: 'wildcard' } : { type: 'field', name: name.replaceAll(/\\(.)/g, '$1') };

function parseBrackets(reader: Reader): JsonPathStep {
  const inside = reader.bracketed();
  const filter = /^\?\(([\s\S]*)\)$/.exec(inside);
  if (filter === null && inside.startsWith('?(')) throw new JsonPathError('unterminated filter');
  if (filter !== null) return parseFilter(filter[1] ?? '');
  if (inside === '*') return { type: 'wildcard' };
  const parts = splitUnion(inside);
  if (parts.length > 1) return { type: 'union', of: parts.map(part => [parseIndex(part.trim())]) };
  return parseIndex(inside.trim());
}

function parseIndex(text: string): JsonPathStep {
  if (text.startsWith("'")) return { type: 'field', name: unquoted(text) };
  const slice = /^(-?\d*)(?::(-?\d*))?(?::(-?\d*))?$/.exec(text);
  if (slice === null) {
    if (/^[\w."-]+$/.test(text)) throw new JsonPathError(`invalid array index ${text}`);
    throw new JsonPathError(`unterminated array`);
  }
  const [, from = '', to, step = ''] = slice;
  const start = from === '' ? undefined : Number(from);
  if (to === undefined && start !== undefined) {
    return { type: 'slice', from: start, ...(start === -1 ? {} : { to: start + 1 }), step: 1 };
  }
  return {
    type: 'slice',
    ...(start === undefined ? {} : { from: start }),
    ...(to === undefined || to === '' ? {} : { to: Number(to) }),
    step: step === '' ? 1 : Number(step),
  };
}

const OPERATORS = ['==', '!=', '<=', '>=', '<', '>'] as const;

function parseFilter(text: string): JsonPathStep {
  const reader = new Reader(text);
  reader.skipSpaces();
  const left = parseOne(reader);
  reader.skipSpaces();
  const operator = OPERATORS.find(each => reader.takeText(each));
  if (operator === undefined) return { type: 'filter', left, operator: 'exists', right: left };
  reader.skipSpaces();
  return { type: 'filter', left, operator, right: parseOne(reader) };
}

function splitUnion(text: string): readonly string[] {
  return text.match(/(?:'[^']*'|"[^"]*"|[^,])+/g) ?? [''];
}

const SPECIAL: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', a: '\x07', b: '\b', f: '\f', v: '\v' };
const unquoted = (quoted: string): string =>
  quoted.slice(1, -1).replaceAll(/\\(.)/g, (_, letter: string) => SPECIAL[letter] ?? letter);

class Reader {
  readonly #text: string;
  #at = 0;
  last = '';

  constructor(text: string) {
    this.#text = text;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#text.length;
  }

  get codeHere(): string {
    const code = this.#text.codePointAt(this.#at) ?? 0;
    return `${code.toString(16).toUpperCase().padStart(4, '0')} '${String.fromCodePoint(code)}'`;
  }

  skipSpaces(): void {
    this.take(/\s+/y);
  }

  peek(text: string): boolean {
    return this.#text.startsWith(text, this.#at);
  }

  takeText(text: string): boolean {
    if (!this.peek(text)) return false;
    this.#at += text.length;
    return true;
  }

  /** What a sticky pattern matches here; '' for nothing. */
  take(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    this.last = pattern.exec(this.#text)?.[0] ?? '';
    this.#at += this.last.length;
    return this.last;
  }

  /** What stands between this bracket and the one that closes it. */
  bracketed(): string {
    let depth = 0;
    let quote = '';
    for (let i = this.#at; i < this.#text.length; i++) {
      const character = this.#text.charAt(i);
      if (quote !== '') quote = character === quote ? '' : quote;
      else if (character === '"' || character === "'") quote = character;
      else if (character === '[') depth += 1;
      else if (character === ']' && --depth === 0) {
        const inside = this.#text.slice(this.#at + 1, i);
        this.#at = i + 1;
        return inside;
      }
    }
    throw new JsonPathError(this.peek('[?(') ? 'unterminated filter' : 'unterminated array');
  }
}
