import { goText } from '../../../src/base/go-text.ts';
import { isRecord } from '../../../src/base/is-record.ts';
import type { Call } from '../command/verb.ts';
import { textsAt, type Fields } from '../dig.ts';
import { nameOf, namespaceOf, type KubeObject } from '../kube-object.ts';
import type { Description } from './description.ts';
import { describeEvents } from './events.ts';
import { describeAnnotations, describeLabels } from './labels.ts';

const SKIPPED = new Set(
  ['managedFields', 'name', 'namespace', 'labels', 'annotations'].map(field => `.metadata.${field}`),
);

/** Whatever is not known better, by its fields. */
export async function describeGeneric(call: Call, out: Description, object: KubeObject): Promise<void> {
  out.field('Name', nameOf(object));
  out.field('Namespace', namespaceOf(object));
  describeLabels(out, 'Labels', textsAt(object, 'metadata', 'labels'));
  describeAnnotations(out, 'Annotations', textsAt(object, 'metadata', 'annotations'));
  describeFields(out, object, 0, '');
  await describeEvents(call, out, object);
}

function describeFields(out: Description, fields: Fields, level: number, path: string): void {
  for (const [field, value] of Object.entries(fields).toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const here = `${path}.${field}`;
    if (SKIPPED.has(here)) continue;
    if (isRecord(value)) {
      out.line(`${labelFor(field)}:`, level);
      describeFields(out, value, level + 1, here);
    } else if (Array.isArray(value)) {
      out.line(`${labelFor(field)}:`, level);
      for (const item of value) {
        if (isRecord(item)) describeFields(out, item, level + 1, here);
        else out.line(goText(item), level + 1);
      }
    } else out.field(labelFor(field), goText(value), level);
  }
}

const ACRONYMS = new Set(['API', 'URL', 'UID', 'OSB', 'GUID']);

/** `resourceVersion` as `Resource Version`. */
export function labelFor(field: string): string {
  if (/[^\p{L}-]/u.test(field)) return field;
  const parts = field.match(/\p{Lu}+(?!\p{Ll})|\p{Lu}?\p{Ll}+|-|\p{L}/gu) ?? [field];
  return parts
    .map(part => (ACRONYMS.has(part.toUpperCase()) ? part.toUpperCase() : part.charAt(0).toUpperCase() + part.slice(1)))
    .join(' ');
}
