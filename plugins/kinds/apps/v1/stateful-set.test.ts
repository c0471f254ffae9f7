import { expect, it } from 'vitest';
import { complaints } from '../../testing/complaints.ts';
import { settled } from '../../testing/settled.ts';
import { StatefulSet } from './stateful-set.ts';

const template = { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'a', image: 'i' }] } };
const owned = (spec: object = {}) => ({ spec: { selector: { matchLabels: { a: 'b' } }, template, ...spec } });
const claim = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } };
const DNS_LABEL =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
const STATEFUL =
  "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden";

it.each<[typeof StatefulSet, object, readonly string[]]>([
  [StatefulSet, owned({ volumeClaimTemplates: [{ metadata: { name: 'd' }, spec: claim }] }), []],
  [
    StatefulSet,
    owned({
      podManagementPolicy: 'Odd',
      updateStrategy: { type: 'Odd' },
      persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Odd' },
      volumeClaimTemplates: [{ metadata: { name: 'd' }, spec: {} }],
      replicas: -1,
      ordinals: { start: -1 },
      serviceName: 'A',
      selector: {},
    }),
    [
      "spec.podManagementPolicy: Invalid value: \"Odd\": must be 'OrderedReady' or 'Parallel'",
      'spec.updateStrategy: Invalid value: {"Type":"Odd","RollingUpdate":null}: must be \'RollingUpdate\' or \'OnDelete\'',
      'spec.persistentVolumeClaimRetentionPolicy.whenDeleted: Unsupported value: "Odd": supported values: "Retain", "Delete"',
      'spec.volumeClaimTemplates[0].spec.accessModes: Required value: at least 1 access mode is required',
      'spec.volumeClaimTemplates[0].spec.resources[storage]: Required value',
      'spec.replicas: Invalid value: -1: must be greater than or equal to 0',
      'spec.ordinals.start: Invalid value: -1: must be greater than or equal to 0',
      `spec.serviceName: Invalid value: "A": ${DNS_LABEL}`,
      'spec.selector: Invalid value: {}: empty selector is invalid for statefulset',
    ],
  ],
  [
    StatefulSet,
    owned({ updateStrategy: { type: 'OnDelete', rollingUpdate: { partition: 1 } } }),
    [
      'spec.updateStrategy.rollingUpdate: Invalid value: {"Partition":1,"MaxUnavailable":null}: only allowed for updateStrategy \'RollingUpdate\'',
    ],
  ],
  [
    StatefulSet,
    { spec: { template } },
    [
      'spec.selector: Required value',
      'spec.template.metadata.labels: Invalid value: {"a":"b"}: `selector` does not match template `labels`',
    ],
  ],
  [
    StatefulSet,
    { ...owned(), metadata: { name: 'a.b' } },
    ['metadata.name: Invalid value: "a.b": must not contain dots'],
  ],
])('a new one: %#', (resource, parts, errors) => {
  expect(complaints(resource, parts)).toEqual(errors);
});

it.each<[typeof StatefulSet, object, object, readonly string[]]>([
  [StatefulSet, owned({ replicas: 2, minReadySeconds: 1, ordinals: { start: 1 } }), owned(), []],
  [StatefulSet, owned({ serviceName: 'x' }), owned(), [`spec: Forbidden: ${STATEFUL}`]],
])('a changed one: %#', (resource, parts, old, errors) => {
  expect(complaints(resource, parts, old)).toEqual(errors);
});

it('numbers pods in order, keeps claims, and fills those it makes', () => {
  const template = { spec: { containers: [{ name: 'a', image: 'a' }] } };
  const volumeClaimTemplates = [{ metadata: { name: 'd' }, spec: { accessModes: ['ReadWriteOnce' as const] } }];
  const made = (updateStrategy: object) =>
    settled(StatefulSet, { metadata: {}, spec: { selector: {}, template, volumeClaimTemplates, updateStrategy } });
  expect(made({}).spec).toMatchObject({
    replicas: 1,
    podManagementPolicy: 'OrderedReady',
    revisionHistoryLimit: 10,
    updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } },
    persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' },
    volumeClaimTemplates: [
      {
        apiVersion: 'v1',
        kind: 'PersistentVolumeClaim',
        spec: { volumeMode: 'Filesystem' },
        status: { phase: 'Pending' },
      },
    ],
  });
  expect(made({ type: 'RollingUpdate' }).spec.updateStrategy).toEqual({ type: 'RollingUpdate' });
  expect(made({ type: 'OnDelete' }).spec.updateStrategy).toEqual({ type: 'OnDelete' });
  const dropped = made({ rollingUpdate: { partition: 2, maxUnavailable: 3 } }).spec.updateStrategy;
  expect(dropped).toEqual({ type: 'RollingUpdate', rollingUpdate: { partition: 2 } });
});

it('counts no more than there are', () => {
  const status = { replicas: 1, readyReplicas: 2, updatedReplicas: -1, availableReplicas: 3, collisionCount: 0 };
  const errors = StatefulSet.validateStatusUpdate?.(
    { status } as unknown as StatefulSet,
    { status: { collisionCount: 1 } } as unknown as StatefulSet,
  );
  expect(errors?.map(({ field, detail }) => `${field}: ${detail}`)).toEqual([
    'status.updatedReplicas: must be greater than or equal to 0',
    'status.readyReplicas: cannot be greater than status.replicas',
    'status.availableReplicas: cannot be greater than status.replicas',
    'status.availableReplicas: cannot be greater than status.readyReplicas',
    'status.collisionCount: cannot be decremented',
  ]);
});
