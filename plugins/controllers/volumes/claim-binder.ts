import type { Key } from '../../../src/api/client.ts';
import { isDeepEqual } from '../../../src/base/deep-equal.ts';
import type { Caches } from '../../../src/sdk/caches.ts';
import { defineController, reads, type Outcome, type ReconcileContext } from '../../../src/sdk/controller.ts';
import { PersistentVolume } from '../../kinds/core/v1/persistent-volume.ts';
import { PersistentVolumeClaim } from '../../kinds/core/v1/persistent-volume-claim.ts';
import type { PersistentVolumeClaimStatus } from '../../kinds/core/v1/persistent-volume-claim-status.ts';
import { storageClassOf } from '../../kinds/core/v1/storage-class-of.ts';
import { BIND_COMPLETED, BOUND_BY_CONTROLLER, isBound, isMeantFor } from '../../kinds/core/v1/volume-binding.ts';
import { StorageClass } from '../../kinds/storage/v1/storage-class.ts';
import { planClaim } from './plan-claim.ts';

type Context = ReconcileContext<typeof PersistentVolumeClaim, Record<string, never>>;

/** Finds each claim its volume, or somebody who makes one. */
export const claimBinder = defineController({
  name: 'persistent-volume-binder',
  primary: PersistentVolumeClaim,
  reads: [reads(PersistentVolume, claimsFor), reads(StorageClass, claimsOfClass)],
  writes: [
    PersistentVolume.can('update'),
    PersistentVolumeClaim.can('update', 'patch'),
    PersistentVolumeClaim.canOn('status', 'update'),
  ],
  // One at a time: two claims never choose the same volume.
  workers: 1,
  reconcile: pass,
});

/** The claim a volume is meant for, or those that may want a free one. */
function claimsFor({ metadata, spec: { claimRef } }: PersistentVolume, caches: Caches): readonly Key[] {
  if (claimRef?.name !== undefined) return [{ name: claimRef.name, namespace: claimRef.namespace ?? '' }];
  return waiting(caches, ({ spec }) => (spec.volumeName ?? metadata.name) === metadata.name);
}

function claimsOfClass({ metadata: { name } }: StorageClass, caches: Caches): readonly Key[] {
  return waiting(caches, claim => storageClassOf(claim) === name);
}

const waiting = (caches: Caches, isWanted: (claim: PersistentVolumeClaim) => boolean): readonly Key[] =>
  caches
    .of(PersistentVolumeClaim)
    .list()
    .filter(claim => !isBound(claim) && isWanted(claim))
    .map(({ metadata }) => metadata);

async function pass(context: Context): Promise<Outcome<PersistentVolumeClaimStatus>> {
  const { object: claim, caches, event } = context;
  const volumes = caches.of(PersistentVolume);
  const classes = caches.of(StorageClass);
  const plan = planClaim(claim, {
    volumes: volumes.list(),
    volume: name => volumes.get(name),
    storageClass: name => classes.get(name),
  });
  switch (plan.act) {
    case 'bind':
      return bind(context, plan.volume);
    case 'lose': {
      if (claim.status.phase !== 'Lost') event('Warning', plan.reason, plan.message);
      const { capacity: _capacity, accessModes: _modes, ...status } = claim.status;
      return { status: { ...status, phase: 'Lost' } };
    }
    case 'provision':
      await askFor(context, plan.provisioner);
      return { status: { ...claim.status, phase: 'Pending' } };
    case 'wait':
      if (plan.event !== undefined) event(plan.event.type, plan.event.reason, plan.event.message);
      return { status: { ...claim.status, phase: 'Pending' } };
  }
}

/** First the volume says whose it is, so that no other claim takes it; then the claim says so, too. */
async function bind(
  { object: claim, client }: Context,
  found: PersistentVolume,
): Promise<Outcome<PersistentVolumeClaimStatus>> {
  const { name, namespace = '', uid } = claim.metadata;
  let volume = found;
  if (!isMeantFor(volume, claim) || volume.spec.claimRef?.uid !== uid) {
    const isOurs = volume.spec.claimRef === undefined;
    const { resourceVersion } = claim.metadata;
    const claimRef = { kind: 'PersistentVolumeClaim', apiVersion: 'v1', namespace, name, uid, resourceVersion };
    volume = await client.update(PersistentVolume, {
      ...volume,
      metadata: isOurs ? annotated(volume.metadata, { [BOUND_BY_CONTROLLER]: 'yes' }) : volume.metadata,
      spec: { ...volume.spec, claimRef },
    });
  }
  const isChosen = (claim.spec.volumeName ?? '') !== '';
  const annotations = { [BIND_COMPLETED]: 'yes', ...(isChosen ? {} : { [BOUND_BY_CONTROLLER]: 'yes' }) };
  if (!isBound(claim)) {
    await client.update(PersistentVolumeClaim, {
      ...claim,
      metadata: annotated(claim.metadata, annotations),
      spec: { ...claim.spec, volumeName: volume.metadata.name },
    });
  }
  const { accessModes, capacity } = volume.spec;
  const isGrown = claim.status.phase === 'Bound' && claim.status.capacity !== undefined;
  return {
    status: {
      ...claim.status,
      phase: 'Bound',
      ...(accessModes === undefined ? {} : { accessModes }),
      ...(capacity === undefined || isGrown ? {} : { capacity }),
    },
  };
}

function annotated<T extends { readonly annotations?: Readonly<Record<string, string>> }>(
  metadata: T,
  more: Readonly<Record<string, string>>,
): T {
  return { ...metadata, annotations: { ...metadata.annotations, ...more } };
}

const PROVISIONERS = ['volume.kubernetes.io/storage-provisioner', 'volume.beta.kubernetes.io/storage-provisioner'];

/** Whoever provisions finds its claims by these annotations. */
async function askFor({ object: claim, client, event }: Context, provisioner: string): Promise<void> {
  const { name, namespace = '', annotations = {} } = claim.metadata;
  const asked = Object.fromEntries(PROVISIONERS.map(key => [key, provisioner]));
  if (!isDeepEqual({ ...annotations, ...asked }, annotations)) {
    const body = { metadata: { annotations: asked } };
    await client.patch(PersistentVolumeClaim, { name, namespace }, { type: 'merge', body });
  }
  const who = `either by the external provisioner '${provisioner}' or manually by the system administrator`;
  const hint = 'If volume creation is delayed, please verify that the provisioner is running and correctly registered.';
  event('Normal', 'ExternalProvisioning', `Waiting for a volume to be created ${who}. ${hint}`);
}
