import { type Stored, boolean, object, oneOf, string } from '../../../../src/schema/schema.ts';

export const volumeDevice = object({
  name: string().at(1),
  devicePath: string().at(2),
}).named('io.k8s.api.core.v1.VolumeDevice');
export type VolumeDevice = Stored<typeof volumeDevice>;

export const volumeMount = object({
  name: string().at(1),
  readOnly: boolean().omitEmpty().at(2),
  recursiveReadOnly: string().optional().at(7),
  mountPath: string().at(3),
  subPath: string().omitEmpty().at(4),
  mountPropagation: oneOf('None', 'HostToContainer', 'Bidirectional').optional().at(5),
  subPathExpr: string().omitEmpty().at(6),
}).named('io.k8s.api.core.v1.VolumeMount');
export type VolumeMount = Stored<typeof volumeMount>;
