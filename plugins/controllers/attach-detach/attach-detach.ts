import type { Key } from '../../../src/api/client.ts';
import { isStatusError } from '../../../src/api/status-error.ts';
import { isDeepEqual } from '../../../src/base/deep-equal.ts';
import type { Clock } from '../../../src/base/world.ts';
import type { CacheIndex, Caches } from '../../../src/sdk/caches.ts';
import { defineController, reads, type Controller, type ReconcileContext } from '../../../src/sdk/controller.ts';
import { Node } from '../../kinds/core/v1/node.ts';
import { PersistentVolume } from '../../kinds/core/v1/persistent-volume.ts';
import { PersistentVolumeClaim } from '../../kinds/core/v1/persistent-volume-claim.ts';
import { claimsOf } from '../../kinds/core/v1/pod-claims.ts';
import { Pod } from '../../kinds/core/v1/pod.ts';
import { isBound } from '../../kinds/core/v1/volume-binding.ts';
import { CSIDriver } from '../../kinds/storage/v1/csi-driver.ts';
import { VolumeAttachment } from '../../kinds/storage/v1/volume-attachment.ts';
import { conditionOf } from '../conditions.ts';
import { podsByNode } from '../node-lifecycle/pods-by-node.ts';
import { isFinished } from '../pod-facts.ts';
import { IdleTimes } from './idle-times.ts';
import { planAttachments, type AttachableVolume, type Attachment, type AttachmentsPlan } from './plan-attachments.ts';
import { takenMessage } from './taken-message.ts';

type Context = ReconcileContext<typeof Node, Record<string, never>>;

/** Has the volumes that pods of a node need attached to it, and others detached once the node has let go of them. */
export function attachDetachController(clock: Clock): Controller {
  const idle = new IdleTimes(clock);
  /** What users have been told of each node, so that they are told once. */
  const told = new Map<string, ReadonlySet<string>>();
  return defineController({
    name: 'attachdetach-controller',
    primary: Node,
    reads: [
      reads(Pod, nodeOfPod, hasMoved),
      reads(PersistentVolumeClaim, nodesOfClaim),
      reads(PersistentVolume),
      reads(CSIDriver),
      reads(VolumeAttachment, attachmentNodes),
    ],
    writes: [VolumeAttachment.can('create', 'delete'), Node.canOn('status', 'patch')],
    async reconcile(context) {
      const { object: node, caches } = context;
      const { name } = node.metadata;
      const pods = caches
        .of(Pod)
        .indexed(podsByNode, name)
        .filter(pod => !isFinished(pod) && claimsOf(pod).length > 0);
      const wanted = [...new Map(pods.flatMap(pod => volumesOf(pod, caches)).map(each => [each.name, each])).values()];
      const filed = (index: CacheIndex<VolumeAttachment>, key: string) =>
        ownAttachments(caches, index, key).map(each => attachmentOf(each, caches));
      const plan = planAttachments({
        node: factsOf(node),
        wanted,
        attachments: filed(byNode, name),
        elsewhere: wanted.flatMap(volume => filed(byVolume, volume.name)).filter(each => each.node !== name),
        idleMs: attachment => idle.ofMs(name, attachment),
      });
      idle.keep(
        name,
        plan.held.map(each => each.name),
      );
      const messages = messagesOf(context, plan, pods);
      const before = told.get(name);
      for (const { key, type, reason, message, pod } of messages) {
        if (before?.has(key) !== true) context.event(type, reason, message, pod);
      }
      told.set(name, new Set(messages.map(({ key }) => key)));
      await carryOut(context, plan);
      const leftMs = Math.min(...plan.held.map(each => each.leftMs));
      return leftMs === Infinity ? {} : { requeueAfterMs: leftMs + 1 };
    },
    async removed({ key: { name }, caches, client }) {
      idle.keep(name, []);
      told.delete(name);
      for (const { metadata } of ownAttachments(caches, byNode, name)) {
        await client.delete(VolumeAttachment, { name: metadata.name }).catch(unlessGone);
      }
    },
  });
}

const nodeOfPod = (pod: Pod): readonly Key[] =>
  (pod.spec.nodeName ?? '') === '' || claimsOf(pod).length === 0 ? [] : [{ name: pod.spec.nodeName ?? '' }];

const hasMoved = (now: Pod, before: Pod): boolean =>
  now.spec.nodeName !== before.spec.nodeName || isFinished(now) !== isFinished(before);

function nodesOfClaim({ metadata }: PersistentVolumeClaim, caches: Caches): readonly Key[] {
  const { name, namespace = '' } = metadata;
  return caches.of(Pod).indexed(podsByClaim, `${namespace}/${name}`).flatMap(nodeOfPod);
}

const podsByClaim: CacheIndex<Pod> = {
  name: 'attach-detach.claim',
  keysOf: pod => claimsOf(pod).map(({ name }) => `${pod.metadata.namespace ?? ''}/${name}`),
};

/** Where the volume is released others may wait for it. */
const attachmentNodes = ({ spec }: VolumeAttachment, caches: Caches): readonly Key[] => {
  const { claimRef } = caches.of(PersistentVolume).get(spec.source.persistentVolumeName ?? '')?.spec ?? {};
  const users = caches.of(Pod).indexed(podsByClaim, `${claimRef?.namespace ?? ''}/${claimRef?.name ?? ''}`);
  return [{ name: spec.nodeName }, ...users.flatMap(nodeOfPod)];
};

/** Others may make some, too; those stay theirs. */
const isOurs = ({ metadata, spec }: VolumeAttachment): boolean =>
  spec.source.persistentVolumeName !== undefined && /^csi-[0-9a-f]{64}$/.test(metadata.name);

const ownAttachments = (caches: Caches, index: CacheIndex<VolumeAttachment>, key: string) =>
  caches.of(VolumeAttachment).indexed(index, key).filter(isOurs);

const byNode: CacheIndex<VolumeAttachment> = { name: 'attach-detach.node', keysOf: ({ spec }) => [spec.nodeName] };
const byVolume: CacheIndex<VolumeAttachment> = {
  name: 'attach-detach.volume',
  keysOf: ({ spec }) => [spec.source.persistentVolumeName ?? ''],
};

function attachmentOf({ metadata, spec, status }: VolumeAttachment, caches: Caches): Attachment {
  const volumeName = spec.source.persistentVolumeName ?? '';
  return {
    name: metadata.name,
    node: spec.nodeName,
    volumeName,
    volume: attachable(caches.of(PersistentVolume).get(volumeName)),
    isAttached: status.attached,
    isGoing: metadata.deletionTimestamp !== undefined,
    failure: status.attached ? undefined : status.attachError?.message,
  };
}

function attachable(volume: PersistentVolume | undefined): AttachableVolume | undefined {
  if (volume?.spec.csi === undefined) return undefined;
  const { csi, accessModes = [] } = volume.spec;
  const isShared = accessModes.some(mode => mode === 'ReadWriteMany' || mode === 'ReadOnlyMany');
  return { name: volume.metadata.name, driver: csi.driver, handle: csi.volumeHandle, isShared };
}

/** Those of drivers that attach; one that does not say is one of them. */
function volumesOf(pod: Pod, caches: Caches): readonly AttachableVolume[] {
  return claimsOf(pod).flatMap(({ name }) => {
    const claim = caches.of(PersistentVolumeClaim).get(name, pod.metadata.namespace);
    if (claim === undefined || !isBound(claim)) return [];
    const volume = attachable(caches.of(PersistentVolume).get(claim.spec.volumeName ?? ''));
    if (volume === undefined) return [];
    return caches.of(CSIDriver).get(volume.driver)?.spec.attachRequired === false ? [] : [volume];
  });
}

const OUT_OF_SERVICE = 'node.kubernetes.io/out-of-service';

const factsOf = ({ metadata, spec, status }: Node) => ({
  name: metadata.name,
  volumesInUse: status.volumesInUse ?? [],
  volumesAttached: (status.volumesAttached ?? []).map(({ name }) => name),
  isReady: conditionOf(status.conditions, 'Ready')?.status === 'True',
  isOutOfService: (spec.taints ?? []).some(({ key }) => key === OUT_OF_SERVICE),
});

interface Message {
  readonly key: string;
  readonly type: 'Normal' | 'Warning';
  readonly reason: 'SuccessfulAttachVolume' | 'FailedAttachVolume';
  readonly message: string;
  readonly pod: Pod;
}

function messagesOf({ caches }: Context, plan: AttachmentsPlan, pods: readonly Pod[]): readonly Message[] {
  const usersOf = (volume: AttachableVolume) =>
    pods.filter(pod => volumesOf(pod, caches).some(each => each.name === volume.name));
  const each = (type: Message['type'], volume: AttachableVolume, text: (pod: Pod) => string): readonly Message[] =>
    usersOf(volume).map(pod => {
      const message = text(pod);
      const reason = type === 'Normal' ? 'SuccessfulAttachVolume' : 'FailedAttachVolume';
      return { key: `${pod.metadata.uid} ${message}`, type, reason, message, pod };
    });
  return [
    ...plan.arrived.flatMap(volume =>
      each('Normal', volume, () => `AttachVolume.Attach succeeded for volume "${volume.name}" `),
    ),
    ...plan.failed.flatMap(({ volume, message }) =>
      each('Warning', volume, () => `AttachVolume.Attach failed for volume "${volume.name}" : ${message}`),
    ),
    ...plan.forbidden.flatMap(volume =>
      each('Warning', volume, pod => takenMessage(volume.name, pod, othersWith(volume, pod, caches))),
    ),
  ];
}

/** Pods of other nodes that have the volume. */
function othersWith(volume: AttachableVolume, { metadata, spec }: Pod, caches: Caches): readonly Pod[] {
  const { claimRef } = caches.of(PersistentVolume).get(volume.name)?.spec ?? {};
  const users = caches.of(Pod).indexed(podsByClaim, `${claimRef?.namespace ?? ''}/${claimRef?.name ?? ''}`);
  return users.filter(
    other =>
      other.metadata.uid !== metadata.uid &&
      (other.spec.nodeName ?? '') !== '' &&
      other.spec.nodeName !== spec.nodeName,
  );
}

/** The node hears that a volume is going before it goes. */
async function carryOut({ object: node, client }: Context, plan: AttachmentsPlan): Promise<void> {
  const { name } = node.metadata;
  const volumesAttached = plan.attached.map(each => ({ name: each, devicePath: '' }));
  if (!isDeepEqual(volumesAttached, node.status.volumesAttached ?? [])) {
    await client.patch(
      Node,
      { name },
      { type: 'merge', body: { status: { volumesAttached } } },
      { subresource: 'status' },
    );
  }
  for (const each of plan.detach) await client.delete(VolumeAttachment, { name: each }).catch(unlessGone);
  for (const { name: attachment, volume } of plan.attach) {
    const source = { persistentVolumeName: volume.name };
    const spec = { attacher: volume.driver, nodeName: name, source };
    await client.create(VolumeAttachment, { metadata: { name: attachment }, spec }).catch((error: unknown) => {
      if (!isStatusError(error, 'AlreadyExists')) throw error;
    });
  }
}

const unlessGone = (error: unknown): void => {
  if (!isStatusError(error, 'NotFound')) throw error;
};
