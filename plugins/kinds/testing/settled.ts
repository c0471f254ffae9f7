import type { InputOf, ObjectOf, Resource } from '../../../src/api/resource.ts';
import { settleObject } from '../../../src/api/settle-object.ts';

/** What a client sends, as the server stores it. */
export function settled<R extends Resource>(resource: R, input: InputOf<R>): ObjectOf<R> {
  const { metadata, ...rest } = input as { readonly metadata?: object };
  const object = {
    apiVersion: resource.apiVersion,
    kind: resource.kind,
    metadata: { name: 'x', ...metadata },
    ...rest,
  };
  return settleObject(resource, object as Parameters<typeof settleObject>[1]) as ObjectOf<R>;
}
