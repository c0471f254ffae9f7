export interface ScalarPlace {
  /** Where lines that follow begin. */
  readonly indent: number;
  /** How much stands on the line already. */
  readonly column: number;
  readonly isKey: boolean;
}

/** go-yaml breaks lines at the first space past this. */
const BEST_WIDTH = 80;

/** A text in the style go-yaml chooses for it. */
export function yamlScalar(text: string, place: ScalarPlace): string {
  const traits = traitsOf(text);
  const multiline = text.includes('\n');
  if (multiline && !place.isKey && traits.block) return literal(text, place);
  const wantsPlain = !multiline && !meansOther(text);
  if (wantsPlain && traits.plain && text !== '') return folded(text, place);
  if ((wantsPlain || multiline) && traits.single && !multiline) return single(text, place);
  if (multiline && traits.single && place.isKey) return double(text, place);
  return double(text, place);
}

interface Traits {
  readonly plain: boolean;
  readonly single: boolean;
  readonly block: boolean;
}

/** What libyaml's yaml_emitter_analyze_scalar finds out. */
function traitsOf(text: string): Traits {
  if (text === '') return { plain: false, single: true, block: false };
  const characters = Array.from(text);
  let [indicators, breaks, special] = [/^(---|\.\.\.)/.test(text), false, false];
  let [leadingSpace, leadingBreak, trailingSpace, trailingBreak] = [false, false, false, false];
  let [breakSpace, spaceBreak, wasSpace, wasBreak, afterSpace] = [false, false, false, false, true];
  characters.forEach((character, i) => {
    const isLast = i === characters.length - 1;
    const beforeSpace = isLast || /[ \t\r\n\u0085\u2028\u2029]/.test(characters[i + 1] ?? '');
    if (isIndicator(character, i === 0, beforeSpace, afterSpace)) indicators = true;
    if (!isPrintable(character)) special = true;
    if (character === ' ') {
      if (i === 0) leadingSpace = true;
      if (isLast) trailingSpace = true;
      if (wasBreak) breakSpace = true;
      [wasSpace, wasBreak] = [true, false];
    } else if (/[\r\n\u0085\u2028\u2029]/.test(character)) {
      breaks = true;
      if (i === 0) leadingBreak = true;
      if (isLast) trailingBreak = true;
      if (wasSpace) spaceBreak = true;
      [wasSpace, wasBreak] = [false, true];
    } else [wasSpace, wasBreak] = [false, false];
    afterSpace = /[ \t\r\n\u0085\u2028\u2029]/.test(character);
  });
  const edges = leadingSpace || leadingBreak || trailingSpace || trailingBreak;
  return {
    plain: !edges && !breakSpace && !spaceBreak && !special && !breaks && !indicators,
    single: !breakSpace && !spaceBreak && !special,
    block: !trailingSpace && !spaceBreak && !special,
  };
}

function isIndicator(character: string, isFirst: boolean, beforeSpace: boolean, afterSpace: boolean): boolean {
  if (isFirst) {
    if ('#,[]{}&*!|>\'"%@`'.includes(character)) return true;
    if ('?:'.includes(character)) return beforeSpace;
    return character === '-' && beforeSpace;
  }
  if (character === ':') return beforeSpace;
  return character === '#' && afterSpace;
}

const isPrintable = (character: string): boolean =>
  /^[\n\x20-\x7e\u0085\u00a0-\ud7ff\ue000-\ufefe\uff00-\ufffd]$/.test(character) || character.codePointAt(0)! > 0xffff;

/** What YAML 1.1 would read as something else than text. */
function meansOther(text: string): boolean {
  if (text === '') return true;
  return NAMED.has(text) || NUMBER.test(text) || TIMESTAMP.test(text) || SEXAGESIMAL.test(text) || text === '<<';
}

const cases = (word: string): readonly string[] => [
  word,
  word.charAt(0).toUpperCase() + word.slice(1),
  word.toUpperCase(),
];
const NAMED = new Set([
  '~',
  ...['null', 'true', 'false', 'yes', 'no', 'on', 'off', 'y', 'n', '.nan', '.inf', '-.inf', '+.inf'].flatMap(cases),
  '.NaN',
  '.Inf',
  '-.Inf',
  '+.Inf',
]);
const NUMBER = /^([-+]?(0b[01_]+|0o?[0-7_]+|0x[\da-fA-F_]+|\d[\d_]*)|[-+]?(\.\d+|\d[\d_]*(\.[\d_]*)?)([eE][-+]?\d+)?)$/;
const TIMESTAMP = /^\d{4}-\d\d?-\d\d?([Tt ]+\d\d?:\d\d:\d\d(\.\d*)?[ \t]*(Z|[-+]\d\d?(:\d\d)?)?)?$/;
const SEXAGESIMAL = /^[-+]?\d[\d_]*(:[0-5]?\d)+(\.[\d_]*)?$/;

/** Breaks at single spaces past the width. */
function folded(text: string, place: ScalarPlace, escape = (part: string) => part): string {
  let column = place.column + 1;
  let out = '';
  const characters = Array.from(text);
  characters.forEach((character, i) => {
    const breakable = character === ' ' && characters[i - 1] !== ' ' && characters[i + 1] !== ' ';
    const inside = i > 0 && i < characters.length - 1;
    if (breakable && inside && !place.isKey && column > BEST_WIDTH) {
      out += `\n${' '.repeat(place.indent)}`;
      column = place.indent;
      return;
    }
    out += escape(character);
    column += 1;
  });
  return out;
}

const single = (text: string, place: ScalarPlace): string =>
  `'${folded(text, { ...place, column: place.column + 1 }, part => (part === "'" ? "''" : part))}'`;

function literal(text: string, { indent }: ScalarPlace): string {
  const breaks = /\n*$/.exec(text)?.[0].length ?? 0;
  const chomp = breaks === 0 ? '-' : breaks > 1 || text === '\n' ? '+' : '';
  const hint = /^[ \n]/.test(text) ? '2' : '';
  const body = breaks === 0 ? text : text.slice(0, -1);
  const lines = body.split('\n').map(line => (line === '' ? '' : ' '.repeat(indent) + line));
  return `|${hint}${chomp}\n${lines.join('\n')}`;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '\0': '\\0',
  '\x07': '\\a',
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\v': '\\v',
  '\f': '\\f',
  '\r': '\\r',
  '\x1b': '\\e',
  '"': '\\"',
  '\\': '\\\\',
  '\u0085': '\\N',
  '\u00a0': '\\_',
  '\u2028': '\\L',
  '\u2029': '\\P',
};

function double(text: string, place: ScalarPlace): string {
  let column = place.column + 2;
  let out = '"';
  const characters = Array.from(text);
  let wasSpace = false;
  characters.forEach((character, i) => {
    const inside = i > 0 && i < characters.length - 1;
    if (character === ' ' && !wasSpace && inside && !place.isKey && column > BEST_WIDTH) {
      out += `\n${' '.repeat(place.indent)}${characters[i + 1] === ' ' ? '\\' : ''}`;
      column = place.indent;
      wasSpace = true;
      return;
    }
    const piece = escaped(character);
    out += piece;
    column += piece.length;
    wasSpace = character === ' ';
  });
  return `${out}"`;
}

function escaped(character: string): string {
  const known = ESCAPES[character];
  if (known !== undefined) return known;
  if (isPrintable(character) && character !== '\ufeff') return character;
  const code = character.codePointAt(0) ?? 0;
  if (code <= 0xff) return `\\x${code.toString(16).toUpperCase().padStart(2, '0')}`;
  if (code <= 0xffff) return `\\u${code.toString(16).toUpperCase().padStart(4, '0')}`;
  return `\\U${code.toString(16).toUpperCase().padStart(8, '0')}`;
}
