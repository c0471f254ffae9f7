/**
 * What is wrong with a text that is no JSON, in the words of Go's encoding/json, which clients of Kubernetes
 * show. Only to be asked of texts that `JSON.parse` refused. No recursion: nesting costs no stack.
 */
export function jsonSyntaxProblem(text: string): string {
  try {
    return new Reader(text).read();
  } catch (error) {
    if (error instanceof Problem) return error.message;
    throw error;
  }
}

class Problem extends Error {}

const SPACE = new Set([' ', '\t', '\r', '\n']);
const DIGITS = '0123456789';
const LITERALS: ReadonlyMap<string, string> = new Map([
  ['t', 'true'],
  ['f', 'false'],
  ['n', 'null'],
]);

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  read(): string {
    const open: ('{' | '[')[] = [];
    let expects: 'value' | 'valueOrEnd' | 'keyOrEnd' | 'key' | 'next' = 'value';
    for (;;) {
      this.#skipSpace();
      const char = this.#text[this.#at] ?? '';
      const container = open.at(-1);
      if (expects === 'next') {
        if (container === undefined) {
          if (char === '') return 'unexpected end of JSON input';
          this.#refuse('after top-level value');
        }
        this.#at += 1;
        if (char === (container === '{' ? '}' : ']')) open.pop();
        else if (char === ',') expects = container === '{' ? 'key' : 'value';
        else this.#refuse(container === '{' ? 'after object key:value pair' : 'after array element', this.#at - 1);
      } else if (expects === 'key' || expects === 'keyOrEnd') {
        if (expects === 'keyOrEnd' && char === '}') {
          open.pop();
          this.#at += 1;
          expects = 'next';
        } else {
          this.#key();
          expects = 'value';
        }
      } else if (expects === 'valueOrEnd' && char === ']') {
        open.pop();
        this.#at += 1;
        expects = 'next';
      } else if (char === '{' || char === '[') {
        open.push(char);
        this.#at += 1;
        expects = char === '{' ? 'keyOrEnd' : 'valueOrEnd';
      } else {
        this.#scalar(char);
        expects = 'next';
      }
    }
  }

  #key(): void {
    if (this.#text[this.#at] !== '"') this.#refuse('looking for beginning of object key string');
    this.#string();
    this.#skipSpace();
    if (this.#text[this.#at] !== ':') this.#refuse('after object key');
    this.#at += 1;
  }

  #scalar(char: string): void {
    const literal = LITERALS.get(char);
    if (char === '"') this.#string();
    else if (literal !== undefined) this.#literal(literal);
    else if (char === '-' || (char !== '' && DIGITS.includes(char))) this.#number();
    else this.#refuse('looking for beginning of value');
  }

  #literal(literal: string): void {
    for (const expected of literal) {
      if (this.#text[this.#at] !== expected)
        this.#refuseInToken(`in literal ${literal} (expecting ${quoted(expected)})`);
      this.#at += 1;
    }
  }

  #number(): void {
    if (this.#text[this.#at] === '-') this.#at += 1;
    if (this.#text[this.#at] === '0') this.#at += 1;
    else this.#digits('in numeric literal');
    if (this.#text[this.#at] === '.') {
      this.#at += 1;
      this.#digits('after decimal point in numeric literal');
    }
    if (!'eE'.includes(this.#text[this.#at] ?? ' ')) return;
    this.#at += 1;
    if ('+-'.includes(this.#text[this.#at] ?? ' ')) this.#at += 1;
    this.#digits('in exponent of numeric literal');
  }

  #digits(context: string): void {
    const start = this.#at;
    while (DIGITS.includes(this.#text[this.#at] ?? ' ')) this.#at += 1;
    if (this.#at === start) this.#refuseInToken(context);
  }

  #string(): void {
    for (this.#at += 1; this.#text[this.#at] !== '"'; this.#at++) {
      const char = this.#text[this.#at] ?? '';
      if (char < ' ') this.#refuse('in string literal');
      if (char !== '\\') continue;
      this.#at += 1;
      const escape = this.#text[this.#at] ?? '';
      if (escape === '' || !'bfnrt\\/"u'.includes(escape)) this.#refuseInToken('in string escape code');
      if (escape === 'u') this.#hexDigits();
    }
    this.#at += 1;
  }

  #hexDigits(): void {
    for (let digit = 0; digit < 4; digit++) {
      this.#at += 1;
      if (!/[0-9a-fA-F]/.test(this.#text[this.#at] ?? '')) {
        this.#refuseInToken('in \\u hexadecimal character escape');
      }
    }
  }

  #skipSpace(): void {
    while (SPACE.has(this.#text[this.#at] ?? '')) this.#at += 1;
  }

  /** Go goes by bytes: of a character beyond ASCII it names the first one. */
  #refuse(context: string, at = this.#at): never {
    const code = this.#text.codePointAt(at);
    if (code === undefined) throw new Problem('unexpected end of JSON input');
    const [byte = 0] = Buffer.from(String.fromCodePoint(code));
    throw new Problem(`invalid character ${quoted(String.fromCharCode(byte))} ${context}`);
  }

  /** Within a token Go takes the end of the text for a space, which does not belong there. */
  #refuseInToken(context: string): never {
    if (this.#at >= this.#text.length) throw new Problem(`invalid character ' ' ${context}`);
    return this.#refuse(context);
  }
}

function quoted(char: string): string {
  if (char === "'") return "'\\''";
  if (char === '"') return `'"'`;
  const isPlain = char >= ' ' && char !== '\u007f' && !(char >= '\u0080' && char < '\u00a1') && char !== '\u00ad';
  return `'${isPlain ? char.replace('\\', '\\\\') : escaped(char)}'`;
}

/** As strconv.Quote escapes. */
function escaped(char: string): string {
  const short = { '\u0007': '\\a', '\b': '\\b', '\f': '\\f', '\n': '\\n', '\r': '\\r', '\t': '\\t', '\v': '\\v' };
  const found = Object.entries(short).find(([plain]) => plain === char)?.[1];
  const code = char.charCodeAt(0);
  if (found !== undefined) return found;
  const hex = code.toString(16);
  return code < 0x80 ? `\\x${hex.padStart(2, '0')}` : `\\u${hex.padStart(4, '0')}`;
}
