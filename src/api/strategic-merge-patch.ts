import { mergePatch } from './merge-patch.ts';
import type { AnyObject } from './object-meta.ts';
import type { Resource } from './resource.ts';

/** Why a strategic merge patch makes no sense. */
export class StrategicPatchError extends Error {
  readonly code = 'Malformed';
}

export function strategicMergePatch(_resource: Resource, current: AnyObject, patch: unknown): unknown {
  return mergePatch(current, patch);
}
