/** What is wrong with the text of an expression. */
export interface CelIssue {
  readonly message: string;
  /** In UTF-16 units; undefined for the text as a whole. */
  readonly offset: number | undefined;
}

const MAX_ISSUES = 100;
const MAX_SNIPPET = 16_384;

/** As users read them, with the line and a mark below the place. */
export function printIssues(text: string, issues: readonly CelIssue[]): string {
  const lines = text.split('\n');
  const placed = issues
    .slice(0, MAX_ISSUES)
    .map(issue => ({ issue, place: placeOf(text, issue.offset) }))
    .toSorted((a, b) => a.place.line - b.place.line || a.place.column - b.place.column)
    .map(({ issue, place }) => printIssue(issue, place, lines[place.line - 1]));
  const more = issues.length - MAX_ISSUES;
  return [...placed, ...(more > 0 ? [`${more} more errors were truncated`] : [])].join('\n');
}

interface Place {
  readonly line: number;
  /** From 0, in characters. */
  readonly column: number;
}

function placeOf(text: string, offset: number | undefined): Place {
  if (offset === undefined) return { line: -1, column: -1 };
  const before = text.slice(0, offset);
  const start = before.lastIndexOf('\n') + 1;
  return { line: before.split('\n').length, column: Array.from(before.slice(start)).length };
}

function printIssue({ message }: CelIssue, { line, column }: Place, snippet: string | undefined): string {
  const said = `ERROR: <input>:${line}:${column + 1}: ${message}`;
  if (snippet === undefined || snippet.length > MAX_SNIPPET) return said;
  const shown = snippet.replaceAll('\t', ' ');
  const characters = Array.from(shown);
  const marks = characters.slice(0, column).map(character => (isWide(character) ? '\uff0e' : '.'));
  return `${said}\n | ${shown}\n | ${marks.join('')}${isWide(characters[column] ?? '') ? '\uff3e' : '^'}`;
}

const isWide = (character: string): boolean => (character.codePointAt(0) ?? 0) > 0x7f;
