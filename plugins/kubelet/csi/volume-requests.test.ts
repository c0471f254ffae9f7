import { describe, expect, it } from 'vitest';
import type { PersistentVolume } from '../../kinds/core/v1/persistent-volume.ts';
import type { CSIDriver } from '../../kinds/storage/v1/csi-driver.ts';
import type { Pod } from '../pod.ts';
import { NODE_CAPABILITY, nodePublishVolume, nodeStageVolume } from './csi-rpcs.ts';
import { inlineCsiVolume, persistentCsiVolume, type CsiVolume } from './csi-volume.ts';
import { lifecycleProblem, publishRequest, stageRequest, takesFsGroup, type RequestFacts } from './volume-requests.ts';

const csi = { driver: 'd', volumeHandle: 'h', fsType: 'ext4', volumeAttributes: { a: 'b' } };
const volumeOf = (accessModes: CsiVolume['accessModes'] = ['ReadWriteOnce'], isReadOnly = false): CsiVolume => {
  const volume = { metadata: { name: 'pv' }, spec: { csi, accessModes, mountOptions: ['ro'] } };
  return persistentCsiVolume(volume as unknown as PersistentVolume, csi, isReadOnly);
};
const device: CsiVolume = { ...volumeOf(), isBlock: true };
const pod = {
  metadata: { name: 'p', namespace: 'ns', uid: 'u' },
  spec: { serviceAccountName: 'sa' },
} as unknown as Pod;
const inline = inlineCsiVolume(pod, 'data', { driver: 'd', fsType: 'ext4' });
const spec = (more: object): CSIDriver['spec'] => ({
  attachRequired: true,
  fsGroupPolicy: 'ReadWriteOnceWithFSType',
  volumeLifecycleModes: ['Persistent'],
  ...more,
});
const factsOf = (capabilities: readonly number[], more: Partial<RequestFacts> = {}): RequestFacts => ({
  spec: undefined,
  capabilities: new Set(capabilities),
  fsGroup: undefined,
  publishContext: { c: 'd' },
  ...more,
});
const { singleNodeMultiWriter, volumeMountGroup } = NODE_CAPABILITY;

describe('what drivers are asked', () => {
  it('a volume is staged as it says', () => {
    expect(stageRequest(volumeOf(), factsOf([]), '/stage', { s: 't' })).toEqual({
      volumeId: 'h',
      publishContext: { c: 'd' },
      stagingTargetPath: '/stage',
      volumeCapability: { mount: { fsType: 'ext4', mountFlags: ['ro'] }, accessMode: { mode: 1 } },
      secrets: { s: 't' },
      volumeContext: { a: 'b' },
    });
  });

  it.each<[CsiVolume['accessModes'], readonly number[], number]>([
    [['ReadWriteOnce'], [], 1],
    [['ReadWriteOnce'], [singleNodeMultiWriter], 7],
    [['ReadWriteOncePod'], [], 1],
    [['ReadWriteOncePod'], [singleNodeMultiWriter], 6],
    [['ReadOnlyMany'], [], 3],
    [['ReadWriteMany', 'ReadWriteOnce'], [], 5],
  ])('%j of a driver with %j is mode %i', (modes, capabilities, mode) => {
    const { volumeCapability } = stageRequest(volumeOf(modes), factsOf(capabilities), '/', {});
    expect(volumeCapability.accessMode).toEqual({ mode });
  });

  it('the pod’s group is the driver’s business where it says so', () => {
    const facts = factsOf([volumeMountGroup], { fsGroup: 7, spec: spec({ fsGroupPolicy: 'File' }) });
    expect(stageRequest(volumeOf(), facts, '/', {}).volumeCapability.mount).toMatchObject({ volumeMountGroup: '7' });
    expect(takesFsGroup(volumeOf(), facts)).toBe(false);
  });

  it('it is told of the pod, and gets its tokens, if it wants them', () => {
    const places = { target: '/t', staging: undefined };
    const given = { secrets: { s: 't' }, tokens: '{}', pod };
    const plain = publishRequest(volumeOf(), factsOf([]), places, { ...given, tokens: undefined });
    expect(plain).toMatchObject({ readonly: false, secrets: { s: 't' }, volumeContext: { a: 'b' } });
    expect(Object.keys(plain)).not.toContain('stagingTargetPath');
    const told = factsOf([], { spec: spec({ podInfoOnMount: true }) });
    expect(publishRequest(inline, told, places, given).volumeContext).toEqual({
      'csi.storage.k8s.io/pod.name': 'p',
      'csi.storage.k8s.io/pod.namespace': 'ns',
      'csi.storage.k8s.io/pod.uid': 'u',
      'csi.storage.k8s.io/serviceAccount.name': 'sa',
      'csi.storage.k8s.io/ephemeral': 'true',
      'csi.storage.k8s.io/serviceAccount.tokens': '{}',
    });
    const secretly = factsOf([], { spec: spec({ serviceAccountTokenInSecrets: true }) });
    expect(publishRequest(volumeOf(['ReadWriteOnce'], true), secretly, places, given)).toMatchObject({
      readonly: true,
      secrets: { s: 't', 'csi.storage.k8s.io/serviceAccount.tokens': '{}' },
      volumeContext: { a: 'b' },
    });
  });

  it('a block device is asked for as one, and its driver is not told of the pod', () => {
    const facts = factsOf([volumeMountGroup], { fsGroup: 7, spec: spec({ podInfoOnMount: true }) });
    const staged = stageRequest(device, facts, '/stage', {});
    expect(staged.volumeCapability).toEqual({ block: {}, accessMode: { mode: 1 } });
    const given = { secrets: {}, tokens: undefined, pod };
    const published = publishRequest(device, facts, { target: '/t', staging: '/stage' }, given);
    expect(published).toMatchObject({ volumeContext: { a: 'b' }, volumeCapability: staged.volumeCapability });
    expect(Object.keys(published.volumeContext ?? {})).toEqual(['a']);
    // 3: "/s", 4: {1: {}, 3: {1: 1}}
    const { volumeCapability } = staged;
    const bytes = nodeStageVolume.request.encode({ volumeId: '', stagingTargetPath: '/s', volumeCapability });
    expect(bytes.toString('hex')).toContain('1a022f7322060a001a020801');
  });

  it('reads on the wire as the protocol has it', () => {
    const places = { target: '/t', staging: '/s' };
    const given = { secrets: {}, tokens: undefined, pod };
    const bytes = nodePublishVolume.request.encode(publishRequest(volumeOf(), factsOf([]), places, given));
    // 1: "h", 2: {1: "c", 2: "d"}, 3: "/s", 4: "/t", 5: {2: {1: "ext4", 2: "ro"}, 3: {1: 1}}, 6: false, 8: {1: "a", 2: "b"}
    const expected =
      '0a0168' +
      '12060a016312 0164' +
      '1a022f73' +
      '22022f74' +
      '2a10120a0a0465787434120272 6f1a020801' +
      '3000' +
      '42060a0161120162';
    expect(bytes.toString('hex')).toBe(expected.replaceAll(' ', ''));
    expect(nodePublishVolume.request.decode(bytes)).toMatchObject({ volumeId: 'h', targetPath: '/t', readonly: false });
  });
});

it.each<[string, CsiVolume, object | undefined, number | undefined, boolean]>([
  ['no group', volumeOf(), { fsGroupPolicy: 'File' }, undefined, false],
  ['a policy of None', volumeOf(), { fsGroupPolicy: 'None' }, 1, false],
  ['a policy of File', volumeOf(['ReadWriteMany']), { fsGroupPolicy: 'File' }, 1, true],
  ['a volume that is only read', volumeOf(['ReadWriteOnce'], true), { fsGroupPolicy: 'File' }, 1, false],
  ['no CSIDriver, a disk', volumeOf(), undefined, 1, true],
  ['no CSIDriver, a shared disk', volumeOf(['ReadWriteMany']), undefined, 1, false],
  ['no CSIDriver, no type of file system', { ...volumeOf(), fsType: '' }, undefined, 1, false],
  ['a volume of the pod’s own', inline, {}, 1, false],
  ['a block device', device, { fsGroupPolicy: 'File' }, 1, false],
])('files go to the pod’s group, or not: %s', (_name, volume, more, fsGroup, expected) => {
  const facts = factsOf([], { fsGroup, spec: more === undefined ? undefined : spec(more) });
  expect(takesFsGroup(volume, facts)).toBe(expected);
});

it('a driver has volumes of the kinds that its CSIDriver names', () => {
  expect(lifecycleProblem(volumeOf(), undefined)).toBeUndefined();
  expect(lifecycleProblem(inline, spec({ volumeLifecycleModes: ['Ephemeral'] }))).toBeUndefined();
  expect(lifecycleProblem(inline, spec({}))).toBe(
    'volume mode "Ephemeral" not supported by driver d (only supports ["Persistent"])',
  );
  expect(lifecycleProblem(inline, undefined)).toContain('no CSIDriver object');
});
