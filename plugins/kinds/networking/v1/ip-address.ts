import { nameColumn, text } from '../../../../src/api/columns.ts';
import { invalid, required, type FieldError } from '../../../../src/api/field-error.ts';
import { defineResource, type ObjectOf } from '../../../../src/api/resource.ts';
import { isDeepEqual } from '../../../../src/base/deep-equal.ts';
import { canonicalIpProblems } from '../../../../src/base/ip-problems.ts';
import { pathSegmentProblems } from '../../../../src/base/path-segment.ts';
import { subdomainProblems } from '../../../../src/base/qualified-name.ts';
import { type Stored, object, string } from '../../../../src/schema/schema.ts';

const parentReference = object({
  group: string().omitEmpty().doc('Its group; empty for the core one.').at(1),
  resource: string().tells(null).doc('Its resource.').at(2),
  name: string().tells(null).doc('Its name.').at(4),
  namespace: string().omitEmpty().doc('Its namespace, where it has one.').at(3),
})
  .named('io.k8s.api.networking.v1.ParentReference')
  .doc('The object that uses an address.');
export type ParentReference = Stored<typeof parentReference>;

const ipAddressSpec = object({
  parentRef: parentReference.demanded().doc('Who uses it.').at(1),
})
  .named('io.k8s.api.networking.v1.IPAddressSpec')
  .doc('Who uses an address.');

/** What columns and rules are computed from. */
interface Parts {
  readonly spec: { readonly parentRef?: ParentReference };
}

export const IPAddress = defineResource({
  group: 'networking.k8s.io',
  version: 'v1',
  kind: 'IPAddress',
  plural: 'ipaddresses',
  shortNames: ['ip'],
  scope: 'Cluster',
  doc: 'An address that is taken.',
  openapiName: 'io.k8s.api.networking.v1.IPAddress',
  fields: {
    spec: ipAddressSpec.zero().doc('Who uses it.').at(2),
  },
  columns: [nameColumn, text('ParentRef', 'Who uses it.', ({ spec }: Parts) => parentText(spec.parentRef))],
  nameProblems: canonicalIpProblems,
  validate: ({ spec }: Parts) => parentErrors(spec.parentRef),
  validateUpdate: ({ spec }: Parts, { spec: old }: Parts) =>
    isDeepEqual(spec.parentRef, old.parentRef)
      ? []
      : [invalid('spec.parentRef', asGoPrints(spec.parentRef), 'field is immutable')],
});
export type IPAddress = ObjectOf<typeof IPAddress>;

/** In Go's own type, which has no names for JSON. */
const asGoPrints = (parent: ParentReference | undefined): object | null =>
  parent === undefined
    ? null
    : {
        Group: parent.group ?? '',
        Resource: parent.resource,
        Namespace: parent.namespace ?? '',
        Name: parent.name,
      };

function parentText(parent: ParentReference | undefined): string {
  if (parent === undefined) return '<none>';
  const { group = '', resource, namespace = '', name } = parent;
  const kind = (group === '' ? resource : `${resource}.${group}`).toLowerCase();
  return [kind, ...(namespace === '' ? [] : [namespace]), name].join('/');
}

function parentErrors(parent: ParentReference | undefined): readonly FieldError[] {
  if (parent === undefined) return [required('spec.parentRef')];
  const { group = '', resource, namespace = '', name } = parent;
  const field = 'spec.parentRef';
  return [
    ...(group === '' ? [] : subdomainProblems(group)).map(problem => invalid(`${field}.group`, group, problem)),
    ...Object.entries({ resource, name, namespace }).flatMap(([key, value]) =>
      pathSegmentProblems(value).map(problem => invalid(`${field}.${key}`, value, problem)),
    ),
  ];
}
