import { ageColumn, nameColumn, text } from '../../../../src/api/columns.ts';
import { isDeepEqual } from '../../../../src/base/deep-equal.ts';
import { defineResource, type Column, type ObjectOf } from '../../../../src/api/resource.ts';
import { csiDriverSpec, type CSIDriverSpec } from './csi-driver-spec.ts';
import { validateCsiDriver, validateCsiDriverUpdate } from './validate-csi-driver.ts';

/** What columns are computed from. */
interface Parts {
  readonly spec: CSIDriverSpec;
}

const flag = (name: string, description: string, value: (spec: CSIDriverSpec) => boolean): Column<Parts> => ({
  name,
  type: 'boolean',
  description,
  value: ({ spec }) => value(spec),
});

export const CSIDriver = defineResource({
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'CSIDriver',
  plural: 'csidrivers',
  scope: 'Cluster',
  putByRevision: true,
  answersDeleted: true,
  doc: 'How a driver of CSI is to be used.',
  openapiName: 'io.k8s.api.storage.v1.CSIDriver',
  fields: {
    spec: csiDriverSpec.zero().doc('How it is to be used.').at(2),
  },
  columns: [
    nameColumn,
    flag('AttachRequired', 'Whether volumes are attached to nodes.', ({ attachRequired }) => attachRequired),
    flag('PodInfoOnMount', 'Whether it is told of the pod.', ({ podInfoOnMount }) => podInfoOnMount === true),
    flag('StorageCapacity', 'Whether it tells how much there is.', ({ storageCapacity }) => storageCapacity === true),
    text('TokenRequests', 'Audiences of the tokens that it gets.', ({ spec: { tokenRequests } }: Parts) =>
      tokenRequests === undefined ? '<unset>' : tokenRequests.map(({ audience }) => audience).join(','),
    ),
    flag(
      'RequiresRepublish',
      'Whether it is called again and again.',
      ({ requiresRepublish }) => requiresRepublish === true,
    ),
    text('Modes', 'Lives its volumes can lead.', ({ spec }: Parts) => spec.volumeLifecycleModes.join(',') || '<none>'),
    ageColumn,
  ],
  defaults: driver => ({ ...driver, spec: { ...UNLESS_SAID, ...driver.spec } }),
  /** Counted from its first change on. */
  prepareForUpdate: (driver, old) =>
    isDeepEqual(driver.spec, old.spec)
      ? driver
      : { ...driver, metadata: { ...driver.metadata, generation: (old.metadata.generation ?? 0) + 1 } },
  validate: validateCsiDriver,
  validateUpdate: validateCsiDriverUpdate,
  warnings: ({ spec }, old) =>
    spec.tokenRequests === undefined ||
    spec.serviceAccountTokenInSecrets !== undefined ||
    (old !== undefined && isDeepEqual(spec.tokenRequests, old.spec.tokenRequests))
      ? []
      : [TOKENS_IN_THE_OPEN],
});
export type CSIDriver = ObjectOf<typeof CSIDriver>;

const UNLESS_SAID = { podInfoOnMount: false, storageCapacity: false, requiresRepublish: false, seLinuxMount: false };

const TOKENS_IN_THE_OPEN =
  'spec.serviceAccountTokenInSecrets is unset; if supported by this CSI driver, set to true to prevent possible logging of tokens in volume attributes';
