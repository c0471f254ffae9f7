import { defineResource, type ObjectOf } from '../../../../src/api/resource.ts';
import { CLASS_ANNOTATION } from './ingress-class-annotations.ts';
import { ingressColumns } from './ingress-columns.ts';
import { ingressSpec } from './ingress-spec.ts';
import { ingressStatus } from './ingress-status.ts';
import { validateIngress, validateIngressStatus, validateNewIngress } from './validate-ingress.ts';

/** Kept for controllers of others: as upstream, the cluster itself carries none out. */
export const Ingress = defineResource({
  group: 'networking.k8s.io',
  version: 'v1',
  kind: 'Ingress',
  plural: 'ingresses',
  shortNames: ['ing'],
  scope: 'Namespaced',
  doc: 'Lets requests of HTTP in to services, by host and path.',
  openapiName: 'io.k8s.api.networking.v1.Ingress',
  fields: {
    spec: ingressSpec.present().doc('What it lets in.').at(2),
    status: ingressStatus.present().doc('Where it is reached.').at(3),
  },
  status: true,
  columns: ingressColumns,
  validate: validateIngress,
  validateCreate: validateNewIngress,
  validateStatusUpdate: validateIngressStatus,
  warnings: ({ metadata, spec }, old) =>
    old === undefined && spec.ingressClassName === undefined && metadata.annotations?.[CLASS_ANNOTATION] !== undefined
      ? [`annotation ${JSON.stringify(CLASS_ANNOTATION)} is deprecated, please use 'spec.ingressClassName' instead`]
      : [],
});
export type Ingress = ObjectOf<typeof Ingress>;
