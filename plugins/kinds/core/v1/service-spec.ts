import {
  type Stored,
  boolean,
  int32,
  intOrString,
  list,
  listMap,
  map,
  object,
  oneOf,
  string,
} from '../../../../src/schema/schema.ts';

export const clientIpConfig = object({
  timeoutSeconds: int32().optional().at(1),
}).named('io.k8s.api.core.v1.ClientIPConfig');
export type ClientIPConfig = Stored<typeof clientIpConfig>;

export const sessionAffinityConfig = object({
  clientIP: clientIpConfig.optional().at(1),
}).named('io.k8s.api.core.v1.SessionAffinityConfig');
export type SessionAffinityConfig = Stored<typeof sessionAffinityConfig>;

export const servicePort = object({
  name: string().omitEmpty().at(1),
  protocol: oneOf('TCP', 'UDP', 'SCTP').whenEmpty('TCP').at(2),
  appProtocol: string().optional().at(6),
  port: int32().zero().at(3),
  targetPort: intOrString().omitEmpty().at(4),
  nodePort: int32().omitEmpty().at(5),
}).named('io.k8s.api.core.v1.ServicePort');
export type ServicePort = Stored<typeof servicePort>;

export const serviceSpec = object({
  ports: listMap(servicePort, 'port', 'protocol').omitEmpty().at(1),
  selector: map(string()).atomic().omitEmpty().at(2),
  clusterIP: string().omitEmpty().at(3),
  clusterIPs: list(string()).omitEmpty().at(18),
  type: oneOf('ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName').whenEmpty('ClusterIP').at(4),
  externalIPs: list(string()).omitEmpty().at(5),
  sessionAffinity: oneOf('ClientIP', 'None').whenEmpty('None').at(7),
  loadBalancerIP: string().omitEmpty().at(8),
  loadBalancerSourceRanges: list(string()).omitEmpty().at(9),
  externalName: string().omitEmpty().at(10),
  externalTrafficPolicy: oneOf('Cluster', 'Local').omitEmpty().at(11),
  healthCheckNodePort: int32().omitEmpty().at(12),
  publishNotReadyAddresses: boolean().omitEmpty().at(13),
  sessionAffinityConfig: sessionAffinityConfig.optional().at(14),
  ipFamilies: list(oneOf('IPv4', 'IPv6', ''))
    .omitEmpty()
    .at(19),
  ipFamilyPolicy: oneOf('SingleStack', 'PreferDualStack', 'RequireDualStack').optional().at(17),
  allocateLoadBalancerNodePorts: boolean().optional().at(20),
  loadBalancerClass: string().optional().at(21),
  internalTrafficPolicy: oneOf('Cluster', 'Local').optional().at(22),
  trafficDistribution: string().optional().at(23),
}).named('io.k8s.api.core.v1.ServiceSpec');
export type ServiceSpec = Stored<typeof serviceSpec>;
