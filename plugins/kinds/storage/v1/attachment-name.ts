import { createHash } from 'node:crypto';

/** A volume of a driver of CSI. */
export interface CsiVolumeName {
  readonly driver: string;
  readonly handle: string;
}

/** What the VolumeAttachment of a volume and a node is called: whoever attaches and whoever mounts find it by that. */
export const attachmentName = ({ driver, handle }: CsiVolumeName, node: string): string =>
  `csi-${createHash('sha256').update(`${handle}${driver}${node}`).digest('hex')}`;

/** What the status of nodes calls a volume. */
export const uniqueVolumeName = ({ driver, handle }: CsiVolumeName): string => `kubernetes.io/csi/${driver}^${handle}`;
