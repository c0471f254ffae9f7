import { expect, it } from 'vitest';
import type { Resource } from '../../../../src/api/resource.ts';
import { StorageClass } from '../../storage/v1/storage-class.ts';
import { complaints } from '../../testing/complaints.ts';
import { settled } from '../../testing/settled.ts';
import { PersistentVolume } from './persistent-volume.ts';
import { PersistentVolumeClaim } from './persistent-volume-claim.ts';

const claim = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } };
const volume = { accessModes: ['ReadWriteOnce'], capacity: { storage: '1Gi' } };
const sized = (storage: string) => ({ ...claim, resources: { requests: { storage } } });
const SUBDOMAIN =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
/** As upstream prints what has changed: the types without a version, one member a line. */
const claimed = (difference: string): string =>
  `spec: Forbidden: spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims\n${difference}`;
const RESIZED = claimed(`@@ -6,7 +6,7 @@
  "Resources": {
   "Limits": null,
   "Requests": {
-   "storage": "1Gi"
+   "storage": "2Gi"
   }
  },
  "VolumeName": "",
`);
const REBOUND = claimed(`@@ -9,7 +9,7 @@
    "storage": "1Gi"
   }
  },
- "VolumeName": "w",
+ "VolumeName": "v",
  "StorageClassName": null,
  "VolumeMode": "Filesystem",
  "DataSource": null,
`);
const MOVED = `@@ -2,7 +2,7 @@
  "GCEPersistentDisk": null,
  "AWSElasticBlockStore": null,
  "HostPath": {
-  "Path": "/x",
+  "Path": "/y",
   "Type": ""
  },
  "Glusterfs": null,
`;

it.each<[Resource, object, readonly string[]]>([
  [PersistentVolumeClaim, { spec: claim }, []],
  [
    PersistentVolumeClaim,
    {
      spec: {
        accessModes: ['ReadWriteOncePod', 'ReadOnlyMany', 'Odd'],
        resources: { requests: { storage: '0' } },
        storageClassName: 'A',
        volumeMode: 'Odd',
        dataSource: { kind: 'Odd', name: 'x' },
      },
    },
    [
      'spec.accessModes: Unsupported value: "Odd": supported values: "ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"',
      'spec.accessModes: Forbidden: may not use ReadWriteOncePod with other access modes',
      'spec.resources[storage]: Invalid value: "0": must be greater than zero',
      `spec.storageClassName: Invalid value: "A": ${SUBDOMAIN}`,
      'spec.volumeMode: Unsupported value: "Odd": supported values: "Block", "Filesystem"',
      'spec.dataSource: Invalid value: "Odd": must be \'PersistentVolumeClaim\' when referencing the default apiGroup',
    ],
  ],
  [PersistentVolume, { spec: { ...volume, hostPath: { path: '/x' } } }, []],
  [
    PersistentVolume,
    { spec: {} },
    [
      'spec.accessModes: Required value',
      'spec.capacity: Required value',
      'spec.capacity: Unsupported value: null: supported values: "storage"',
      'spec: Required value: must specify a volume type',
    ],
  ],
  [
    PersistentVolume,
    {
      spec: {
        ...volume,
        persistentVolumeReclaimPolicy: 'Recycle',
        hostPath: { path: '/', type: 'Odd' },
        local: { path: '/x' },
        nfs: { server: 's', path: '/x' },
      },
    },
    [
      'spec.hostPath.type: Unsupported value: "Odd": supported values: "", "BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket"',
      'spec.nfs: Forbidden: may not specify more than 1 volume type',
      'spec.local: Forbidden: may not specify more than 1 volume type',
      "spec.persistentVolumeReclaimPolicy: Forbidden: may not be 'recycle' for a hostPath mount of '/'",
    ],
  ],
  [
    PersistentVolume,
    { spec: { ...volume, local: { path: '/a/../b' } } },
    [
      'spec.local.path: Invalid value: "/a/../b": must not contain \'..\'',
      'spec.nodeAffinity: Required value: Local volume requires node affinity',
    ],
  ],
  [
    PersistentVolume,
    { spec: { ...volume, nodeAffinity: {}, csi: { driver: 'd' }, volumeAttributesClassName: '' } },
    [
      'spec.nodeAffinity.required: Required value: must specify required node constraints',
      'spec.csi.volumeHandle: Required value',
      'spec.volumeAttributesClassName: Required value: an empty string is disallowed',
    ],
  ],
  [
    PersistentVolume,
    { spec: { ...volume, iscsi: { targetPortal: 'p', iqn: 'odd', lun: 256, chapAuthSession: true } } },
    [
      'spec.iscsi.iqn: Invalid value: "odd": must be valid format',
      'spec.iscsi.lun: Invalid value: 256: must be between 0 and 255, inclusive',
      'spec.iscsi.secretRef: Required value',
    ],
  ],
  [StorageClass, { provisioner: 'tiphys.dev/local-path' }, []],
  [
    StorageClass,
    { reclaimPolicy: 'Recycle', volumeBindingMode: 'Odd' },
    [
      'provisioner: Required value',
      'reclaimPolicy: Unsupported value: "Recycle": supported values: "Delete", "Retain"',
      'volumeBindingMode: Unsupported value: "Odd": supported values: "Immediate", "WaitForFirstConsumer"',
    ],
  ],
])('a new one: %#', (resource, parts, errors) => {
  expect(complaints(resource, parts)).toEqual(errors);
});

it.each<[Resource, object, object, readonly string[]]>([
  [PersistentVolumeClaim, { spec: { ...claim, volumeName: 'v' } }, { spec: claim }, []],
  [PersistentVolumeClaim, { spec: { ...claim, storageClassName: 's' } }, { spec: claim }, []],
  [PersistentVolumeClaim, { spec: { ...claim, volumeName: 'v' } }, { spec: { ...claim, volumeName: 'w' } }, [REBOUND]],
  [PersistentVolumeClaim, { spec: sized('2Gi') }, { spec: claim }, [RESIZED]],
  [PersistentVolumeClaim, { spec: sized('2Gi') }, { spec: claim, status: { phase: 'Bound' } }, []],
  [
    PersistentVolumeClaim,
    { spec: sized('1Mi') },
    { spec: claim, status: { phase: 'Bound', capacity: { storage: '1Gi' } } },
    ['spec.resources.requests.storage: Forbidden: field can not be less than status.capacity'],
  ],
  [
    PersistentVolume,
    { spec: { ...volume, hostPath: { path: '/y' }, volumeMode: 'Block' } },
    { spec: { ...volume, hostPath: { path: '/x' } } },
    [
      `spec.persistentvolumesource: Forbidden: spec.persistentvolumesource is immutable after creation\n${MOVED}`,
      'volumeMode: Invalid value: "Block": field is immutable',
    ],
  ],
  [
    StorageClass,
    { provisioner: 'p', reclaimPolicy: 'Retain', allowVolumeExpansion: true },
    { provisioner: 'p' },
    ['reclaimPolicy: Invalid value: "Retain": field is immutable'],
  ],
])('a changed one: %#', (resource, parts, old, errors) => {
  expect(complaints(resource, parts, old)).toEqual(errors);
});

it('says what storage is unless it is said', () => {
  const context = { nowMs: 0, user: { name: 'u', groups: [] } };
  const volume = settled(PersistentVolume, { metadata: {}, spec: {} });
  expect(volume.spec).toEqual({ persistentVolumeReclaimPolicy: 'Retain', volumeMode: 'Filesystem' });
  const born = PersistentVolume.prepareForCreate?.(volume, context) as PersistentVolume;
  expect(born.status).toEqual({ phase: 'Pending', lastPhaseTransitionTime: '1970-01-01T00:00:00Z' });
  const storageClass = settled(StorageClass, { metadata: {}, provisioner: 'p' });
  expect(storageClass).toMatchObject({ reclaimPolicy: 'Delete', volumeBindingMode: 'Immediate' });
  const filled = (spec: object) => {
    const claim = settled(PersistentVolumeClaim, { metadata: {}, spec });
    const made = PersistentVolumeClaim.prepareForCreate?.(claim, context) as PersistentVolumeClaim | undefined;
    return [made?.spec.dataSource, made?.spec.dataSourceRef];
  };
  const other = { kind: 'PersistentVolumeClaim', name: 'x' };
  const odd = { apiGroup: 'a', kind: 'Odd', name: 'x' };
  expect(filled({ dataSource: other })).toEqual([other, other]);
  expect(filled({ dataSource: odd })).toEqual([undefined, undefined]);
  expect(filled({ dataSourceRef: odd })).toEqual([odd, odd]);
  expect(filled({ dataSourceRef: { ...odd, namespace: 'n' } })).toEqual([undefined, { ...odd, namespace: 'n' }]);
});
