import { goEscaped } from '../../../src/base/go-escaped.ts';
import { isRecord } from '../../../src/base/is-record.ts';

/** JSON as Go's encoding/json writes a map: keys in order, `<`, `>` and `&` escaped; indented by four unless compact. */
export const printJson = (value: unknown): string => `${goJson(value, '    ')}\n`;

/** The same with the fields in the order in which the server sent them. */
export const printSentJson = (value: unknown): string => `${goEscaped(JSON.stringify(value, undefined, '    '))}\n`;

export function goJson(value: unknown, indent = ''): string {
  return goEscaped(JSON.stringify(inOrder(value), undefined, indent));
}

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
