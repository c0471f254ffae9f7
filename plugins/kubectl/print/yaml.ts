import { goText } from '../../../src/base/go-text.ts';
import { isRecord } from '../../../src/base/is-record.ts';
import { yamlScalar } from './yaml-scalar.ts';
import { compareYamlKeys } from './yaml-keys.ts';

/** YAML as sigs.k8s.io/yaml writes JSON: keys in order, lists not indented within maps. */
export function printYaml(value: unknown): string {
  if (Array.isArray(value) && value.length > 0) return listText(value, 0);
  if (isRecord(value) && Object.keys(value).length > 0) return mapText(value, 0);
  return `${leaf(value, 0, 0, false)}\n`;
}

const isEmpty = (value: unknown): boolean =>
  Array.isArray(value) ? value.length === 0 : !isRecord(value) || Object.keys(value).length === 0;

function mapText(record: Readonly<Record<string, unknown>>, indent: number): string {
  const entries = Object.entries(record)
    .filter(([, value]) => value !== undefined)
    .toSorted(([a], [b]) => compareYamlKeys(a, b));
  return entries.map(([key, value]) => `${' '.repeat(indent)}${entry(key, value, indent)}`).join('');
}

function entry(key: string, value: unknown, indent: number): string {
  const name = yamlScalar(key, { indent, column: indent, isKey: true });
  const colon = key.length > 128 ? `? ${name}\n${' '.repeat(indent)}:` : `${name}:`;
  if (isEmpty(value)) return `${colon} ${leaf(value, indent + 2, indent + colon.length, false)}\n`;
  if (Array.isArray(value)) return `${colon}\n${listText(value, indent)}`;
  return `${colon}\n${mapText(isRecord(value) ? value : {}, indent + 2)}`;
}

function listText(list: readonly unknown[], indent: number): string {
  return list.map(item => `${' '.repeat(indent)}- ${itemText(item, indent + 2)}`).join('');
}

/** What follows `- `: the first line stands on the dash's own. */
function itemText(item: unknown, indent: number): string {
  if (isEmpty(item)) return `${leaf(item, indent, indent - 1, true)}\n`;
  const text = Array.isArray(item) ? listText(item, indent) : mapText(isRecord(item) ? item : {}, indent);
  return text.slice(indent);
}

function leaf(value: unknown, indent: number, column: number, inList: boolean): string {
  if (Array.isArray(value)) return '[]';
  if (isRecord(value)) return '{}';
  if (value === null || value === undefined) return 'null';
  if (typeof value === 'number') return goNumber(value);
  if (typeof value === 'boolean') return String(value);
  return yamlScalar(goText(value), { indent: inList ? indent : indent, column, isKey: false });
}

/** A number as Go's `strconv.FormatFloat(v, 'g', -1, 64)` has it, integers as they are. */
function goNumber(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e21) return String(value);
  return String(value).replace(/e([+-])(\d)$/, 'e$10$2');
}
