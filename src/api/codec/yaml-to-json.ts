import type * as Yaml from 'yaml';
import { sortedJson } from '../../base/sorted-json.ts';

/** What a YAML text comes to: JSON and what strict reading complains about, or why it is refused. */
export type YamlOutcome =
  | { readonly json: string; readonly repeatedKeys: readonly string[] }
  | { readonly problem: string };

/** Aliases of one document that may be followed; a text of a few lines can else mean gigabytes. */
const MAX_ALIASES = 100;
/** Aliases of one document altogether. */
const MAX_ALIAS_NODES = 1000;
/** Keys told to be set twice. */
const MAX_REPEATED = 20;

export interface YamlReading {
  /** Whether `yes`, `off` and their like, times and sums of sixties are plain texts, as in YAML 1.2. */
  readonly hasPlainWords?: boolean;
  /** Whether members come in the order of their keys: Go makes JSON of YAML so, and complains in that order. */
  readonly sortsKeys?: boolean;
}

/** YAML as the JSON it means. Problems are worded as sigs.k8s.io/yaml words them. */
export function yamlToJson(
  yaml: typeof Yaml,
  text: string,
  { hasPlainWords = false, sortsKeys = false }: YamlReading = {},
): YamlOutcome {
  const excess = excessOf(text);
  if (excess !== undefined) return { problem: excess };
  try {
    const lineCounter = new yaml.LineCounter();
    const document = yaml.parseDocument(text, {
      version: '1.1',
      merge: true,
      prettyErrors: false,
      // The library's own check compares each key with every other.
      uniqueKeys: false,
      lineCounter,
      ...(hasPlainWords ? { customTags: withPlainWords } : {}),
    });
    // Of several documents the first is meant.
    const problem = document.errors.find(({ code }) => code !== 'MULTIPLE_DOCS');
    if (problem !== undefined) return { problem: problemText(problem, lineCounter.linePos(problem.pos[0]).line) };
    if (aliases(yaml, document) > MAX_ALIAS_NODES) throw new ReferenceError('too many aliases');
    const repeatedKeys = repeated(yaml, document.contents)
      .map(({ key, at }) => ({ key, line: lineCounter.linePos(at).line }))
      .toSorted((a, b) => a.line - b.line)
      .map(({ key, line }) => `line ${line}: key ${JSON.stringify(key)} already set in map`);
    const json = JSON.stringify(document.toJS({ maxAliasCount: MAX_ALIASES })) ?? 'null';
    return { json: sortsKeys ? JSON.stringify(sortedJson(JSON.parse(json))) : json, repeatedKeys };
  } catch (error) {
    if (error instanceof RangeError) return { problem: 'exceeded max depth' };
    if (error instanceof ReferenceError) {
      const anchor = /^Unresolved alias .*: (.*)$/.exec(error.message)?.[1];
      return {
        problem:
          anchor === undefined ? 'document contains excessive aliasing' : `unknown anchor '${anchor}' referenced`,
      };
    }
    throw error;
  }
}

/** As Go's parser says it, where it has a word for it. It counts lines from 0 and does not tell of that one, its scanner from 1 then. */
function problemText({ code, message }: Yaml.YAMLParseError, line: number): string {
  const [, text, isScanned] = WORDS.find(([pattern]) => pattern.test(`${code} ${message}`)) ?? [/./, message, true];
  if (line === 1) return text;
  return `line ${isScanned ? line : line - 1}: ${text}`;
}

const WORDS: readonly (readonly [RegExp, string, boolean])[] = [
  [/^TAB_AS_INDENT/, 'found character that cannot start any token', true],
  [/Nested mappings are not allowed/, 'mapping values are not allowed in this context', true],
  [/must start at the same column/, 'did not find expected key', false],
  [/^BAD_INDENT Flow|in block collection must be sufficiently indented/, 'did not find expected node content', false],
  [/Missing closing .quote/, 'found unexpected end of stream', true],
];

const withPlainWords = (tags: Yaml.Tags): Yaml.Tags => [
  ...tags.filter(
    tag => typeof tag === 'string' || !(WORDY.test(tag.tag) || ('format' in tag && tag.format === 'TIME')),
  ),
  'bool',
];

const WORDY = /:(?:bool|timestamp)$/;

/** Each is looked for in all of the document. */
function aliases({ visit }: typeof Yaml, document: Yaml.Document): number {
  let count = 0;
  visit(document, { Alias: () => void (count += 1) });
  return count;
}

interface Repeated {
  readonly key: unknown;
  readonly at: number;
}

function repeated({ isMap, isCollection, isScalar, isPair }: typeof Yaml, root: unknown): readonly Repeated[] {
  const found: Repeated[] = [];
  const open: unknown[] = [root];
  while (open.length > 0 && found.length < MAX_REPEATED) {
    const node = open.pop();
    if (!isCollection(node)) continue;
    const keys = new Set<unknown>();
    for (const item of node.items) {
      if (!isPair(item)) {
        open.push(item);
        continue;
      }
      open.push(item.value);
      if (!isMap(node) || !isScalar(item.key)) continue;
      const { value: key, range } = item.key;
      if (keys.has(key)) found.push({ key, at: range?.[0] ?? 0 });
      keys.add(key);
    }
  }
  return found;
}

const MAX_OPEN = 1000;
const MAX_LINES = 150_000;
const MAX_COMMAS = 300_000;

/** What tells before parsing, which is dear, that no real document looks like this. */
function excessOf(text: string): string | undefined {
  let [open, lines, commas] = [0, 0, 0];
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x5b || code === 0x7b) open += 1;
    else if ((code === 0x5d || code === 0x7d) && open > 0) open -= 1;
    else if (code === 0x0a) lines += 1;
    else if (code === 0x2c) commas += 1;
    if (open > MAX_OPEN) return 'exceeded max depth';
  }
  return lines > MAX_LINES || commas > MAX_COMMAS ? 'document holds too many values' : undefined;
}
