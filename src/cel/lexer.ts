import type { CelIssue } from './issue.ts';

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  readonly offset: number;
}
/** `symbol`: operators, brackets and the words `in`, `true`, `false` and `null`. */
export type TokenKind = 'symbol' | 'ident' | 'escaped' | 'int' | 'uint' | 'float' | 'string' | 'bytes' | 'end';

const ESCAPE = String.raw`\\(?:[abfnrtv"'\\?\`]|[0-3][0-7][0-7]|[xX][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8})`;
const STRING = [
  String.raw`[rR]"""[^]*?"""`,
  String.raw`[rR]'''[^]*?'''`,
  String.raw`[rR]"[^"\n\r]*"`,
  String.raw`[rR]'[^'\n\r]*'`,
  String.raw`"""(?:${ESCAPE}|[^\\])*?"""`,
  String.raw`'''(?:${ESCAPE}|[^\\])*?'''`,
  String.raw`"(?:${ESCAPE}|[^\\"\n\r])*"`,
  String.raw`'(?:${ESCAPE}|[^\\'\n\r])*'`,
].join('|');

const RULES: readonly (readonly [TokenKind | 'space', RegExp])[] = [
  ['space', /(?:[\t \r\n\f]+|\/\/[^\n]*)+/y],
  ['bytes', new RegExp(`[bB](?:${STRING})`, 'y')],
  ['string', new RegExp(STRING, 'y')],
  ['float', /(?:\d+\.\d+(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+|\.\d+(?:[eE][+-]?\d+)?)/y],
  ['uint', /(?:0x[0-9a-fA-F]+|\d+)[uU]/y],
  ['int', /0x[0-9a-fA-F]+|\d+/y],
  ['ident', /[A-Za-z_][A-Za-z0-9_]*/y],
  ['escaped', /`[A-Za-z0-9_.\-/ ]+`/y],
  ['symbol', /==|!=|<=|>=|&&|\|\||[<>[\]{}().,\-!?:+*/%]/y],
];
/** How far a text goes that is no string. */
const BROKEN_STRING = new RegExp(`[rRbB]{0,2}(?:"(?:${ESCAPE}|[^\\\\"\\n\\r])*|'(?:${ESCAPE}|[^\\\\'\\n\\r])*)`, 'y');
const WORDS = new Set(['in', 'true', 'false', 'null']);

/** Ends with an `end`; what is no token is told of and left out. */
export function lex(text: string): { readonly tokens: readonly Token[]; readonly issues: readonly CelIssue[] } {
  const tokens: Token[] = [];
  const issues: CelIssue[] = [];
  let offset = 0;
  while (offset < text.length) {
    const token = tokenAt(text, offset);
    if (token === undefined) {
      const wrong = wrongAt(text, offset);
      issues.push({ offset, message: `Syntax error: token recognition error at: '${shownText(wrong)}'` });
      offset += wrong.length;
    } else {
      if (token.kind !== 'space') tokens.push({ kind: token.kind, text: token.text, offset });
      offset += token.text.length;
    }
  }
  tokens.push({ kind: 'end', text: '<EOF>', offset: text.length });
  return { tokens, issues };
}

function tokenAt(text: string, offset: number): { kind: TokenKind | 'space'; text: string } | undefined {
  for (const [kind, rule] of RULES) {
    rule.lastIndex = offset;
    const [found] = rule.exec(text) ?? [];
    if (found !== undefined) return { kind: kind === 'ident' && WORDS.has(found) ? 'symbol' : kind, text: found };
  }
  return undefined;
}

function wrongAt(text: string, offset: number): string {
  BROKEN_STRING.lastIndex = offset;
  const [string] = BROKEN_STRING.exec(text) ?? [];
  const start = string ?? (/[|&]/.test(text[offset] ?? '') ? text.slice(offset, offset + 1) : '');
  const next = text.codePointAt(offset + start.length);
  return start + (next === undefined ? '' : String.fromCodePoint(next));
}

const shownText = (text: string): string =>
  text.replaceAll('\n', String.raw`\n`).replaceAll('\t', String.raw`\t`).replaceAll('\r', String.raw`\r`);
