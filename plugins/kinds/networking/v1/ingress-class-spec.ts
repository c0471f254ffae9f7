import { type Stored, object, string } from '../../../../src/schema/schema.ts';

export const ingressClassParametersReference = object({
  apiGroup: string().optional().doc('Its group; the core one if left out.').at(1),
  kind: string().zero().doc('Its kind.').at(2),
  name: string().zero().doc('Its name.').at(3),
  scope: string<'Cluster' | 'Namespace'>().default('Cluster').doc('Where it is: Cluster or Namespace.').at(4),
  namespace: string().optional().doc('Its namespace, where it has one.').at(5),
})
  .named('io.k8s.api.networking.v1.IngressClassParametersReference')
  .doc('An object that holds settings of a class.');

export const ingressClassSpec = object({
  controller: string().omitEmpty().byRule().immutable().doc('Who carries its ingresses out.').at(1),
  parameters: ingressClassParametersReference.optional().doc('Settings for who does.').at(2),
})
  .named('io.k8s.api.networking.v1.IngressClassSpec')
  .doc('Who carries ingresses out.');
export type IngressClassSpec = Stored<typeof ingressClassSpec>;
