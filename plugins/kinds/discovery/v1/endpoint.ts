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
  name: string().default('').at(1),
  protocol: oneOf('TCP', 'UDP', 'SCTP').default('TCP').at(2),
  port: int32().optional().at(3),
  appProtocol: string().optional().at(4),
})
  .named('io.k8s.api.discovery.v1.EndpointPort')
  .atomic();
export type EndpointPort = Stored<typeof endpointPort>;

export const forNode = object({
  name: string().at(1),
}).named('io.k8s.api.discovery.v1.ForNode');
export type ForNode = Stored<typeof forNode>;

export const forZone = object({
  name: string().at(1),
}).named('io.k8s.api.discovery.v1.ForZone');
export type ForZone = Stored<typeof forZone>;

export const endpointHints = object({
  forZones: list(forZone).omitEmpty().at(1),
  forNodes: list(forNode).omitEmpty().at(2),
}).named('io.k8s.api.discovery.v1.EndpointHints');
export type EndpointHints = Stored<typeof endpointHints>;

export const endpointConditions = object({
  ready: boolean().optional().at(1),
  serving: boolean().optional().at(2),
  terminating: boolean().optional().at(3),
}).named('io.k8s.api.discovery.v1.EndpointConditions');
export type EndpointConditions = Stored<typeof endpointConditions>;

export const endpoint = object({
  addresses: listSet(string()).patchKey(null).at(1),
  conditions: endpointConditions.present().at(2),
  hostname: string().optional().at(3),
  targetRef: objectReference.optional().at(4),
  deprecatedTopology: map(string()).omitEmpty().at(5),
  nodeName: string().optional().at(6),
  zone: string().optional().at(7),
  hints: endpointHints.optional().at(8),
}).named('io.k8s.api.discovery.v1.Endpoint');
export type Endpoint = Stored<typeof endpoint>;
