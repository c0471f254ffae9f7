import type { AnyObject } from './object-meta.ts';
import type { Resource } from './resource.ts';
import { storagePrefix } from './storage-key.ts';

/** Whether two kinds are views of the same stored objects: versions of one kind, or what one was called before. */
export const isSameStored = (a: Resource, b: Resource): boolean => storagePrefix(a) === storagePrefix(b);

/** An object of one such kind as the other shows it. */
export async function convertObject(from: Resource, to: Resource, object: AnyObject): Promise<AnyObject> {
  if (from === to) return object;
  const [asked] = (await to.custom?.askedConversion?.fromStored([object])) ?? [];
  if (asked !== undefined) return asked;
  const stored = (from.storedAs ?? from.custom?.conversion)?.toStored(object) ?? object;
  return (
    (to.storedAs ?? to.custom?.conversion)?.fromStored(stored) ?? {
      ...stored,
      apiVersion: to.apiVersion,
      kind: to.kind,
    }
  );
}
