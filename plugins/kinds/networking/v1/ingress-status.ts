import { type Stored, int32, list, object, string } from '../../../../src/schema/schema.ts';

export const ingressPortStatus = object({
  port: int32().zero().doc('The port.').at(1),
  protocol: string<'TCP' | 'UDP' | 'SCTP'>().choices('SCTP', 'TCP', 'UDP').zero().doc('Its protocol.').at(2),
  error: string().optional().doc('What is wrong with it.').at(3),
})
  .named('io.k8s.api.networking.v1.IngressPortStatus')
  .doc('A port of a load balancer.');

export const ingressLoadBalancerIngress = object({
  ip: string().omitEmpty().doc('Its address.').at(1),
  hostname: string().omitEmpty().doc('Its name.').at(2),
  ports: list(ingressPortStatus).omitEmpty().doc('Its ports.').at(4),
})
  .named('io.k8s.api.networking.v1.IngressLoadBalancerIngress')
  .doc('A place where a load balancer is reached.');

export const ingressLoadBalancerStatus = object({
  ingress: list(ingressLoadBalancerIngress).omitEmpty().doc('Where it is reached.').at(1),
})
  .named('io.k8s.api.networking.v1.IngressLoadBalancerStatus')
  .doc('Where a load balancer is reached.');

export const ingressStatus = object({
  loadBalancer: ingressLoadBalancerStatus.present().doc('Its load balancer.').at(1),
})
  .named('io.k8s.api.networking.v1.IngressStatus')
  .doc('Where an ingress is reached.');
export type IngressStatus = Stored<typeof ingressStatus>;
