import { isDeepEqual } from '../base/deep-equal.ts';
import type { AnyObject } from './object-meta.ts';
import type { ResourceDefinition } from './resource.ts';

export const tracksGeneration = ({ generation, status }: Pick<ResourceDefinition, 'generation' | 'status'>): boolean =>
  generation ?? status === true;

/** `next` with its generation one higher when anything but metadata and status differs from `old`. */
export function bumpGeneration(resource: ResourceDefinition, next: AnyObject, old: AnyObject): AnyObject {
  if (!tracksGeneration(resource) || isDeepEqual(desired(next), desired(old))) return next;
  return { ...next, metadata: { ...next.metadata, generation: (old.metadata.generation ?? 0) + 1 } };
}

function desired(object: AnyObject): object {
  const { metadata: _metadata, status: _status, ...rest } = object as AnyObject & { readonly status?: unknown };
  return rest;
}
