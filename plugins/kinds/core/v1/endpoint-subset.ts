import { objectReference } from './object-reference.ts';
import { type Stored, int32, list, object, oneOf, string } from '../../../../src/schema/schema.ts';

export const endpointPort = object({
  name: string().omitEmpty().doc('Its name.').at(1),
  port: int32().zero().doc('Its number.').at(2),
  protocol: oneOf('SCTP', 'TCP', 'UDP').whenEmpty('TCP').doc('TCP, UDP or SCTP.').at(3),
  appProtocol: string().optional().doc('What is spoken.').at(4),
})
  .named('io.k8s.api.core.v1.EndpointPort')
  .atomic()
  .doc('A port behind a service.');
export type EndpointPort = Stored<typeof endpointPort>;

export const endpointAddress = object({
  ip: string().zero().doc('The address.').at(1),
  hostname: string().omitEmpty().doc('Its name.').at(3),
  nodeName: string().optional().doc('Its node.').at(4),
  targetRef: objectReference.optional().doc('Its pod.').at(2),
})
  .named('io.k8s.api.core.v1.EndpointAddress')
  .atomic()
  .doc('An address behind a service.');
export type EndpointAddress = Stored<typeof endpointAddress>;

export const endpointSubset = object({
  addresses: list(endpointAddress).omitEmpty().doc('Those that are ready.').at(1),
  notReadyAddresses: list(endpointAddress).omitEmpty().doc('Those that are not.').at(2),
  ports: list(endpointPort).omitEmpty().doc('Their ports.').at(3),
})
  .named('io.k8s.api.core.v1.EndpointSubset')
  .doc('Addresses that share ports.');
export type EndpointSubset = Stored<typeof endpointSubset>;
