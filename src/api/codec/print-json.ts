import type * as Yaml from 'yaml';
import { parseStored, parseToPrint } from './read-json.ts';

/** Sorted, lists not indented, and quoted what an older YAML takes for a time or a truth value. */
const YAML_AS_GO = {
  version: '1.1',
  aliasDuplicateObjects: false,
  sortMapEntries: true,
  indentSeq: false,
  lineWidth: 0,
} as const;

/** Stored JSON as YAML. */
export const printYaml = ({ stringify }: typeof Yaml, json: string): string =>
  stringify(parseToPrint(json), YAML_AS_GO);

/** Stored JSON for people to read. */
export const printIndented = (json: string): string => `${JSON.stringify(parseStored(json), null, 2)}\n`;
