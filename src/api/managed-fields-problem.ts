import { isRecord, type JsonRecord } from './json-record.ts';
import type { ManagedFieldsEntry } from './object-meta.ts';

/** Why entries cannot say who manages what, in the words of apimachinery's DecodeManagedFields. */
export function managedFieldsProblem(entries: readonly ManagedFieldsEntry[]): string | undefined {
  for (const [index, entry] of entries.entries()) {
    const { operation, apiVersion = '', fieldsType = '', fieldsV1 }: Loose = entry;
    if (operation !== 'Apply' && operation !== 'Update') return 'operation must be `Apply` or `Update`';
    if (apiVersion === '') return 'apiVersion must not be empty';
    if (fieldsType === '') return `missing fieldsType in managed fields entry ${index}`;
    if (fieldsType !== 'FieldsV1') {
      return `invalid fieldsType ${JSON.stringify(fieldsType)} in managed fields entry ${index}`;
    }
    if (fieldsV1 !== undefined && !isRecord(fieldsV1))
      return 'error decoding versioned set: fieldsV1 must be an object';
    const wrong = isRecord(fieldsV1) ? noElementIn(fieldsV1) : undefined;
    if (wrong !== undefined) return `error decoding versioned set: ${wrong}`;
  }
  return undefined;
}

/** The first member that is no path element, anywhere within; `.` stands for the whole. */
function noElementIn(set: JsonRecord): string | undefined {
  for (const [name, inner] of Object.entries(set)) {
    if (name !== '.' && !/^[fvik]:/.test(name)) return `couldn't parse key ${JSON.stringify(name)}`;
    const wrong = isRecord(inner) ? noElementIn(inner) : undefined;
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

type Loose = { readonly [K in keyof ManagedFieldsEntry]?: ManagedFieldsEntry[K] | string };
