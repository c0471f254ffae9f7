import { applyConfiguration } from '../../../src/api/apply-configuration.ts';
import type { Patch, PatchOptions } from '../../../src/api/client.ts';
import { invalid } from '../../../src/api/field-error.ts';
import type { AnyObject } from '../../../src/api/object-meta.ts';
import type { ResourceDefinition } from '../../../src/api/resource.ts';
import { scaleOf, withScale, type ScaleObject } from '../../../src/api/scale.ts';
import { conflictError, invalidError, STALE_OBJECT } from '../../../src/api/status-error.ts';
import { isRecord } from '../../../src/base/is-record.ts';
import { must } from '../../../src/base/must.ts';
import { Scale } from '../../kinds/autoscaling/v1/scale.ts';
import type { Api, SeenAs, Write } from '../api.ts';
import { get } from './get.ts';
import type { Judge } from './judge.ts';
import { readConfiguration } from './read-configuration.ts';
import { patchedObject } from './patch.ts';
import { keyOf, update } from './update.ts';

/** The scale subresource: a kind's replicas, seen as an object of its own. */
export async function getScale(api: Api, write: Write): Promise<ScaleObject> {
  const { object } = await get(api, write.resource, keyOf(write));
  return scaleOf(pathsOf(write.resource), object);
}

export async function updateScale(
  api: Api,
  write: Write,
  scale: Partial<ScaleObject> & AnyObject,
): Promise<ScaleObject> {
  return change(api, write, () => scale);
}

export async function patchScale(
  api: Api,
  write: Write,
  patch: Patch,
  options: PatchOptions = {},
  judge: Judge = same,
): Promise<ScaleObject> {
  if (patch.type === 'apply') return applyScale(api, write, patch.body, options, judge);
  return change(api, write, current => judge(patchedObject(Scale, current, patch)));
}

const same: Judge = patched => patched;

/** Who applies a scale owns the object's replicas, by this subresource. */
async function applyScale(
  api: Api,
  write: Write,
  body: unknown,
  { force = false }: PatchOptions,
  judge: Judge,
): Promise<ScaleObject> {
  const { resource, steps, fieldManager } = write;
  const paths = pathsOf(resource);
  const scale: Partial<ScaleObject> & AnyObject = await judge(
    await readConfiguration({ ...write, resource: Scale }, body),
  );
  const replicas = scale.spec?.replicas;
  const { apiVersion, kind } = resource;
  const head: AnyObject = { apiVersion, kind, metadata: scale.metadata };
  const configuration = replicas === undefined ? head : withScale(paths, head, scale);
  const manager = { name: fieldManager, subresource: 'scale' };
  const options = { manager, force, nowMs: api.world.clock.now(), shownVersion: Scale.apiVersion };
  const { object } = await update(
    api,
    { ...write, subresource: '' },
    async current => {
      const next = await applyConfiguration(steps, resource, current, configuration, options);
      checkReplicas(write, replicas);
      // What nobody says any more is none, as upstream has it, and not what the kind would have by default.
      return withScale(paths, next, scaleOf(paths, next));
    },
    { manages: true, seenAs: seenAsScale(paths) },
  );
  return scaleOf(paths, object);
}

function checkReplicas({ name }: Write, replicas = 0): void {
  if (replicas >= 0) return;
  throw invalidError({ group: 'autoscaling', kind: 'Scale' }, name, [
    invalid('spec.replicas', replicas, 'must be greater than or equal to 0'),
  ]);
}

async function change(
  api: Api,
  write: Write,
  scale: (current: ScaleObject) => (Partial<ScaleObject> & AnyObject) | Promise<Partial<ScaleObject> & AnyObject>,
): Promise<ScaleObject> {
  const { resource, name } = write;
  const paths = pathsOf(resource);
  const { object } = await update(
    api,
    { ...write, subresource: '' },
    async current => {
      const wanted = await scale(scaleOf(paths, current));
      checkReplicas(write, wanted.spec?.replicas);
      const { resourceVersion } = wanted.metadata;
      if ((resourceVersion ?? '') !== '' && resourceVersion !== current.metadata.resourceVersion) {
        throw conflictError(resource, name, STALE_OBJECT);
      }
      return withScale(paths, current, wanted);
    },
    {
      signsAs: 'scale',
      isSigned: current => isOwned(current, paths.spec),
      seenAs: seenAsScale(paths),
    },
  );
  return scaleOf(paths, object);
}

/**
 * Who scales what nobody said the replicas of stays unnamed, as upstream has it, which sees no owners then: who
 * applies replicas afterwards meets no conflict.
 */
const isOwned = ({ metadata: { managedFields = [] } }: AnyObject, path: string): boolean =>
  managedFields.some(({ fieldsV1 }) => {
    let found: unknown = fieldsV1;
    for (const name of path.split('.')) found = isRecord(found) ? found[`f:${name}`] : undefined;
    return found !== undefined;
  });

const pathsOf = ({ scale }: ResourceDefinition): NonNullable<ResourceDefinition['scale']> =>
  must(scale, 'the kind has a scale subresource');

const seenAsScale = (paths: NonNullable<ResourceDefinition['scale']>): SeenAs => ({
  request: { subresource: 'scale', body: Scale },
  show: shown => scaleOf(paths, shown),
  take: (whole, mutated: Partial<ScaleObject> & AnyObject) => withScale(paths, whole, mutated),
});
