import { ageColumn, integer, nameColumn } from '../../../../src/api/columns.ts';
import { defineResource, type ObjectOf } from '../../../../src/api/resource.ts';
import { type Stored, int32, list, listMap, object, string } from '../../../../src/schema/schema.ts';
import { validateCsiNode, validateCsiNodeUpdate } from './validate-csi-node.ts';

const volumeNodeResources = object({
  count: int32().optional().doc('How many volumes; as many as there are unless given.').at(1),
})
  .named('io.k8s.api.storage.v1.VolumeNodeResources')
  .doc('What a node can hold of a driver’s volumes.');

const csiNodeDriver = object({
  name: string().byRule().doc('The driver.').at(1),
  nodeID: string().doc('What the driver calls the node.').at(2),
  topologyKeys: list(string()).orNull().doc('Labels of the node by which its volumes are told apart.').at(3),
  allocatable: volumeNodeResources.optional().doc('How many of its volumes the node can hold.').at(4),
})
  .named('io.k8s.api.storage.v1.CSINodeDriver')
  .doc('A driver on a node.');

const csiNodeSpec = object({
  drivers: listMap(csiNodeDriver, 'name').zero().orNull().doc('The drivers.').at(1),
})
  .named('io.k8s.api.storage.v1.CSINodeSpec')
  .doc('Drivers of CSI that a node has.');
export type CSINodeSpec = Stored<typeof csiNodeSpec>;

export const CSINode = defineResource({
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'CSINode',
  plural: 'csinodes',
  scope: 'Cluster',
  putByRevision: true,
  answersDeleted: true,
  doc: 'Drivers of CSI that a node has.',
  openapiName: 'io.k8s.api.storage.v1.CSINode',
  fields: {
    spec: csiNodeSpec.zero().doc('Its drivers.').at(2),
  },
  columns: [
    nameColumn,
    integer(
      'Drivers',
      'How many drivers the node has.',
      ({ spec }: { readonly spec: CSINodeSpec }) => spec.drivers?.length ?? 0,
    ),
    ageColumn,
  ],
  validate: validateCsiNode,
  validateUpdate: validateCsiNodeUpdate,
});
export type CSINode = ObjectOf<typeof CSINode>;
