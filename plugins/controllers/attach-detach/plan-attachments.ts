import { attachmentName, uniqueVolumeName, type CsiVolumeName } from '../../kinds/storage/v1/attachment-name.ts';

/** A persistent volume of a driver that has to be attached before it is mounted. */
export interface AttachableVolume extends CsiVolumeName {
  /** The PersistentVolume's. */
  readonly name: string;
  /** Whether it may be attached to several nodes at once. */
  readonly isShared: boolean;
}

/** A VolumeAttachment. */
export interface Attachment {
  readonly name: string;
  readonly node: string;
  readonly volumeName: string;
  /** `undefined` where the PersistentVolume is gone. */
  readonly volume: AttachableVolume | undefined;
  readonly isAttached: boolean;
  readonly isGoing: boolean;
  readonly failure: string | undefined;
}

export interface NodeFacts {
  readonly name: string;
  readonly volumesInUse: readonly string[];
  readonly volumesAttached: readonly string[];
  readonly isReady: boolean;
  /** Somebody has vouched that nothing runs there any more. */
  readonly isOutOfService: boolean;
}

export interface AttachmentsPlan {
  readonly attach: readonly { readonly name: string; readonly volume: AttachableVolume }[];
  /** Those that another node has, and this one cannot have besides. */
  readonly forbidden: readonly AttachableVolume[];
  /** Names of VolumeAttachments. */
  readonly detach: readonly string[];
  /** Those that are to go, and have to wait for the node. */
  readonly held: readonly { readonly name: string; readonly leftMs: number }[];
  /** `status.volumesAttached` of the node. */
  readonly attached: readonly string[];
  /** Of `attached`, those that it did not tell before. */
  readonly arrived: readonly AttachableVolume[];
  readonly failed: readonly { readonly volume: AttachableVolume; readonly message: string }[];
}

export interface AttachmentsInput {
  readonly node: NodeFacts;
  /** What pods of the node need. */
  readonly wanted: readonly AttachableVolume[];
  /** Of this node. */
  readonly attachments: readonly Attachment[];
  /** Of others. */
  readonly elsewhere: readonly Attachment[];
  /** For how long an attachment has not been needed. */
  idleMs(this: void, attachment: string): number;
}

/** A node that does not answer is given so long to let go of a volume; upstream's maxWaitForUnmountDuration. */
export const MAX_UNMOUNT_MS = 6 * 60_000;

export function planAttachments(input: AttachmentsInput): AttachmentsPlan {
  const { node, wanted, attachments, elsewhere } = input;
  const known = new Map(attachments.map(each => [each.name, each]));
  const needed = new Map(wanted.map(volume => [attachmentName(volume, node.name), volume]));
  const missing = [...needed].filter(([name]) => !known.has(name));
  const isTaken = (volume: AttachableVolume): boolean =>
    !volume.isShared && elsewhere.some(({ volumeName }) => volumeName === volume.name);
  const idle = attachments.filter(({ name, isGoing }) => !needed.has(name) && !isGoing);
  const leftMs = new Map(idle.map(each => [each.name, leftOf(each, input)]));
  const detach = idle.map(({ name }) => name).filter(name => leftMs.get(name) === 0);
  const attached = attachments.filter(
    ({ name, isAttached, isGoing }) => isAttached && !isGoing && !detach.includes(name),
  );
  const told = new Set(node.volumesAttached);
  const names = attached.flatMap(({ volume }) => (volume === undefined ? [] : [uniqueVolumeName(volume)]));
  return {
    attach: missing.flatMap(([name, volume]) => (isTaken(volume) ? [] : [{ name, volume }])),
    forbidden: missing.flatMap(([, volume]) => (isTaken(volume) ? [volume] : [])),
    detach,
    held: idle.flatMap(({ name }) => (detach.includes(name) ? [] : [{ name, leftMs: leftMs.get(name) ?? 0 }])),
    attached: names.sort(),
    arrived: attached.flatMap(({ volume }) =>
      volume === undefined || told.has(uniqueVolumeName(volume)) ? [] : [volume],
    ),
    failed: attachments.flatMap(({ name, failure }) => {
      const volume = needed.get(name);
      return volume === undefined || failure === undefined ? [] : [{ volume, message: failure }];
    }),
  };
}

/** How long an attachment that is not needed stays: as long as its node mounts it, unless that cannot tell any more. */
function leftOf({ name, volume }: Attachment, { node, idleMs }: AttachmentsInput): number {
  const isInUse = volume !== undefined && node.volumesInUse.includes(uniqueVolumeName(volume));
  if (!isInUse || node.isOutOfService) return 0;
  return node.isReady ? Infinity : Math.max(0, MAX_UNMOUNT_MS - idleMs(name));
}
