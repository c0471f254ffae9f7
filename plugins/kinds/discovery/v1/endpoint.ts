import { objectReference } from '../../core/v1/object-reference.ts';
import {
  type Stored,
  boolean,
  int32,
  list,
  listSet,
  map,
  object,
  oneOf,
  string,
} from '../../../../src/schema/schema.ts';

export const endpointPort = object({
  name: string().default('').tells(null).doc('Its name.').at(1),
  protocol: oneOf('SCTP', 'TCP', 'UDP').default('TCP').doc('TCP, UDP or SCTP.').at(2),
  port: int32().optional().doc('Its number.').at(3),
  appProtocol: string().optional().doc('What is spoken.').at(4),
})
  .named('io.k8s.api.discovery.v1.EndpointPort')
  .atomic()
  .doc('A port behind a service.');
export type EndpointPort = Stored<typeof endpointPort>;

export const forNode = object({
  name: string().zero().at(1),
})
  .named('io.k8s.api.discovery.v1.ForNode')
  .doc('A node.');
export type ForNode = Stored<typeof forNode>;

export const forZone = object({
  name: string().zero().at(1),
})
  .named('io.k8s.api.discovery.v1.ForZone')
  .doc('A zone.');
export type ForZone = Stored<typeof forZone>;

export const endpointHints = object({
  forZones: list(forZone).omitEmpty().at(1),
  forNodes: list(forNode).omitEmpty().at(2),
})
  .named('io.k8s.api.discovery.v1.EndpointHints')
  .doc('Who should use a backend.');
export type EndpointHints = Stored<typeof endpointHints>;

export const endpointConditions = object({
  ready: boolean().optional().doc('It takes requests.').at(1),
  serving: boolean().optional().doc('It answers, even while it ends.').at(2),
  terminating: boolean().optional().doc('It is ending.').at(3),
})
  .named('io.k8s.api.discovery.v1.EndpointConditions')
  .doc('State of a backend.');
export type EndpointConditions = Stored<typeof endpointConditions>;

export const endpoint = object({
  addresses: listSet(string()).patchKey(null).doc('Its addresses.').at(1),
  conditions: endpointConditions.present().doc('Its state.').at(2),
  hostname: string().optional().doc('Its name.').at(3),
  targetRef: objectReference.optional().doc('Its pod.').at(4),
  deprecatedTopology: map(string()).omitEmpty().doc('No longer used.').at(5),
  nodeName: string().optional().doc('Its node.').at(6),
  zone: string().optional().doc('Its zone.').at(7),
  hints: endpointHints.optional().doc('Who should use it.').at(8),
})
  .named('io.k8s.api.discovery.v1.Endpoint')
  .doc('A backend of a service.');
export type Endpoint = Stored<typeof endpoint>;
