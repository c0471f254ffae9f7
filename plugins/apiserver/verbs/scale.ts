import type { Patch } from '../../../src/api/client.ts';
import { invalid } from '../../../src/api/field-error.ts';
import type { AnyObject } from '../../../src/api/object-meta.ts';
import type { ResourceDefinition } from '../../../src/api/resource.ts';
import { scaleOf, withScale, type ScaleObject } from '../../../src/api/scale.ts';
import { badRequestError, conflictError, invalidError, STALE_OBJECT } from '../../../src/api/status-error.ts';
import { must } from '../../../src/base/must.ts';
import { Scale } from '../../kinds/autoscaling/v1/scale.ts';
import type { Api, Write } from '../api.ts';
import { get } from './get.ts';
import type { Judge } from './judge.ts';
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

export async function patchScale(api: Api, write: Write, patch: Patch, judge: Judge = same): Promise<ScaleObject> {
  if (patch.type === 'apply') throw badRequestError('a scale is not applied; patch or update it');
  return change(api, write, current => judge(patchedObject(Scale, current, patch)));
}

const same: Judge = patched => patched;

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
      const replicas = wanted.spec?.replicas ?? 0;
      if (replicas < 0) {
        throw invalidError({ group: 'autoscaling', kind: 'Scale' }, name, [
          invalid('spec.replicas', replicas, 'must be greater than or equal to 0'),
        ]);
      }
      const { resourceVersion } = wanted.metadata;
      if ((resourceVersion ?? '') !== '' && resourceVersion !== current.metadata.resourceVersion) {
        throw conflictError(resource, name, STALE_OBJECT);
      }
      return withScale(paths, current, wanted);
    },
    { signsAs: 'scale' },
  );
  return scaleOf(paths, object);
}

const pathsOf = ({ scale }: ResourceDefinition): NonNullable<ResourceDefinition['scale']> =>
  must(scale, 'the kind has a scale subresource');
