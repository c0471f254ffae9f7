import { pathOf, type Found } from '../builder/found.ts';
import type { KubeObject } from '../kube-object.ts';
import type { RestClient } from '../rest/rest-client.ts';

export const PATCH_TYPES = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
} as const;
export type PatchType = keyof typeof PATCH_TYPES;

export interface PatchOptions {
  readonly type: PatchType;
  readonly fieldManager?: string;
  readonly dryRun?: string | undefined;
  readonly subresource?: string | undefined;
  readonly fieldValidation?: string | undefined;
}

export async function patchObject(
  client: RestClient,
  found: Omit<Found, 'object' | 'source'>,
  patch: unknown,
  { type, fieldManager, dryRun, subresource, fieldValidation }: PatchOptions,
): Promise<KubeObject> {
  const below = subresource === undefined || subresource === '' ? [] : [subresource];
  return (await client.json(pathOf(found, ...below), {
    method: 'PATCH',
    body: patch,
    contentType: PATCH_TYPES[type],
    query: { fieldManager, dryRun, fieldValidation },
  })) as KubeObject;
}
