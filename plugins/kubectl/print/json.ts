import { isRecord } from '../../../src/base/is-record.ts';

/** JSON as Go's encoding/json writes a map: keys in order, `<`, `>` and `&` escaped; indented by four unless compact. */
export const printJson = (value: unknown): string => `${goJson(value, '    ')}\n`;

/** The same with the fields in the order in which the server sent them. */
export const printSentJson = (value: unknown): string => `${escaped(JSON.stringify(value, undefined, '    '))}\n`;

export function goJson(value: unknown, indent = ''): string {
  return escaped(JSON.stringify(inOrder(value), undefined, indent));
}

const escaped = (json: string): string => json.replaceAll(/[<>&\u2028\u2029]/g, escape);

const escape = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** The same value with the keys of each object sorted. */
function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, each]) => [key, inOrder(each)]),
  );
}
