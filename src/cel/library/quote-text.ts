const ESCAPES: Readonly<Record<string, string>> = {
  '\u0007': String.raw`\a`,
  '\b': String.raw`\b`,
  '\f': String.raw`\f`,
  '\n': String.raw`\n`,
  '\r': String.raw`\r`,
  '\t': String.raw`\t`,
  '\v': String.raw`\v`,
  '\\': String.raw`\\`,
  '"': String.raw`\"`,
};

const TO_ESCAPE = new RegExp(`[${Object.keys(ESCAPES).join('').replace('\\', String.raw`\\`)}]`, 'g');

/** `text` as a literal of the language. */
export const quoteText = (text: string): string =>
  `"${text.toWellFormed().replace(TO_ESCAPE, character => ESCAPES[character] ?? character)}"`;
