import { type Stored, embedded, int32, list, object, oneOf, string } from '../../../../src/schema/schema.ts';
import { typedLocalObjectReference } from '../../core/v1/persistent-volume-claim-spec.ts';

export const serviceBackendPort = object({
  name: string().omitEmpty().doc('Its name.').at(1),
  number: int32().omitEmpty().doc('Its number.').at(2),
})
  .named('io.k8s.api.networking.v1.ServiceBackendPort')
  .atomic()
  .doc('A port of a service, by name or by number.');
export type ServiceBackendPort = Stored<typeof serviceBackendPort>;

export const ingressServiceBackend = object({
  name: string().zero().doc('The service, of the same namespace.').at(1),
  port: serviceBackendPort.present().doc('Its port.').at(2),
})
  .named('io.k8s.api.networking.v1.IngressServiceBackend')
  .doc('A service that answers.');
export type IngressServiceBackend = Stored<typeof ingressServiceBackend>;

export const ingressBackend = object({
  service: ingressServiceBackend.optional().doc('A service.').at(4),
  resource: typedLocalObjectReference.optional().doc('Another object of the same namespace.').at(3),
})
  .named('io.k8s.api.networking.v1.IngressBackend')
  .doc('Who answers.');
export type IngressBackend = Stored<typeof ingressBackend>;

export const httpIngressPath = object({
  path: string().omitEmpty().doc('What paths of requests are compared with.').at(1),
  pathType: oneOf('Exact', 'ImplementationSpecific', 'Prefix').byRule().tells(null).doc('How they are compared.').at(3),
  backend: ingressBackend.zero().doc('Who answers requests that match.').at(2),
})
  .named('io.k8s.api.networking.v1.HTTPIngressPath')
  .listedByProps()
  .doc('Paths of requests, and who answers them.');
export type HTTPIngressPath = Stored<typeof httpIngressPath>;

export const httpIngressRuleValue = object({
  paths: list(httpIngressPath).zero().doc('The paths.').at(1),
})
  .named('io.k8s.api.networking.v1.HTTPIngressRuleValue')
  .doc('Who answers requests of HTTP.');

export const ingressRule = object({
  host: string().omitEmpty().doc('The host that is asked, the first label of which may be *.').at(1),
  ...embedded(2, { http: httpIngressRuleValue.optional().at(1) }, 'IngressRuleValue'),
})
  .named('io.k8s.api.networking.v1.IngressRule')
  .doc('Who answers for a host.');
export type IngressRule = Stored<typeof ingressRule>;

export const ingressTls = object({
  hosts: list(string()).omitEmpty().doc('Hosts that the certificate is for.').at(1),
  secretName: string().omitEmpty().doc('The Secret that holds it.').at(2),
})
  .named('io.k8s.api.networking.v1.IngressTLS')
  .doc('A certificate for hosts.');
export type IngressTLS = Stored<typeof ingressTls>;

export const ingressSpec = object({
  defaultBackend: ingressBackend.optional().doc('Who answers what no rule matches.').at(1),
  rules: list(ingressRule).omitEmpty().doc('Who answers for which host and path.').at(3),
  tls: list(ingressTls).omitEmpty().doc('Certificates.').at(2),
  ingressClassName: string().optional().doc('The class, and by it the controller that carries it out.').at(4),
})
  .named('io.k8s.api.networking.v1.IngressSpec')
  .doc('How a cluster is reached from outside by HTTP.');
export type IngressSpec = Stored<typeof ingressSpec>;
