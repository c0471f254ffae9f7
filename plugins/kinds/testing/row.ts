import type { Resource } from '../../../src/api/resource.ts';
import { settleObject } from '../../../src/api/settle-object.ts';

const NOW = Date.parse('2026-01-01T01:00:00Z');
export const BORN = '2026-01-01T00:00:00Z';

/** The row of an object, wide columns included. */
export function row(resource: Resource, parts: object): readonly unknown[] {
  const { metadata, ...rest } = parts as { metadata?: object };
  const object = {
    apiVersion: resource.apiVersion,
    kind: resource.kind,
    metadata: { name: 'x', creationTimestamp: BORN, ...metadata },
    ...rest,
  };
  const settled = settleObject(resource, object as unknown as Parameters<typeof settleObject>[1]);
  return resource.columns.map(column => column.value(settled, NOW));
}
