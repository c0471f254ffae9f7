import { condition } from '../../../../src/api/condition-schema.ts';
import { type Stored, int32, list, listMap, object, string } from '../../../../src/schema/schema.ts';

export const portStatus = object({
  port: int32().zero().at(1),
  protocol: string<'TCP' | 'UDP' | 'SCTP'>().choices('SCTP', 'TCP', 'UDP').zero().at(2),
  error: string().optional().at(3),
})
  .named('io.k8s.api.core.v1.PortStatus')
  .doc('A port of a load balancer.');
export type PortStatus = Stored<typeof portStatus>;

export const loadBalancerIngress = object({
  ip: string().omitEmpty().at(1),
  hostname: string().omitEmpty().at(2),
  ipMode: string().optional().at(3),
  ports: list(portStatus).omitEmpty().at(4),
})
  .named('io.k8s.api.core.v1.LoadBalancerIngress')
  .doc('An address of a load balancer.');
export type LoadBalancerIngress = Stored<typeof loadBalancerIngress>;

export const loadBalancerStatus = object({
  ingress: list(loadBalancerIngress).omitEmpty().doc('The addresses.').at(1),
})
  .named('io.k8s.api.core.v1.LoadBalancerStatus')
  .doc('Where a load balancer is reached.');
export type LoadBalancerStatus = Stored<typeof loadBalancerStatus>;

export const serviceStatus = object({
  loadBalancer: loadBalancerStatus.present().doc('Its load balancer.').at(1),
  conditions: listMap(condition, 'type').omitEmpty().doc('Aspects of its state.').at(2),
})
  .named('io.k8s.api.core.v1.ServiceStatus')
  .doc('What a service is.');
export type ServiceStatus = Stored<typeof serviceStatus>;
