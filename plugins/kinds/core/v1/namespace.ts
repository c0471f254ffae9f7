import { dnsLabelProblems } from '../../../../src/base/dns-label.ts';
import { ageColumn, nameColumn, text } from '../../../../src/api/columns.ts';
import { invalid } from '../../../../src/api/field-error.ts';
import { finalizerErrors } from '../../../../src/api/validate-metadata.ts';
import { defineResource, type ObjectOf } from '../../../../src/api/resource.ts';
import { namespaceSpec, namespaceStatus, type NamespaceStatus } from './namespace-status.ts';

const NAME_LABEL = 'kubernetes.io/metadata.name';

/** What columns are computed from. */
interface Parts {
  readonly status: NamespaceStatus;
}

export const Namespace = defineResource({
  group: '',
  version: 'v1',
  kind: 'Namespace',
  plural: 'namespaces',
  shortNames: ['ns'],
  scope: 'Cluster',
  doc: 'A scope for names, access rules and quotas.',
  openapiName: 'io.k8s.api.core.v1.Namespace',
  fields: {
    spec: namespaceSpec.present().doc('What it shall be.').at(2),
    status: namespaceStatus.present().doc('What it is.').at(3),
  },
  status: true,
  generation: false,
  answersDeleted: true,
  verbs: ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'],
  columns: [nameColumn, text('Status', 'Active or Terminating.', ({ status }: Parts) => status.phase), ageColumn],
  selectableFields: {
    'status.phase': ({ status }) => status.phase,
    /** Asked for by old clients. */
    name: ({ metadata }) => metadata.name,
  },
  nameProblems: dnsLabelProblems,
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
  /** Who has work to do before it goes is said through `finalize` alone. */
  prepareForUpdate: (namespace, { spec }) => ({ ...namespace, spec }),
  validate: ({ spec: { finalizers = [] } }) =>
    finalizers.flatMap((name, index) => finalizerErrors(name, `spec.finalizers[${index}]`)),
  validateStatusUpdate: ({ metadata: { deletionTimestamp }, status: { phase } }) => {
    const [wanted, is] = deletionTimestamp === undefined ? ['Active', 'empty'] : ['Terminating', 'not empty'];
    // Upstream writes the field with a capital letter.
    return phase === wanted
      ? []
      : [invalid('status.Phase', phase, `may only be '${wanted}' if \`deletionTimestamp\` is ${is}`)];
  },
});
export type Namespace = ObjectOf<typeof Namespace>;
