import type { Key } from '../../../src/api/client.ts';
import { isStatusError } from '../../../src/api/status-error.ts';
import { timeOf } from '../../../src/base/timestamp.ts';
import type { Caches } from '../../../src/sdk/caches.ts';
import { defineController, reads, type Outcome, type ReconcileContext } from '../../../src/sdk/controller.ts';
import { PersistentVolume } from '../../kinds/core/v1/persistent-volume.ts';
import type { PersistentVolumeStatus } from '../../kinds/core/v1/persistent-volume-spec.ts';
import { PersistentVolumeClaim } from '../../kinds/core/v1/persistent-volume-claim.ts';
import { BOUND_BY_CONTROLLER } from '../../kinds/core/v1/volume-binding.ts';
import { planVolume } from './plan-volume.ts';

type Context = ReconcileContext<typeof PersistentVolume, Record<string, never>>;

/** Tells how each volume is, and frees those whose claims have others. Who made a volume deletes it. */
export const volumeBinder = defineController({
  name: 'persistent-volume-phases',
  primary: PersistentVolume,
  reads: [reads(PersistentVolumeClaim, volumesOf)],
  writes: [PersistentVolume.can('update'), PersistentVolume.canOn('status', 'update')],
  reconcile: pass,
});

function volumesOf(claim: PersistentVolumeClaim, caches: Caches): readonly Key[] {
  const { name, namespace } = claim.metadata;
  return caches
    .of(PersistentVolume)
    .list()
    .filter(({ spec: { claimRef } }) => claimRef?.name === name && claimRef.namespace === namespace)
    .map(({ metadata }) => metadata);
}

async function pass(context: Context): Promise<Outcome<PersistentVolumeStatus>> {
  const { object: volume, client, nowMs, event } = context;
  const plan = planVolume(volume, await claimOf(context));
  if (plan.act === 'free') {
    const { claimRef, ...spec } = volume.spec;
    const { uid: _uid, resourceVersion: _revision, ...named } = claimRef ?? {};
    const { [BOUND_BY_CONTROLLER]: _ours, ...annotations } = volume.metadata.annotations ?? {};
    await client.update(PersistentVolume, {
      ...volume,
      metadata: { ...volume.metadata, annotations },
      spec: plan.keepsName ? { ...spec, claimRef: named } : spec,
    });
    return {};
  }
  const { phase, failure } = plan;
  if (phase === volume.status.phase) return {};
  if (failure !== undefined) event('Warning', failure.reason, failure.message);
  const { message: _message, reason: _reason, ...status } = volume.status;
  return {
    status: {
      ...status,
      phase,
      lastPhaseTransitionTime: timeOf(nowMs),
      ...(failure === undefined ? {} : { message: failure.message }),
    },
  };
}

/** What a cache does not show may be there all the same: data is at stake, so the API itself is asked. */
async function claimOf({ object: volume, client, caches }: Context): Promise<PersistentVolumeClaim | undefined> {
  const { name, namespace = '', uid = '' } = volume.spec.claimRef ?? {};
  if (name === undefined || uid === '') return undefined;
  const cached = caches.of(PersistentVolumeClaim).get(name, namespace);
  if (cached?.metadata.uid === uid) return cached;
  try {
    return await client.get(PersistentVolumeClaim, { name, namespace });
  } catch (error) {
    if (isStatusError(error, 'NotFound')) return undefined;
    throw error;
  }
}
