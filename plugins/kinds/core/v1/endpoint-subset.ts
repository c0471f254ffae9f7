import { objectReference } from './object-reference.ts';
import { type Stored, int32, list, object, oneOf, string } from '../../../../src/schema/schema.ts';

export const endpointPort = object({
  name: string().whenEmpty('').at(1),
  port: int32().zero().at(2),
  protocol: oneOf('TCP', 'UDP', 'SCTP').whenEmpty('TCP').at(3),
  appProtocol: string().optional().at(4),
})
  .named('io.k8s.api.core.v1.EndpointPort')
  .atomic();
export type EndpointPort = Stored<typeof endpointPort>;

export const endpointAddress = object({
  ip: string().at(1),
  hostname: string().omitEmpty().at(3),
  nodeName: string().optional().at(4),
  targetRef: objectReference.optional().at(2),
})
  .named('io.k8s.api.core.v1.EndpointAddress')
  .atomic();
export type EndpointAddress = Stored<typeof endpointAddress>;

export const endpointSubset = object({
  addresses: list(endpointAddress).omitEmpty().at(1),
  notReadyAddresses: list(endpointAddress).omitEmpty().at(2),
  ports: list(endpointPort).omitEmpty().at(3),
}).named('io.k8s.api.core.v1.EndpointSubset');
export type EndpointSubset = Stored<typeof endpointSubset>;
