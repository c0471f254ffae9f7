import { ageColumn, nameColumn, text } from '../../../../src/api/columns.ts';
import type { AnyObject } from '../../../../src/api/object-meta.ts';
import { defineResource, type ObjectOf } from '../../../../src/api/resource.ts';
import { DEFAULT_ANNOTATION } from './ingress-class-annotations.ts';
import { ingressClassSpec, type IngressClassSpec } from './ingress-class-spec.ts';
import { validateIngressClass } from './validate-ingress-class.ts';

/** What columns are computed from. */
interface Parts extends AnyObject {
  readonly spec: IngressClassSpec;
}

function parametersOf({ spec: { parameters } }: Parts): string {
  if (parameters === undefined) return '<none>';
  const { apiGroup, kind, name } = parameters;
  return `${apiGroup === undefined ? kind : `${kind}.${apiGroup}`}/${name}`;
}

const isDefault = ({ metadata }: AnyObject): boolean => metadata.annotations?.[DEFAULT_ANNOTATION] === 'true';

export const IngressClass = defineResource({
  group: 'networking.k8s.io',
  version: 'v1',
  kind: 'IngressClass',
  plural: 'ingressclasses',
  scope: 'Cluster',
  generation: true,
  doc: 'Ingresses that one controller carries out.',
  openapiName: 'io.k8s.api.networking.v1.IngressClass',
  fields: {
    spec: ingressClassSpec.present().doc('Who carries them out.').at(2),
  },
  columns: [
    { ...nameColumn, value: object => `${object.metadata.name}${isDefault(object) ? ' (default)' : ''}` },
    text('Controller', 'Who carries its ingresses out.', ({ spec }: Parts) => spec.controller ?? ''),
    text('Parameters', 'Settings for who does.', parametersOf),
    ageColumn,
  ],
  validate: validateIngressClass,
});
export type IngressClass = ObjectOf<typeof IngressClass>;
