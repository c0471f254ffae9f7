import { afterAll, beforeAll, expect, it } from 'vitest';
import { startCluster, type TestCluster } from '../../../src/sdk/testing/cluster.ts';
import { Event } from '../../kinds/core/v1/event.ts';
import { Node } from '../../kinds/core/v1/node.ts';
import { PersistentVolume } from '../../kinds/core/v1/persistent-volume.ts';
import { PersistentVolumeClaim } from '../../kinds/core/v1/persistent-volume-claim.ts';
import { Pod } from '../../kinds/core/v1/pod.ts';
import { attachmentName, uniqueVolumeName } from '../../kinds/storage/v1/attachment-name.ts';
import { CSIDriver } from '../../kinds/storage/v1/csi-driver.ts';
import { VolumeAttachment } from '../../kinds/storage/v1/volume-attachment.ts';

let cluster: TestCluster;
beforeAll(async () => {
  cluster = await startCluster({ without: ['scheduler'] });
});
afterAll(() => cluster[Symbol.asyncDispose]());

const namespace = 'default';
const VOLUME = { driver: 'disks.example.com', handle: 'h' };
const nameOn = (node: string) => attachmentName(VOLUME, node);

async function volume(name: string, csi: { driver: string; volumeHandle: string }): Promise<void> {
  const { client } = cluster;
  const shared = { accessModes: ['ReadWriteOnce' as const], storageClassName: name };
  const storage = { storage: '1Gi' };
  await client.create(PersistentVolume, { metadata: { name }, spec: { ...shared, capacity: storage, csi } });
  const resources = { requests: storage };
  await client.create(PersistentVolumeClaim, {
    metadata: { name, namespace },
    spec: { ...shared, volumeName: name, resources },
  });
}
const pod = (name: string, nodeName: string, claimName: string) =>
  cluster.client.create(Pod, {
    metadata: { name, namespace },
    spec: {
      nodeName,
      containers: [{ name: 'c', image: 'i' }],
      volumes: [{ name: 'data', persistentVolumeClaim: { claimName } }],
    },
  });
const end = (name: string) => cluster.client.delete(Pod, { name, namespace }, { gracePeriodSeconds: 0 });
const attachments = async () =>
  (await cluster.client.list(VolumeAttachment)).items.map(({ metadata }) => metadata.name);
const status = (name: string, body: object) =>
  cluster.client.patch(Node, { name }, { type: 'merge', body: { status: body } }, { subresource: 'status' });
const attach = (name: string, body: object) =>
  cluster.client.patch(
    VolumeAttachment,
    { name },
    { type: 'merge', body: { status: body } },
    { subresource: 'status' },
  );
const messages = async (about: string) =>
  (await cluster.client.list(Event, { namespace })).items
    .filter(({ involvedObject }) => involvedObject.name === about)
    .map(({ reason, message }) => `${reason}: ${message}`);

it('attaches a volume to the node of its pod, and to no other before that has let go of it', async () => {
  for (const name of ['one', 'two']) await cluster.client.create(Node, { metadata: { name } });
  await volume('pv', { driver: VOLUME.driver, volumeHandle: VOLUME.handle });
  await pod('a', 'one', 'pv');
  await cluster.eventually(async () => expect(await attachments()).toEqual([nameOn('one')]));
  await attach(nameOn('one'), { attached: false, attachError: { message: 'no slot', time: null } });
  await cluster.eventually(async () =>
    expect(await messages('a')).toContain('FailedAttachVolume: AttachVolume.Attach failed for volume "pv" : no slot'),
  );
  await attach(nameOn('one'), { attached: true, attachError: null });
  const inUse = { volumesInUse: [uniqueVolumeName(VOLUME)] };
  await status('one', inUse);
  await cluster.eventually(async () => {
    const { volumesAttached } = (await cluster.client.get(Node, { name: 'one' })).status;
    expect(volumesAttached).toEqual([{ name: uniqueVolumeName(VOLUME), devicePath: '' }]);
    expect(await messages('a')).toContain('SuccessfulAttachVolume: AttachVolume.Attach succeeded for volume "pv" ');
  });

  await pod('b', 'two', 'pv');
  await cluster.eventually(async () =>
    expect(await messages('b')).toContain(
      'FailedAttachVolume: Multi-Attach error for volume "pv" Volume is already used by pod(s) a',
    ),
  );
  await end('a');
  await cluster.eventually(async () =>
    expect(cluster.client.get(Pod, { name: 'a', namespace })).rejects.toMatchObject({ reason: 'NotFound' }),
  );
  // What comes later and has nothing to wait for is done, and this still waits for the node.
  await cluster.client.create(CSIDriver, { metadata: { name: 'plain.example.com' }, spec: { attachRequired: false } });
  await volume('plain', { driver: 'plain.example.com', volumeHandle: 'p' });
  await volume('later', { driver: VOLUME.driver, volumeHandle: 'later' });
  await pod('c', 'one', 'plain');
  await pod('d', 'one', 'later');
  const later = attachmentName({ ...VOLUME, handle: 'later' }, 'one');
  await cluster.eventually(async () => expect((await attachments()).sort()).toEqual([nameOn('one'), later].sort()));
  await status('one', { volumesInUse: [] });
  await cluster.eventually(async () => expect((await attachments()).sort()).toEqual([nameOn('two'), later].sort()));
});

it('takes back what was attached to a node that is gone, and nothing that others attached', async () => {
  const foreign = { attacher: VOLUME.driver, nodeName: 'one', source: { persistentVolumeName: 'pv' } };
  await cluster.client.create(VolumeAttachment, { metadata: { name: 'by-hand' }, spec: foreign });
  await end('d');
  await cluster.eventually(async () => expect((await attachments()).sort()).toEqual(['by-hand', nameOn('two')].sort()));
  await cluster.client.delete(Node, { name: 'two' });
  await cluster.eventually(async () => expect(await attachments()).toEqual(['by-hand']));
});
