import { defineResource, type ObjectOf } from '../../../../src/api/resource.ts';
import { ageColumn, nameColumn } from '../../../../src/api/columns.ts';
import { namespaceSpec, namespaceStatus } from './namespace-status.ts';

const NAME_LABEL = 'kubernetes.io/metadata.name';

export const Namespace = defineResource({
  group: '',
  version: 'v1',
  kind: 'Namespace',
  plural: 'namespaces',
  shortNames: ['ns'],
  scope: 'Cluster',
  doc: 'A scope for names, access rules and quotas.',
  openapiName: 'io.k8s.api.core.v1.Namespace',
  status: true,
  verbs: ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'],
  columns: [nameColumn, ageColumn],
  fields: {
    spec: namespaceSpec.present().doc('What it shall be.').at(2),
    status: namespaceStatus.present().doc('What it is.').at(3),
  },
  /** Its name is also a label, so that selectors can name it. */
  defaults: namespace => {
    const { name, labels = {} } = namespace.metadata;
    if ((name ?? '') === '' || labels[NAME_LABEL] === name) return namespace;
    return { ...namespace, metadata: { ...namespace.metadata, labels: { ...labels, [NAME_LABEL]: name } } };
  },
  /** The namespace controller empties it before it goes. */
  prepareForCreate: namespace => {
    const { finalizers = [] } = namespace.spec ?? {};
    if (finalizers.includes('kubernetes')) return namespace;
    return { ...namespace, spec: { ...namespace.spec, finalizers: [...finalizers, 'kubernetes'] } };
  },
});
export type Namespace = ObjectOf<typeof Namespace>;
