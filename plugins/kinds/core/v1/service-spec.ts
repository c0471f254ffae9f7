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
  timeoutSeconds: int32().optional().doc('Seconds, up to a day.').at(1),
})
  .named('io.k8s.api.core.v1.ClientIPConfig')
  .doc('How long a client address stays with one pod.');
export type ClientIPConfig = Stored<typeof clientIpConfig>;

export const sessionAffinityConfig = object({
  clientIP: clientIpConfig.optional().at(1),
})
  .named('io.k8s.api.core.v1.SessionAffinityConfig')
  .doc('How long a client stays with one pod.');
export type SessionAffinityConfig = Stored<typeof sessionAffinityConfig>;

export const servicePort = object({
  name: string().omitEmpty().doc('Its name; needed when there are several.').at(1),
  protocol: oneOf('SCTP', 'TCP', 'UDP').whenEmpty('TCP').tells('TCP').doc('TCP, UDP or SCTP.').at(2),
  appProtocol: string().optional().doc('What is spoken.').at(6),
  port: int32().zero().doc('Number it is offered at.').at(3),
  targetPort: intOrString().omitEmpty().doc('Number or name of the port of the pods.').at(4),
  nodePort: int32().omitEmpty().doc('Port of every node it is offered at.').at(5),
})
  .named('io.k8s.api.core.v1.ServicePort')
  .doc('A port of a service.');
export type ServicePort = Stored<typeof servicePort>;

export const SERVICE_TYPES = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'] as const;

export const serviceSpec = object({
  ports: listMap(servicePort, 'port', 'protocol').omitEmpty().doc('Ports it offers.').at(1),
  selector: map(string()).atomic().omitEmpty().doc('Labels of the pods behind it.').at(2),
  clusterIP: string().omitEmpty().doc('Its address; None for a headless one.').at(3),
  clusterIPs: list(string()).omitEmpty().doc('Its addresses.').at(18),
  type: oneOf(...SERVICE_TYPES)
    .whenEmpty('ClusterIP')
    .doc('ClusterIP, NodePort, LoadBalancer or ExternalName.')
    .at(4),
  externalIPs: list(string()).omitEmpty().doc('Further addresses it is reached at.').at(5),
  sessionAffinity: oneOf('ClientIP', 'None').whenEmpty('None').doc('Whether a client stays with one pod.').at(7),
  loadBalancerIP: string().omitEmpty().doc('Address wished for its load balancer.').at(8),
  loadBalancerSourceRanges: list(string()).omitEmpty().doc('Clients its load balancer admits.').at(9),
  externalName: string().omitEmpty().doc('Name it stands for.').at(10),
  externalTrafficPolicy: oneOf('Cluster', 'Local')
    .omitEmpty()
    .doc('Whether outer clients reach pods of other nodes.')
    .at(11),
  healthCheckNodePort: int32().omitEmpty().doc('Port that tells whether a node has pods.').at(12),
  publishNotReadyAddresses: boolean().omitEmpty().doc('Pods that are not ready count as well.').at(13),
  sessionAffinityConfig: sessionAffinityConfig.optional().doc('How long a client stays.').at(14),
  ipFamilies: list(oneOf('', 'IPv4', 'IPv6').byRule())
    .omitEmpty()
    .doc('IPv4, IPv6 or both.')
    .at(19),
  ipFamilyPolicy: oneOf('PreferDualStack', 'RequireDualStack', 'SingleStack')
    .optional()
    .doc('Whether one or both families are wanted.')
    .at(17),
  allocateLoadBalancerNodePorts: boolean().optional().doc('Whether a load balancer needs node ports.').at(20),
  loadBalancerClass: string().optional().doc('Who makes its load balancer.').at(21),
  internalTrafficPolicy: oneOf('Cluster', 'Local')
    .optional()
    .doc('Whether clients in the cluster reach pods of other nodes.')
    .at(22),
  trafficDistribution: string().optional().doc('Which pods are preferred.').at(23),
})
  .named('io.k8s.api.core.v1.ServiceSpec')
  .doc('What a service shall be.');
export type ServiceSpec = Stored<typeof serviceSpec>;
