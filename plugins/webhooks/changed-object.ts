import { isRecord, type JsonRecord } from '../../src/api/json-record.ts';
import type { AnyObject } from '../../src/api/object-meta.ts';
import type { Resource } from '../../src/api/resource.ts';
import { settleObject } from '../../src/api/settle-object.ts';
import { wholeNode } from '../../src/api/whole-node.ts';
import { typeError } from '../../src/schema/type-error.ts';
import { prune, unknownFields } from '../../src/schema/unknown-fields.ts';

/** What was made of an object, or why it is none. */
export type ChangedObject =
  | {
      readonly object: AnyObject;
      /** Paths of what its kind does not know, which was left out. */
      readonly unknown: readonly string[];
    }
  | { readonly problem: string };

/** What was made of an object of `resource` (of no known kind: as it is), read as a body is and with its defaults. */
export function changedObject(resource: Resource | undefined, before: AnyObject, changed: unknown): ChangedObject {
  if (!isRecord(changed)) return { problem: 'the patch leaves no object behind' };
  const { metadata } = changed;
  const { apiVersion, kind } = before;
  const named = { ...changed, apiVersion, kind, ...(isRecord(before.metadata) ? { metadata: metadata ?? {} } : {}) };
  if (resource === undefined) return { object: asObject(named), unknown: [] };
  if (resource.custom !== undefined) {
    const { value } = resource.custom.prune(named);
    return { object: settleObject(resource, asObject(isRecord(value) ? value : named)), unknown: [] };
  }
  const node = wholeNode(resource);
  const problem = typeError(node, named);
  if (problem !== undefined) return { problem };
  const unknown = unknownFields(node, named);
  const known = unknown.length === 0 ? named : prune(node, named);
  return { object: settleObject(resource, asObject(isRecord(known) ? known : named)), unknown };
}

/** Whether it is one was read. */
const asObject = (value: JsonRecord): AnyObject => value as unknown as AnyObject;
