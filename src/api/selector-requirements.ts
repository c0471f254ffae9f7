import { messageOf } from '../base/message-of.ts';
import { qualifiedNameProblems } from '../base/qualified-name.ts';
import { fieldErrorBody, invalid } from './field-error.ts';

export type Operator = 'in' | 'notin' | '=' | '==' | '!=' | 'exists' | '!' | 'gt' | 'lt';

/**
 * Reads selector text (`a=b,c in (d, e),!f`) into requirements made by `make`; the grammar and the wording of
 * complaints are those of apimachinery's labels.Parse. What `complain` answers is thrown.
 */
export function selectorRequirements<R>(
  text: string,
  make: (key: string, operator: Operator, values: readonly string[]) => R,
  complain: (problem: string) => Error,
): readonly R[] {
  const tokens = new TokenReader(text);
  const requirements: R[] = [];
  for (;;) {
    const first = tokens.peek();
    if (first.type === 'end') return requirements;
    if (first.type !== 'word' && first.text !== '!') {
      throw complain(`found '${first.text}', expected: !, identifier, or 'end of string'`);
    }
    try {
      requirements.push(requirement(tokens, make));
    } catch (error) {
      throw complain(`unable to parse requirement: ${messageOf(error)}`);
    }
    const after = tokens.next();
    if (after.type === 'end') return requirements;
    if (after.text !== ',') throw complain(`found '${after.text}', expected: ',' or 'end of string'`);
    const following = tokens.peek();
    if (following.type !== 'word' && following.text !== '!') {
      throw complain(`found '${following.text}', expected: identifier after ','`);
    }
  }
}

function requirement<R>(
  tokens: TokenReader,
  make: (key: string, operator: Operator, values: readonly string[]) => R,
): R {
  let first = tokens.next();
  const absent = first.text === '!' && first.type === 'symbol';
  if (absent) first = tokens.next();
  if (first.type !== 'word') throw new Error(`found '${first.text}', expected: identifier`);
  const key = first.text;
  const problems = qualifiedNameProblems(key);
  if (problems.length > 0) throw new Error(`<nil>: ${fieldErrorBody(invalid('', key, problems.join('; ')))}`);
  if (absent) return make(key, '!', []);
  const after = tokens.peek();
  if (after.type === 'end' || after.text === ',') return make(key, 'exists', []);
  const operator = binaryOperator(tokens.next());
  return make(key, operator, operator === 'in' || operator === 'notin' ? set(tokens) : [exactValue(tokens)]);
}

const BINARY: ReadonlyMap<string, Operator> = new Map([
  ['in', 'in'],
  ['notin', 'notin'],
  ['=', '='],
  ['==', '=='],
  ['!=', '!='],
  ['>', 'gt'],
  ['<', 'lt'],
]);

function binaryOperator({ text }: Token): Operator {
  const operator = BINARY.get(text);
  if (operator === undefined) throw new Error(`found '${text}', expected: in, notin, =, ==, !=, gt, lt`);
  return operator;
}

function exactValue(tokens: TokenReader): string {
  const first = tokens.peek();
  if (first.type === 'end' || first.text === ',') return '';
  const { type, text } = tokens.next();
  if (type !== 'word') throw new Error(`found '${text}', expected: identifier`);
  return text;
}

/** `(a, b)`; an empty place, as in `(a,)`, stands for the empty value. */
function set(tokens: TokenReader): readonly string[] {
  const open = tokens.next();
  if (open.text !== '(') throw new Error(`found '${open.text}' expected: '('`);
  const values = new Set<string>();
  if (tokens.peek().text === ')') {
    tokens.next();
    return [];
  }
  const first = tokens.peek();
  if (first.type !== 'word' && first.text !== ',') {
    throw new Error(`found '${first.text}', expected: ',', ')' or identifier`);
  }
  for (;;) {
    const { type, text } = tokens.next();
    if (type === 'word') {
      values.add(text);
      const after = tokens.next();
      if (after.text === ')') return [...values];
      if (after.text !== ',') throw new Error(`found '${after.text}', expected: ',' or ')'`);
    } else if (text === ',' || text === ')') {
      values.add('');
      if (text === ')') return [...values];
    } else {
      throw new Error(`found '${text}', expected: ',', or identifier`);
    }
  }
}

interface Token {
  readonly type: 'word' | 'symbol' | 'end' | 'error';
  readonly text: string;
}

const SYMBOLS = ['==', '!=', '=', '!', '(', ')', ',', '>', '<'] as const;
const END: Token = { type: 'end', text: '' };

class TokenReader {
  readonly #text: string;
  #at = 0;
  #ahead: Token | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  peek(): Token {
    this.#ahead ??= this.#read();
    return this.#ahead;
  }

  next(): Token {
    const token = this.peek();
    this.#ahead = undefined;
    return token;
  }

  #read(): Token {
    while (/[ \t\r\n]/.test(this.#text.charAt(this.#at))) this.#at += 1;
    if (this.#at >= this.#text.length) return END;
    const symbol = SYMBOLS.find(candidate => this.#text.startsWith(candidate, this.#at));
    const rest = /[^ \t\r\n=!(),<>]+/y;
    rest.lastIndex = this.#at;
    const text = symbol ?? rest.exec(this.#text)?.[0] ?? '';
    this.#at += text.length;
    return { type: symbol === undefined ? 'word' : 'symbol', text };
  }
}
