import { type Stored, boolean, int32, map, object, string, time } from '../../../../src/schema/schema.ts';
import { inlineVolumeSpec } from '../../core/v1/persistent-volume-spec.ts';

const volumeAttachmentSource = object({
  inlineVolumeSpec: inlineVolumeSpec.optional().byRule().doc('A volume that is no object of its own.').at(2),
  persistentVolumeName: string().optional().doc('The volume.').at(1),
})
  .named('io.k8s.api.storage.v1.VolumeAttachmentSource')
  .doc('A volume to be attached.');

export const volumeAttachmentSpec = object({
  attacher: string().byRule().doc('The driver of CSI that attaches it.').at(1),
  source: volumeAttachmentSource.zero().doc('What is to be attached.').at(2),
  nodeName: string().zero().doc('Where to.').at(3),
})
  .named('io.k8s.api.storage.v1.VolumeAttachmentSpec')
  .doc('A wish to attach a volume to a node.');
export type VolumeAttachmentSpec = Stored<typeof volumeAttachmentSpec>;

const volumeError = object({
  time: time().orNullWhenAbsent().doc('When it was met.').at(1),
  message: string().omitEmpty().doc('What went wrong.').at(2),
  errorCode: int32().optional().doc('The code of gRPC.').at(3),
})
  .named('io.k8s.api.storage.v1.VolumeError')
  .doc('A failure to attach or detach.');
export type VolumeError = Stored<typeof volumeError>;

export const volumeAttachmentStatus = object({
  attached: boolean().zero().doc('Whether it is attached.').at(1),
  attachmentMetadata: map(string()).omitEmpty().doc('What is needed to mount it.').at(2),
  attachError: volumeError.optional().doc('Why it is not attached.').at(3),
  detachError: volumeError.optional().doc('Why it is not detached.').at(4),
})
  .named('io.k8s.api.storage.v1.VolumeAttachmentStatus')
  .doc('How far an attachment is.');
export type VolumeAttachmentStatus = Stored<typeof volumeAttachmentStatus>;
