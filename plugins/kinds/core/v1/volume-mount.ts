import { type Stored, boolean, object, oneOf, string } from '../../../../src/schema/schema.ts';

export const volumeDevice = object({
  name: string().doc('Name of the volume.').at(1),
  devicePath: string().doc('Path within the container.').at(2),
})
  .named('io.k8s.api.core.v1.VolumeDevice')
  .doc('A block device in a container.');
export type VolumeDevice = Stored<typeof volumeDevice>;

export const volumeMount = object({
  name: string().doc('Name of the volume.').at(1),
  readOnly: boolean().omitEmpty().doc('It cannot be written.').at(2),
  mountPath: string().doc('Path within the container.').at(3),
  subPath: string().omitEmpty().doc('Path within the volume.').at(4),
  subPathExpr: string().omitEmpty().doc('The same, with variables expanded.').at(6),
  mountPropagation: oneOf('Bidirectional', 'HostToContainer', 'None')
    .byRule()
    .optional()
    .doc('Whether mounts made later are seen on both sides.')
    .at(5),
  recursiveReadOnly: string().optional().doc('Whether mounts within are read-only as well.').at(7),
})
  .named('io.k8s.api.core.v1.VolumeMount')
  .doc('Where a volume appears in a container.');
export type VolumeMount = Stored<typeof volumeMount>;
