import { describe, expect, it } from 'vitest';
import type { PersistentVolume } from '../../kinds/core/v1/persistent-volume.ts';
import type { PersistentVolumeClaim } from '../../kinds/core/v1/persistent-volume-claim.ts';
import { bestVolume, mismatchOf, reaches } from '../../kinds/core/v1/volume-binding.ts';
import type { StorageClass } from '../../kinds/storage/v1/storage-class.ts';
import { planClaim, type ClaimPlan } from './plan-claim.ts';
import { planVolume } from './plan-volume.ts';

const claim = (spec: object = {}, more: { annotations?: object; deleted?: boolean } = {}): PersistentVolumeClaim =>
  ({
    metadata: {
      name: 'c',
      namespace: 'n',
      uid: 'claim',
      annotations: more.annotations ?? {},
      ...(more.deleted === true ? { deletionTimestamp: '2026-01-01T00:00:00Z' } : {}),
    },
    spec: {
      accessModes: ['ReadWriteOnce'],
      resources: { requests: { storage: '1Gi' } },
      volumeMode: 'Filesystem',
      ...spec,
    },
    status: { phase: 'Pending' },
  }) as unknown as PersistentVolumeClaim;
const volume = (
  name: string,
  spec: object = {},
  more: { annotations?: object; phase?: string; labels?: object } = {},
) =>
  ({
    metadata: { name, annotations: more.annotations ?? {}, labels: more.labels ?? {} },
    spec: {
      accessModes: ['ReadWriteOnce'],
      capacity: { storage: '1Gi' },
      volumeMode: 'Filesystem',
      persistentVolumeReclaimPolicy: 'Retain',
      ...spec,
    },
    status: { phase: more.phase ?? 'Available' },
  }) as unknown as PersistentVolume;
const OWN = { claimRef: { namespace: 'n', name: 'c', uid: 'claim' } };
const NAMED = { claimRef: { namespace: 'n', name: 'c' } };
const OTHER = { claimRef: { namespace: 'n', name: 'd', uid: 'other' } };
const DONE = { annotations: { 'pv.kubernetes.io/bind-completed': 'yes' } };
const SELECTED = { annotations: { 'volume.kubernetes.io/selected-node': 'node' } };

const storageClass = (name: string, provisioner = 'p', volumeBindingMode = 'Immediate'): StorageClass =>
  ({ metadata: { name }, provisioner, volumeBindingMode }) as unknown as StorageClass;
const CLASSES = [
  storageClass('now'),
  storageClass('late', 'p', 'WaitForFirstConsumer'),
  storageClass('hand', 'kubernetes.io/no-provisioner'),
];

describe('the best volume for a claim', () => {
  const sized = (name: string, storage: string, more: object = {}) => volume(name, { capacity: { storage }, ...more });
  it.each<[string, PersistentVolumeClaim, readonly PersistentVolume[], string | undefined]>([
    ['is the smallest that suffices', claim(), [sized('b', '3Gi'), sized('c', '2Gi'), sized('a', '1Mi')], 'c'],
    [
      'of its class',
      claim({ storageClassName: 'x' }),
      [sized('a', '1Gi'), sized('b', '2Gi', { storageClassName: 'x' })],
      'b',
    ],
    ['of its modes', claim({ accessModes: ['ReadWriteMany'] }), [sized('a', '1Gi')], undefined],
    ['of its kind', claim({ volumeMode: 'Block' }), [sized('a', '1Gi')], undefined],
    ['that nobody has', claim(), [sized('a', '1Gi', OTHER)], undefined],
    ['or that is meant for it', claim(), [sized('a', '1Gi'), sized('b', '9Gi', NAMED)], 'b'],
    ['unless that does not do', claim(), [sized('a', '1Gi'), sized('b', '1Mi', NAMED)], undefined],
    [
      'with its labels',
      claim({ selector: { matchLabels: { a: 'b' } } }),
      [volume('a'), volume('b', {}, { labels: { a: 'b' } })],
      'b',
    ],
  ])('%s', (_name, of, volumes, expected) => {
    expect(bestVolume(volumes, of, undefined)?.metadata.name).toBe(expected);
  });

  it('is one that reaches the node', () => {
    const required = { nodeSelectorTerms: [{ matchExpressions: [{ key: 'zone', operator: 'In', values: ['a'] }] }] };
    const zonal = volume('zonal', { nodeAffinity: { required } });
    const node = (zone: string) => ({ name: 'n', labels: { zone } });
    expect([reaches(zonal, node('a')), reaches(zonal, node('b')), reaches(volume('x'), node('b'))]).toEqual([
      true,
      false,
      true,
    ]);
    expect(bestVolume([zonal], claim(), node('b'))).toBeUndefined();
    expect(mismatchOf(volume('x', { capacity: { storage: '1Mi' } }), claim())).toBe('requested PV is too small');
  });
});

describe('a claim', () => {
  const told = (plan: ClaimPlan): string => {
    switch (plan.act) {
      case 'bind':
        return `bind ${plan.volume.metadata.name}`;
      case 'lose':
        return plan.reason;
      case 'provision':
        return `provision ${plan.provisioner}`;
      case 'wait':
        return plan.event === undefined ? 'wait' : `${plan.event.reason}: ${plan.event.message}`;
    }
  };
  it.each<[string, PersistentVolumeClaim, readonly PersistentVolume[], string]>([
    ['takes a free volume', claim(), [volume('a')], 'bind a'],
    [
      'waits for one',
      claim(),
      [],
      'FailedBinding: no persistent volumes available for this claim and no storage class is set',
    ],
    ['has one made', claim({ storageClassName: 'now' }), [], 'provision p'],
    [
      'waits for its first pod',
      claim({ storageClassName: 'late' }),
      [volume('a', { storageClassName: 'late' })],
      'WaitForFirstConsumer: waiting for first consumer to be created before binding',
    ],
    [
      'has one made where that pod goes',
      claim({ storageClassName: 'late' }, SELECTED),
      [volume('a', { storageClassName: 'late' })],
      'provision p',
    ],
    [
      'takes what the scheduler chose',
      claim({ storageClassName: 'late' }),
      [volume('a', { storageClassName: 'late', ...OWN })],
      'bind a',
    ],
    [
      'needs its class',
      claim({ storageClassName: 'none' }),
      [],
      'ProvisioningFailed: storageclass.storage.k8s.io "none" not found',
    ],
    [
      'is not served by hand alone',
      claim({ storageClassName: 'hand' }),
      [],
      'ProvisioningFailed: no volume plugin matched name: kubernetes.io/no-provisioner',
    ],
    ['takes the volume it names', claim({ volumeName: 'a' }), [volume('a')], 'bind a'],
    ['that may be still to come', claim({ volumeName: 'a' }), [], 'wait'],
    [
      'and must do',
      claim({ volumeName: 'a' }),
      [volume('a', { capacity: { storage: '1Mi' } })],
      'VolumeMismatch: Cannot bind to requested volume "a": requested PV is too small',
    ],
    [
      'and be free',
      claim({ volumeName: 'a' }),
      [volume('a', OTHER)],
      'FailedBinding: volume "a" already bound to a different claim.',
    ],
    ['stays with its volume', claim({ volumeName: 'a' }, DONE), [volume('a', OWN)], 'bind a'],
    ['that forgot it', claim({ volumeName: 'a' }, DONE), [volume('a')], 'bind a'],
    ['is lost without it', claim({ volumeName: 'a' }, DONE), [], 'ClaimLost'],
    ['or if it is another’s', claim({ volumeName: 'a' }, DONE), [volume('a', OTHER)], 'ClaimMisbound'],
    ['takes nothing on its way out', claim({}, { deleted: true }), [volume('a')], 'wait'],
  ])('%s', (_name, of, volumes, expected) => {
    const plan = planClaim(of, {
      volumes,
      volume: name => volumes.find(({ metadata }) => metadata.name === name),
      storageClass: name => CLASSES.find(({ metadata }) => metadata.name === name),
    });
    expect(told(plan)).toBe(expected);
  });
});

describe('a volume', () => {
  const ours = { annotations: { 'pv.kubernetes.io/bound-by-controller': 'yes' } };
  const made = { annotations: { 'pv.kubernetes.io/provisioned-by': 'p' } };
  it.each<[string, PersistentVolume, PersistentVolumeClaim | undefined, string]>([
    ['is free', volume('a'), undefined, 'Available'],
    ['is kept for a claim to come', volume('a', NAMED), undefined, 'Available'],
    ['is bound', volume('a', OWN), claim({ volumeName: 'a' }), 'Bound'],
    ['is about to be', volume('a', OWN, { phase: 'Available' }), claim(), 'Available'],
    ['is released', volume('a', OWN, { phase: 'Bound' }), undefined, 'Released'],
    ['also by one of the same name', volume('a', OTHER), claim({ volumeName: 'a' }), 'Released'],
    ['stays failed', volume('a', OWN, { phase: 'Failed' }), undefined, 'Failed'],
    ['is not recycled', volume('a', { ...OWN, persistentVolumeReclaimPolicy: 'Recycle' }), undefined, 'Failed'],
    ['is free again when its claim has another', volume('a', OWN, ours), claim({ volumeName: 'b' }), 'free'],
    ['for that claim, if its user said so', volume('a', OWN), claim({ volumeName: 'b' }), 'free for it'],
    [
      'is surplus when it was made for that claim',
      volume('a', { ...OWN, persistentVolumeReclaimPolicy: 'Delete' }, made),
      claim({ volumeName: 'b' }),
      'Released',
    ],
  ])('%s', (_name, of, named, expected) => {
    const plan = planVolume(of, named);
    expect(plan.act === 'show' ? plan.phase : plan.keepsName ? 'free for it' : 'free').toBe(expected);
  });
});
