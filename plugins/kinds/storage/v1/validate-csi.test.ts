import { describe, expect, it } from 'vitest';
import { complaints, stored } from '../../testing/complaints.ts';
import { CSIDriver } from './csi-driver.ts';
import { CSINode } from './csi-node.ts';
import { CSIStorageCapacity } from './csi-storage-capacity.ts';
import { VolumeAttachment } from './volume-attachment.ts';
import { VolumeAttributesClass } from './volume-attributes-class.ts';

const NAME = 'a lowercase RFC 1123 subdomain must consist of';
const IMMUTABLE = 'field is immutable';
const context = { nowMs: 0, user: { username: 'u', groups: [] } } as unknown as Parameters<
  NonNullable<typeof CSIDriver.prepareForUpdate>
>[2];
/** Long rules by their first words. */
const said = (...given: Parameters<typeof complaints>): readonly string[] =>
  complaints(...given).map(text => text.replace(new RegExp(`(${NAME}).*`), '$1'));

describe('a driver', () => {
  it.each<[object, readonly string[]]>([
    [{}, []],
    [
      { fsGroupPolicy: 'Odd' },
      ['spec.fsGroupPolicy: Unsupported value: "Odd": supported values: "File", "None", "ReadWriteOnceWithFSType"'],
    ],
    [
      { volumeLifecycleModes: ['Odd'] },
      ['spec.volumeLifecycleModes: Unsupported value: "Odd": supported values: "Persistent", "Ephemeral"'],
    ],
    [
      {
        tokenRequests: [{}, { audience: 'a', expirationSeconds: 1 }, {}, { audience: 'b', expirationSeconds: 2 ** 33 }],
      },
      [
        'spec.tokenRequests[1].expirationSeconds: Invalid value: 1: may not specify a duration less than 10 minutes',
        'spec.tokenRequests[2].audience: Duplicate value: ""',
        `spec.tokenRequests[3].expirationSeconds: Invalid value: ${2 ** 33}: may not specify a duration larger than 2^32 seconds`,
      ],
    ],
    [
      { nodeAllocatableUpdatePeriodSeconds: 9, serviceAccountTokenInSecrets: false },
      [
        'spec.nodeAllocatableUpdatePeriodSeconds: Invalid value: 9: must be greater than or equal to 10 seconds',
        'spec.serviceAccountTokenInSecrets: Invalid value: false: serviceAccountTokenInSecrets is set but no tokenRequests are specified',
      ],
    ],
  ])('%j', (spec, errors) => {
    expect(complaints(CSIDriver, { spec })).toEqual(errors);
  });

  it('keeps whether it attaches and its modes, and is counted from its first change on', () => {
    expect(
      complaints(CSIDriver, { spec: { attachRequired: false, volumeLifecycleModes: ['Ephemeral'] } }, { spec: {} }),
    ).toEqual([
      `spec.attachedRequired: Invalid value: false: ${IMMUTABLE}`,
      `spec.volumeLifecycleModes: Invalid value: ["Ephemeral"]: ${IMMUTABLE}`,
    ]);
    const old = stored(CSIDriver, { spec: {} });
    expect(CSIDriver.prepareForUpdate?.(old, old, context)).toBe(old);
    const next = stored(CSIDriver, { spec: { podInfoOnMount: true } });
    expect(CSIDriver.prepareForUpdate?.(next, old, context).metadata.generation).toBe(1);
  });

  it('is warned of where its tokens would be seen, once', () => {
    const tokenRequests = [{ audience: 'a' }];
    const open = stored(CSIDriver, { spec: { tokenRequests } });
    const hidden = stored(CSIDriver, { spec: { tokenRequests, serviceAccountTokenInSecrets: true } });
    expect(CSIDriver.warnings?.(open)).toHaveLength(1);
    expect(CSIDriver.warnings?.(open, open)).toEqual([]);
    expect(CSIDriver.warnings?.(hidden)).toEqual([]);
  });
});

describe('a node', () => {
  it.each<[readonly object[], readonly string[]]>([
    [[{ name: 'a', nodeID: 'i', topologyKeys: ['k'], allocatable: { count: 3 } }], []],
    [[{}], ['spec.drivers[0].name: Required value', 'spec.drivers[0].nodeID: Required value']],
    [
      [
        { name: 'a', nodeID: 'i' },
        { name: 'a', nodeID: 'i', topologyKeys: ['k', 'k', ''], allocatable: { count: -1 } },
      ],
      [
        'spec.drivers[1].allocatable.count: Invalid value: -1: must be greater than or equal to 0',
        'spec.drivers[1].name: Duplicate value: "a"',
        'spec.drivers[1]: Duplicate value: "k"',
        'spec.drivers[1]: Required value',
        'spec.drivers[1]: Invalid value: "": name part must be non-empty',
        expect.stringContaining('spec.drivers[1]: Invalid value: "": name part must consist of'),
      ],
    ],
  ])('%j', (drivers, errors) => {
    expect(complaints(CSINode, { spec: { drivers } })).toEqual(errors);
  });

  it('has drivers that are as they were, but for how much they hold', () => {
    const of = (...drivers: readonly object[]) => ({ spec: { drivers } });
    const old = of({ name: 'a', nodeID: 'i', allocatable: { count: 1 } });
    expect(complaints(CSINode, of({ name: 'a', nodeID: 'i', allocatable: { count: 2 } }), old)).toEqual([]);
    expect(complaints(CSINode, of({ name: 'b', nodeID: 'j' }), old)).toEqual([]);
    expect(complaints(CSINode, of({ name: 'a', nodeID: 'j' }), old)).toEqual([
      `spec.drivers: Invalid value: {"Name":"a","NodeID":"j","TopologyKeys":null,"Allocatable":null}: ${IMMUTABLE}`,
    ]);
  });
});

it.each<[object, readonly string[]]>([
  [{ storageClassName: 'c', capacity: '1' }, []],
  [{ storageClassName: 'c', capacity: '-1' }, ['capacity: Invalid value: "-1": must be greater than or equal to 0']],
  [
    { nodeTopology: { matchExpressions: [{ key: 'a', operator: 'Odd' }] } },
    [
      'nodeTopology.matchExpressions[0].operator: Invalid value: "Odd": not a valid selector operator',
      `storageClassName: Invalid value: "": ${NAME}`,
    ],
  ],
])('capacity %j', (parts, errors) => {
  expect(said(CSIStorageCapacity, parts)).toEqual(errors);
});

it('capacity is of one class and place', () => {
  const old = { storageClassName: 'c' };
  expect(complaints(CSIStorageCapacity, { storageClassName: 'd', nodeTopology: {} }, old)).toEqual([
    `nodeTopology: Invalid value: {}: ${IMMUTABLE}`,
    `storageClassName: Invalid value: "d": ${IMMUTABLE}`,
  ]);
  const nodeTopology = { matchLabels: { 'beta.kubernetes.io/os': 'x' } };
  expect(CSIStorageCapacity.warnings?.(stored(CSIStorageCapacity, { nodeTopology }))).toEqual([
    'nodeTopology.matchLabels.beta.kubernetes.io/os: deprecated since v1.14; use "kubernetes.io/os" instead',
  ]);
});

describe('an attachment', () => {
  const ONE = 'must specify exactly one of inlineVolumeSpec and persistentVolumeName';
  const INLINE = 'in the context of inline volumes';
  const field = 'spec.source.inlineVolumeSpec';
  const csi = { driver: 'a', volumeHandle: 'h' };
  const accessModes = ['ReadWriteOnce'];
  const base = { attacher: 'a', nodeName: 'n' };
  it.each<[object, readonly string[]]>([
    [{ persistentVolumeName: 'v' }, []],
    [{ inlineVolumeSpec: { csi, accessModes } }, []],
    [{}, [`spec.source: Required value: ${ONE}`]],
    [{ persistentVolumeName: 'v', inlineVolumeSpec: {} }, [`spec.source: Forbidden: ${ONE}`]],
    [
      { inlineVolumeSpec: {} },
      [
        `${field}.csi: Required value: has to be specified ${INLINE}`,
        `${field}.accessModes: Required value`,
        `${field}: Required value: must specify a volume type`,
      ],
    ],
    [
      {
        inlineVolumeSpec: {
          csi,
          accessModes,
          capacity: { storage: '1' },
          claimRef: {},
          volumeMode: 'Block',
          storageClassName: 'c',
        },
      },
      [
        `${field}.claimRef: Forbidden: may not be specified ${INLINE}`,
        `${field}.capacity: Forbidden: may not be specified ${INLINE}`,
        `${field}.storageClassName: Forbidden: may not be specified ${INLINE}`,
        `${field}.volumeMode: Forbidden: may not specify volumeMode other than Filesystem ${INLINE}`,
      ],
    ],
  ])('%j', (source, errors) => {
    expect(complaints(VolumeAttachment, { spec: { ...base, source } })).toEqual(errors);
  });

  it('is of one volume and node, by who has a name', () => {
    const spec = { attacher: 'A_', nodeName: 'N', source: { persistentVolumeName: 'V' } };
    expect(said(VolumeAttachment, { spec })).toEqual([
      `spec.attacher: Invalid value: "A_": ${NAME}`,
      `spec.nodeName: Invalid value: "N": ${NAME}`,
      `spec.source.persistentVolumeName: Invalid value: "V": ${NAME}`,
    ]);
    const source = { persistentVolumeName: 'v' };
    expect(
      complaints(VolumeAttachment, { spec: { ...base, nodeName: 'm', source } }, { spec: { ...base, source } }),
    ).toEqual([
      `spec: Invalid value: {"Attacher":"a","Source":{"PersistentVolumeName":"v","InlineVolumeSpec":null},"NodeName":"m"}: ${IMMUTABLE}`,
    ]);
  });

  it('tells of failures shortly', () => {
    const source = { persistentVolumeName: 'v' };
    const status = { attachError: { errorCode: -1 }, detachError: { message: 'x'.repeat(1025) } };
    expect(complaints(VolumeAttachment, { spec: { ...base, source }, status })).toEqual([
      'status.attachError.errorCode: Invalid value: -1: must be between 0 and 2147483647, inclusive',
      'status.detachError.message: Too long: may not be more than 262144 bytes',
    ]);
  });
});

it('attributes are of one driver, and are some', () => {
  const parameters = { a: 'b' };
  expect(complaints(VolumeAttributesClass, { driverName: 'a.b', parameters })).toEqual([]);
  expect(complaints(VolumeAttributesClass, {})).toEqual([
    'driverName: Required value',
    'parameters: Required value: must contain at least one key/value pair',
  ]);
  expect(
    complaints(VolumeAttributesClass, { driverName: 'c', parameters: {} }, { driverName: 'a', parameters }),
  ).toEqual([
    'driverName: Forbidden: updates to driverName are forbidden.',
    'parameters: Forbidden: updates to parameters are forbidden.',
  ]);
});
