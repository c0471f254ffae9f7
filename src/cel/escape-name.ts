/** Words that no expression can use as a name. */
export const RESERVED_WORDS: ReadonlySet<string> = new Set(
  'true false null in as break const continue else for function if import let loop package namespace return var void while'.split(
    ' ',
  ),
);

const ESCAPES: Readonly<Record<string, string>> = {
  __: '__underscores__',
  '.': '__dot__',
  '-': '__dash__',
  '/': '__slash__',
};

/** The name that expressions know a property by; undefined where they cannot name it. */
export function escapeName(property: string): string | undefined {
  if (RESERVED_WORDS.has(property)) return `__${property}__`;
  if (!/^[A-Za-z_./-][A-Za-z0-9_./-]*$/.test(property)) return undefined;
  return property.replace(/__|[./-]/g, found => ESCAPES[found] ?? found);
}

const UNESCAPES = new Map(Object.entries(ESCAPES).map(([text, escaped]) => [escaped, text]));

/** The property that a name stands for; undefined where it is escaped in a way that no property is. */
export function unescapeName(name: string): string | undefined {
  if (!name.includes('__')) return name;
  let isEscaped = true;
  const property = name.replace(/__[^_]+__/g, found => {
    const known = UNESCAPES.get(found);
    if (known !== undefined) return known;
    const word = found.slice(2, -2);
    if (!RESERVED_WORDS.has(word) || found !== name) isEscaped = false;
    return word;
  });
  return isEscaped ? property : undefined;
}
