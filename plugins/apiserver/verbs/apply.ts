import { applyConfiguration } from '../../../src/api/apply-configuration.ts';
import type { PatchOptions } from '../../../src/api/client.ts';
import type { AnyObject } from '../../../src/api/object-meta.ts';
import { isStatusError, notFoundError } from '../../../src/api/status-error.ts';
import type { Api, Write } from '../api.ts';
import { create } from './create.ts';
import type { Judge } from './judge.ts';
import { readConfiguration } from './read-configuration.ts';
import type { WriteAnswer } from './write-answer.ts';
import { keyOf, update } from './update.ts';

/** Server-side apply of a configuration; makes the object where it is absent. */
export async function apply(
  api: Api,
  write: Write,
  body: unknown,
  { force = false }: PatchOptions,
  judge: Judge,
): Promise<WriteAnswer> {
  const { steps } = write;
  if (write.subresource !== '' && (await api.objects.get(write.resource, keyOf(write))) === undefined) {
    throw notFoundError(write.resource, write.name);
  }
  const configuration = ownPart(write, await judge(await readConfiguration(write, body)));
  const manager = { name: write.fieldManager, subresource: write.subresource };
  const options = { manager, force, nowMs: api.world.clock.now() };
  for (;;) {
    const current = await api.objects.get(write.resource, keyOf(write));
    try {
      if (current !== undefined) {
        const change = (live: AnyObject): Promise<AnyObject> =>
          applyConfiguration(steps, write.resource, live, configuration, options);
        return { object: await update(api, write, change, { manages: true, isPatch: true }), isNew: false };
      }
      if (write.subresource !== '') throw notFoundError(write.resource, write.name);
      const born = await applyConfiguration(steps, write.resource, undefined, configuration, options);
      return { object: await create(api, { ...write, name: '' }, born, { manages: true }), isNew: true };
    } catch (error) {
      // Someone made or removed it meanwhile: what is there now decides.
      if (!isStatusError(error, current === undefined ? 'AlreadyExists' : 'NotFound')) throw error;
      if (write.subresource !== '') throw error;
    }
  }
}

/** What this resource does not write is not applied either: the status, or all but it. Who applies to a part of what is wanted owns all that is said, taken or not. */
function ownPart(
  { resource, subresource }: Write,
  configuration: AnyObject & { readonly spec?: unknown; readonly status?: unknown },
): AnyObject {
  if (resource.status !== true) return configuration;
  const { status, ...rest } = configuration;
  if (subresource !== 'status' && resource.parts?.[subresource]?.isOfStatus !== true) return rest;
  const { apiVersion, kind, metadata } = configuration;
  const only = { apiVersion, kind, metadata };
  return status === undefined ? only : ({ ...only, status } as AnyObject);
}
