import { Transform, type TransformCallback } from 'node:stream';

/**
 * HTML whose links go through `rewrite`: the attributes with URLs of HTML 4 and 5, where a URL is their whole value.
 * All else stays as it is, byte by byte; a tag of more than 64 kB is not looked into. The text may be of any encoding
 * that has ASCII as it is.
 */
export class LinkRewriter extends Transform {
  readonly #rewrite: (url: string) => string;
  #pending = '';
  /** The element whose text is no markup, until its end. */
  #rawElement: string | undefined;

  constructor(rewrite: (url: string) => string) {
    super();
    this.#rewrite = rewrite;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.#pending += chunk.toString('latin1');
    done(null, Buffer.from(this.#settled(), 'latin1'));
  }
  override _flush(done: TransformCallback): void {
    done(null, Buffer.from(this.#pending, 'latin1'));
  }

  /** What of the text so far is known to the end of a token. */
  #settled(): string {
    const text = this.#pending;
    let settled = '';
    let at = 0;
    while (at < text.length) {
      const end = this.#rawElement === undefined ? tokenEnd(text, at) : rawEnd(text, at, this.#rawElement);
      if (end === undefined) break;
      const token = text.slice(at, end);
      settled += this.#rawElement === undefined && START_TAG.test(token) ? this.#startTag(token) : token;
      this.#rawElement = this.#rawElement === undefined ? rawElementOf(token) : undefined;
      at = end;
    }
    const isTooLong = text.length - at > LONGEST_TAG;
    this.#pending = isTooLong ? '' : text.slice(at);
    return isTooLong ? settled + text.slice(at) : settled;
  }

  #startTag(tag: string): string {
    const attributes = LINKS.get(nameOf(tag));
    if (attributes === undefined) return tag;
    return tag.replace(ATTRIBUTE, (all: string, name: string, value: string | undefined) => {
      if (value === undefined || !attributes.has(name.toLowerCase())) return all;
      const quote = /^["']/.exec(value)?.[0] ?? '';
      const url = quote === '' ? value : value.slice(1, -1);
      return `${all.slice(0, all.length - value.length)}${quote}${this.#rewrite(url)}${quote}`;
    });
  }
}

const LONGEST_TAG = 65_536;
const START_TAG = /^<[a-z]/i;
const ATTRIBUTE = /(?<=[\s"'/])([^\s"'<>/=]+)(?:\s*=\s*("[^"]*"|'[^']*'|[^\s"'<>`]+))?/g;

/** Of elements, lower case, the attributes that are URLs. */
const LINKS: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  [
    'a href',
    'applet codebase',
    'area href',
    'audio src',
    'base href',
    'blockquote cite',
    'body background',
    'button formaction',
    'command icon',
    'del cite',
    'embed src',
    'form action',
    'frame longdesc src',
    'head profile',
    'html manifest',
    'iframe longdesc src',
    'img longdesc src usemap',
    'input src usemap formaction',
    'ins cite',
    'link href',
    'object classid codebase data usemap',
    'q cite',
    'script src',
    'source src',
    'video poster src',
  ].map(line => {
    const [element = '', ...attributes] = line.split(' ');
    return [element, new Set(attributes)];
  }),
);

const RAW_ELEMENTS = new Set(['iframe', 'noembed', 'noframes', 'script', 'style', 'textarea', 'title', 'xmp']);

const nameOf = (tag: string): string => /^<([a-z][^\s/>]*)/i.exec(tag)?.[1]?.toLowerCase() ?? '';

function rawElementOf(token: string): string | undefined {
  const name = START_TAG.test(token) ? nameOf(token) : '';
  return RAW_ELEMENTS.has(name) ? name : undefined;
}

/** Where the token that begins at `at` ends; `undefined` if that is not known yet. */
function tokenEnd(text: string, at: number): number | undefined {
  if (text[at] !== '<') {
    const next = text.indexOf('<', at);
    return next === -1 ? text.length : next;
  }
  const rest = text.length - at;
  if (rest < 4 && '<!--'.startsWith(text.slice(at))) return undefined;
  if (text.startsWith('<!--', at)) return after(text, '-->', at + 4);
  if (rest < 2) return undefined;
  if (!/[a-z/!?]/i.test(text[at + 1] ?? '')) return at + 1;
  return tagEnd(text, at);
}

/** Past the `>` that stands in no quotes. */
function tagEnd(text: string, at: number): number | undefined {
  let quote = '';
  for (let index = at + 1; index < text.length; index++) {
    const char = text[index] ?? '';
    if (quote !== '') {
      if (char === quote) quote = '';
    } else if (char === '>') return index + 1;
    else if ((char === '"' || char === "'") && /[=\s]/.test(text[index - 1] ?? '')) quote = char;
  }
  return undefined;
}

/** Up to `</element`, which is markup again. */
function rawEnd(text: string, at: number, element: string): number | undefined {
  const found = text.toLowerCase().indexOf(`</${element}`, at);
  return found === -1 ? undefined : found;
}

function after(text: string, end: string, at: number): number | undefined {
  const found = text.indexOf(end, at);
  return found === -1 ? undefined : found + end.length;
}
