import { createdAtColumn, nameColumn } from '../../../../src/api/columns.ts';
import { invalid, type FieldError } from '../../../../src/api/field-error.ts';
import { labelSelector, type LabelSelector } from '../../../../src/api/label-selector-schema.ts';
import { validateLabelSelector } from '../../../../src/api/label-selector.ts';
import { defineResource, type ObjectOf } from '../../../../src/api/resource.ts';
import { isDeepEqual } from '../../../../src/base/deep-equal.ts';
import { parseQuantity } from '../../../../src/base/quantity.ts';
import { subdomainProblems } from '../../../../src/base/qualified-name.ts';
import { quantity, string } from '../../../../src/schema/schema.ts';
import { nodeLabelWarnings } from '../../core/v1/node-label-warnings.ts';

/** What rules are computed from. */
interface Parts {
  readonly nodeTopology?: LabelSelector;
  readonly storageClassName: string;
  readonly capacity?: string;
}

export const CSIStorageCapacity = defineResource({
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'CSIStorageCapacity',
  plural: 'csistoragecapacities',
  scope: 'Namespaced',
  putByRevision: true,
  doc: 'How much storage of a class there is for some nodes.',
  openapiName: 'io.k8s.api.storage.v1.CSIStorageCapacity',
  fields: {
    nodeTopology: labelSelector.optional().immutable().doc('The nodes; none unless given.').at(2),
    storageClassName: string().zero().immutable().doc('The class.').at(3),
    capacity: quantity().optional().doc('How much there is.').at(4),
    maximumVolumeSize: quantity().optional().doc('How large one volume may be.').at(5),
  },
  // Upstream has more to tell and does not.
  columns: [nameColumn, createdAtColumn],
  validate: (capacity, old) => validateCapacity(capacity, old),
  warnings: ({ nodeTopology }) => nodeLabelWarnings(nodeTopology, 'nodeTopology'),
});
export type CSIStorageCapacity = ObjectOf<typeof CSIStorageCapacity>;

/** Nodes that were selected before are not judged again: they cannot change. */
function validateCapacity({ nodeTopology, storageClassName, capacity }: Parts, old?: Parts): readonly FieldError[] {
  const isKept = old !== undefined && isDeepEqual(nodeTopology, old.nodeTopology);
  const isNegative = capacity !== undefined && parseQuantity(capacity).nano < 0n;
  return [
    ...(isKept ? [] : validateLabelSelector(nodeTopology, 'nodeTopology')),
    ...subdomainProblems(storageClassName).map(problem => invalid('storageClassName', storageClassName, problem)),
    ...(isNegative ? [invalid('capacity', capacity, 'must be greater than or equal to 0')] : []),
  ];
}
