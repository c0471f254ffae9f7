import { ExprFactory, MAX_RECURSION, Unreadable } from './expr-factory.ts';
import { OPERATORS, type Entry, type Expr, type MapEntry, type MessageField } from './expr.ts';
import type { CelIssue } from './issue.ts';
import { lex, type Token } from './lexer.ts';
import { readLiteral } from './literal.ts';
import { expandBind, expandHas, memberMacro } from './macros.ts';

const MAX_CHARACTERS = 100_000;

/** Reads the text of an expression, in which `cel.bind` may name values where `binds` says so; never throws. */
export function parse(text: string, binds = false): { readonly expr: Expr } | { readonly issues: readonly CelIssue[] } {
  const size = text.length > MAX_CHARACTERS ? Array.from(text).length : text.length;
  if (size > MAX_CHARACTERS) {
    const message = `expression code point size exceeds limit: size: ${size}, limit ${MAX_CHARACTERS}`;
    return { issues: [{ message, offset: undefined }] };
  }
  const { tokens, issues } = lex(text);
  const parser = new Parser(tokens, binds);
  try {
    const expr = parser.whole();
    return issues.length + parser.issues.length === 0 ? { expr } : { issues: [...issues, ...parser.issues] };
  } catch (error) {
    if (error instanceof Unreadable) return { issues: [...issues, ...parser.issues] };
    throw error;
  }
}

/** How tightly binary operators hold; those that hold more tightly come to be operands of the others. */
const LEVELS: Readonly<Record<string, readonly [level: 'relation' | 'sum' | 'product', name: string]>> = {
  '<': ['relation', '_<_'],
  '<=': ['relation', '_<=_'],
  '>': ['relation', '_>_'],
  '>=': ['relation', '_>=_'],
  '==': ['relation', OPERATORS.equals],
  '!=': ['relation', OPERATORS.notEquals],
  in: ['relation', OPERATORS.in],
  '+': ['sum', OPERATORS.add],
  '-': ['sum', '_-_'],
  '*': ['product', '_*_'],
  '/': ['product', '_/_'],
  '%': ['product', '_%_'],
};
const TIGHTER = { relation: 'sum', sum: 'product', product: undefined } as const;

const RESERVED = new Set(
  'as break const continue else false for function if import in let loop package namespace null return true var void while'.split(
    ' ',
  ),
);
const STARTS = `'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER`;
const LATER = `'-', '!', '?', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER`;
const FIRST_ITEM = `{'[', ']', '{', '(', '.', ',', ${LATER}}`;
const FIRST_ENTRY = `{'[', '{', '}', '(', '.', ',', ${LATER}}`;
const STARTING = new Set(['[', '{', '(', '.', '-', '!', 'true', 'false', 'null']);
const KIND_NAMES: Readonly<Record<string, string>> = { ident: 'IDENTIFIER', end: '<EOF>' };

class Parser {
  readonly #tokens: readonly Token[];
  readonly #binds: boolean;
  readonly #make = new ExprFactory();
  #place = 0;
  #depth = 0;

  constructor(tokens: readonly Token[], binds: boolean) {
    this.#tokens = tokens;
    this.#binds = binds;
  }

  get issues(): readonly CelIssue[] {
    return this.#make.issues;
  }

  whole(): Expr {
    const expr = this.#expr();
    const next = this.#peek();
    if (next.kind !== 'end') this.#stop(this.#peek(1).kind === 'end' ? 'extraneous' : 'mismatched', next, '<EOF>');
    return expr;
  }

  #peek(ahead = 0): Token {
    return this.#tokens[Math.min(this.#place + ahead, this.#tokens.length - 1)] as Token;
  }

  #next(): Token {
    const token = this.#peek();
    this.#place += 1;
    return token;
  }

  #is(symbol: string): boolean {
    const { kind, text } = this.#peek();
    return kind === 'symbol' && text === symbol;
  }

  #take(symbol: string): Token | undefined {
    return this.#is(symbol) ? this.#next() : undefined;
  }

  #expect(symbol: string): Token {
    const token = this.#take(symbol);
    if (token !== undefined) return token;
    const next = this.#peek();
    if (this.#peek(1).text === symbol && this.#peek(1).kind === 'symbol') {
      this.#tell(`extraneous input '${next.text}' expecting '${symbol}'`, next);
      this.#next();
      return this.#next();
    }
    const canFollow = next.kind === 'end' || (next.kind === 'symbol' && !STARTING.has(next.text));
    if (canFollow && symbol !== ':') this.#tell(`missing '${symbol}' at '${next.text}'`, next);
    else this.#tell(`mismatched input '${next.text}' expecting '${symbol}'`, next);
    throw new Unreadable();
  }

  #tell(message: string, { offset }: Token): void {
    this.#make.issues.push({ offset, message: `Syntax error: ${message}` });
  }

  #stop(how: string, token: Token, expected: string): never {
    this.#tell(`${how} input '${token.text}' expecting ${expected}`, token);
    throw new Unreadable();
  }

  #deeper<T>(read: () => T): T {
    this.#depth += 1;
    if (this.#depth > MAX_RECURSION) this.#make.stopTooDeep();
    const result = read();
    this.#depth -= 1;
    return result;
  }

  #expr(): Expr {
    return this.#deeper(() => {
      const test = this.#or();
      const mark = this.#take('?');
      if (mark === undefined) return test;
      const then = this.#or();
      this.#expect(':');
      return this.#make.call(mark.offset, OPERATORS.conditional, test, then, this.#expr());
    });
  }

  #or(): Expr {
    return this.#chain('||', OPERATORS.or, () => this.#chain('&&', OPERATORS.and, () => this.#binary('relation')));
  }

  /** Terms in a row become a balanced tree, so that long rows are not deep ones. */
  #chain(symbol: string, name: string, read: () => Expr): Expr {
    const terms = [read()];
    const offsets: number[] = [];
    for (let mark = this.#take(symbol); mark !== undefined; mark = this.#take(symbol)) {
      terms.push(read());
      offsets.push(mark.offset);
    }
    const balanced = (low: number, high: number): Expr => {
      const middle = Math.floor((low + high + 1) / 2);
      const left = middle === low ? terms[middle] : balanced(low, middle - 1);
      const right = middle === high ? terms[middle + 1] : balanced(middle + 1, high);
      return this.#make.call(offsets[middle] ?? 0, name, left as Expr, right as Expr);
    };
    return offsets.length === 0 ? (terms[0] as Expr) : balanced(0, offsets.length - 1);
  }

  #binary(level: 'relation' | 'sum' | 'product'): Expr {
    const tighter = TIGHTER[level];
    const read = (): Expr => (tighter === undefined ? this.#unary() : this.#binary(tighter));
    let left = read();
    for (let count = 1; ; count += 1) {
      const { kind, text, offset } = this.#peek();
      const operator = kind === 'symbol' ? LEVELS[text] : undefined;
      if (operator?.[0] !== level) return left;
      if (count > MAX_RECURSION) this.#make.stopTooDeep();
      this.#next();
      left = this.#make.call(offset, operator[1], left, read());
    }
  }

  #unary(): Expr {
    const mark = this.#peek();
    if (mark.kind !== 'symbol' || (mark.text !== '!' && mark.text !== '-')) return this.#member();
    if (mark.text === '-' && this.#isNumber(this.#peek(1))) return this.#member();
    let count = 0;
    for (; this.#is(mark.text); count += 1) this.#next();
    const operand = this.#member();
    const name = mark.text === '!' ? OPERATORS.not : OPERATORS.negate;
    return count % 2 === 0 ? operand : this.#make.call(mark.offset, name, operand);
  }

  #isNumber({ kind }: Token): boolean {
    return kind === 'int' || kind === 'float';
  }

  #member(): Expr {
    let operand = this.#primary();
    for (let count = 1; ; count += 1) {
      if (count > MAX_RECURSION) this.#make.stopTooDeep();
      const dot = this.#take('.');
      const bracket = dot === undefined ? this.#take('[') : undefined;
      if (dot !== undefined) operand = this.#selected(operand, dot);
      else if (bracket !== undefined) operand = this.#indexed(operand, bracket);
      else return operand;
    }
  }

  #selected(operand: Expr, dot: Token): Expr {
    const isOptional = this.#take('?') !== undefined;
    const name = this.#next();
    if (name.kind !== 'ident' && name.kind !== 'escaped') {
      const isWord = ['true', 'false', 'null'].includes(name.text);
      if (isWord || isOptional) this.#stop('mismatched', name, 'IDENTIFIER');
      this.#tell(`no viable alternative at input '.${name.kind === 'end' ? '' : name.text}'`, name);
      throw new Unreadable();
    }
    const open = name.kind === 'ident' && !isOptional ? this.#take('(') : undefined;
    if (open !== undefined) return this.#memberCall(operand, name.text, open.offset);
    const field = name.kind === 'escaped' ? name.text.slice(1, -1) : name.text;
    if (name.kind === 'escaped') this.#make.issues.push({ offset: name.offset, message: "unsupported syntax: '`'" });
    if (!isOptional) return this.#make.make({ kind: 'select', operand, field, isTest: false, offset: dot.offset });
    const literal = this.#make.make<Expr>({ kind: 'literal', value: field, offset: name.offset });
    return this.#make.call(dot.offset, OPERATORS.optionalSelect, operand, literal);
  }

  #memberCall(target: Expr, name: string, offset: number): Expr {
    const args = this.#list(')', () => this.#expr(), false);
    const binds = this.#binds && name === 'bind' && target.kind === 'ident' && target.name === 'cel';
    if (binds && args.length === 3) return expandBind(this.#make, offset, args);
    const macro = memberMacro(name, args.length);
    if (macro !== undefined) return macro({ make: this.#make, offset, target, args });
    return this.#make.make({ kind: 'call', name, target, args, offset });
  }

  #indexed(operand: Expr, bracket: Token): Expr {
    const name = this.#take('?') === undefined ? OPERATORS.index : OPERATORS.optionalIndex;
    const index = this.#expr();
    this.#expect(']');
    return this.#make.call(bracket.offset, name, operand, index);
  }

  #primary(): Expr {
    const token = this.#peek();
    if (token.kind === 'symbol') {
      switch (token.text) {
        case '(':
          this.#next();
          return this.#closed(this.#expr(), ')');
        case '[':
          this.#next();
          return this.#make.make({
            kind: 'list',
            items: this.#list(']', () => this.#item(), true, FIRST_ITEM),
            offset: token.offset,
          });
        case '{':
          this.#next();
          return this.#make.make({
            kind: 'map',
            entries: this.#list('}', () => this.#entry(), true, FIRST_ENTRY),
            offset: token.offset,
          });
        case '.':
          return this.#named();
      }
    }
    if (token.kind === 'ident') return this.#named();
    const sign = this.#is('-') && this.#isNumber(this.#peek(1)) ? this.#next() : undefined;
    const literal = readLiteral(this.#peek(), sign?.text ?? '');
    if (literal === undefined) return this.#noExpr(token);
    this.#next();
    const offset = sign?.offset ?? token.offset;
    if ('problem' in literal) return this.#make.wrong(offset, literal.problem);
    return this.#make.make({ kind: 'literal', value: literal.value, offset });
  }

  #closed(expr: Expr, symbol: string): Expr {
    this.#expect(symbol);
    return expr;
  }

  /** One token too many is left out; anything else ends the reading. */
  #noExpr(token: Token): Expr {
    if (token.kind === 'end' || !this.#canStart(this.#peek(1))) this.#stop('mismatched', token, `{${STARTS}}`);
    this.#tell(`extraneous input '${token.text}' expecting {${STARTS}}`, token);
    this.#next();
    return this.#deeper(() => this.#primary());
  }

  /** A name, the call of a function, or a message of a type whose name has dots. */
  #named(): Expr {
    const dot = this.#take('.');
    const token = this.#next();
    if (token.kind !== 'ident') this.#stop('mismatched', token, KIND_NAMES['ident'] ?? '');
    const name = `${dot === undefined ? '' : '.'}${token.text}`;
    const message = this.#messageName(name);
    if (message !== undefined) return this.#message(message);
    const open = this.#take('(');
    const args = open === undefined ? [] : this.#list(')', () => this.#expr(), false);
    const { offset } = dot ?? token;
    if (RESERVED.has(token.text)) return this.#make.wrong(offset, `reserved identifier: ${token.text}`);
    if (open === undefined) return this.#make.ident(token.offset, name);
    const [argument] = args;
    if (name === 'has' && args.length === 1 && argument !== undefined)
      return expandHas(this.#make, open.offset, argument);
    return this.#make.call(open.offset, name, ...args);
  }

  /** Names with dots between up to a brace; undefined, and nothing taken, where there is none. */
  #messageName(first: string): string | undefined {
    let ahead = 0;
    let name = first;
    while (this.#peek(ahead).text === '.' && this.#peek(ahead + 1).kind === 'ident') {
      name += `.${this.#peek(ahead + 1).text}`;
      ahead += 2;
    }
    const { kind, text } = this.#peek(ahead);
    if (kind !== 'symbol' || text !== '{') return undefined;
    this.#place += ahead;
    return name;
  }

  #message(name: string): Expr {
    const { offset } = this.#next();
    const fields = this.#list('}', () => this.#field(), true);
    return this.#make.make({ kind: 'message', name, fields, offset });
  }

  #field(): MessageField {
    const isOptional = this.#take('?') !== undefined;
    const name = this.#next();
    if (name.kind !== 'ident' && name.kind !== 'escaped')
      this.#stop('mismatched', name, '{IDENTIFIER, ESC_IDENTIFIER}');
    if (name.kind === 'escaped') this.#make.issues.push({ offset: name.offset, message: "unsupported syntax: '`'" });
    const { offset } = this.#expect(':');
    return { name: name.text, value: this.#expr(), isOptional, offset };
  }

  #item(): Entry {
    const isOptional = this.#take('?') !== undefined;
    return { value: this.#expr(), isOptional };
  }

  #entry(): MapEntry {
    const isOptional = this.#take('?') !== undefined;
    const key = this.#expr();
    this.#expect(':');
    return { key, value: this.#expr(), isOptional };
  }

  /** What comes first in brackets is told of with what else could stand there. */
  #expectFirst(expected: string): void {
    const token = this.#peek();
    if (this.#canStart(token) || this.#is('?') || this.#is(',')) return;
    if (!this.#canStart(this.#peek(1))) this.#stop('mismatched', token, expected);
    this.#tell(`extraneous input '${token.text}' expecting ${expected}`, token);
    this.#next();
  }

  #canStart({ kind, text }: Token): boolean {
    return kind === 'symbol' ? STARTING.has(text) : kind !== 'end' && kind !== 'escaped';
  }

  /** What commas separate, up to `end`. */
  #list<T>(end: string, read: () => T, mayTrail: boolean, expected?: string): readonly T[] {
    const items: T[] = [];
    if (this.#take(end) !== undefined) return items;
    if (expected !== undefined) this.#expectFirst(expected);
    if (mayTrail && this.#take(',') !== undefined) {
      this.#expect(end);
      return items;
    }
    for (;;) {
      items.push(read());
      if (this.#take(end) !== undefined) return items;
      if (this.#take(',') === undefined) {
        this.#expect(end);
        return items;
      }
      if (mayTrail && this.#take(end) !== undefined) return items;
    }
  }
}
