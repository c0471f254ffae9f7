import { isDeepEqual } from '../base/deep-equal.ts';
import type { AnyObject } from './object-meta.ts';
import type { ResourceDefinition } from './resource.ts';

export const tracksGeneration = ({ generation, status }: Pick<ResourceDefinition, 'generation' | 'status'>): boolean =>
  generation ?? status === true;

/** `next` with its generation one higher when anything but metadata and a status that is apart differs from `old`. */
export function bumpGeneration(resource: ResourceDefinition, next: AnyObject, old: AnyObject): AnyObject {
  if (!tracksGeneration(resource) || isDeepEqual(desired(resource, next), desired(resource, old))) return next;
  return { ...next, metadata: { ...next.metadata, generation: (old.metadata.generation ?? 0) + 1 } };
}

function desired({ annotationsCount, custom, status }: ResourceDefinition, object: AnyObject): object {
  const { metadata, ...body } = object;
  const whole = annotationsCount === true ? { ...body, annotations: metadata.annotations ?? {} } : body;
  if (custom !== undefined && status !== true) return whole;
  const { status: _status, ...rest } = whole as { readonly status?: unknown };
  return rest;
}
