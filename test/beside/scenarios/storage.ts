import { change, dry, post, remove, table, type Scenario, type Step } from '../step.ts';

const API = '/apis/storage.k8s.io/v1';
const DRIVERS = `${API}/csidrivers`;
const NODES = `${API}/csinodes`;
const CAPACITIES = `${API}/namespaces/NS/csistoragecapacities`;
const ATTACHMENTS = `${API}/volumeattachments`;
const CLASSES = `${API}/volumeattributesclasses`;
const driver = (spec: object): Step => dry(DRIVERS, { metadata: { name: 'x' }, spec });
const tokens = (...tokenRequests: readonly object[]): Step => driver({ tokenRequests });
const node = (...drivers: readonly object[]): Step => dry(NODES, { metadata: { name: 'x' }, spec: { drivers } });
const capacity = (more: object): Step => dry(CAPACITIES, { metadata: { name: 'x' }, storageClassName: 'c', ...more });
const attachment = (spec: object): Step =>
  dry(ATTACHMENTS, { metadata: { name: 'x' }, spec: { attacher: 'a.b', nodeName: 'n', ...spec } });
const attributes = (more: object): Step => dry(CLASSES, { metadata: { name: 'x' }, driverName: 'a.b', ...more });
const csi = { driver: 'a.b', volumeHandle: 'h' };
const inline = (more: object): Step =>
  attachment({ source: { inlineVolumeSpec: { accessModes: ['ReadWriteOnce'], csi, ...more } } });
const source = { persistentVolumeName: 'v' };
const long = 'x'.repeat(70);

/** What drivers of CSI and those who work with them keep. */
export const storage: Scenario = {
  driver: driver({}),
  'driver without spec': dry(DRIVERS, { metadata: { name: 'x' } }),
  'driver of a bad name': dry(DRIVERS, { metadata: { name: 'X_' }, spec: {} }),
  'driver of an odd policy': driver({ fsGroupPolicy: 'Odd' }),
  'driver of no policy': driver({ fsGroupPolicy: '' }),
  'driver of odd modes': driver({ volumeLifecycleModes: ['Odd', 'Ephemeral', ''] }),
  'driver of no modes': driver({ volumeLifecycleModes: [] }),
  'driver with tokens': tokens({ audience: 'a' }, { audience: 'b', expirationSeconds: 3600 }),
  'driver with the same token twice': tokens({ audience: 'a' }, { audience: 'a', expirationSeconds: 1 }, {}, {}),
  'driver with odd tokens': tokens({ expirationSeconds: 1 }, { audience: 'a', expirationSeconds: 5_000_000_000 }),
  'driver with all wrong': driver({
    nodeAllocatableUpdatePeriodSeconds: 1,
    serviceAccountTokenInSecrets: true,
    preventPodSchedulingIfMissing: true,
    fsGroupPolicy: 'x',
    volumeLifecycleModes: ['x'],
  }),
  'driver made': post(DRIVERS, { metadata: { name: 'NS-x' }, spec: { tokenRequests: [{ audience: 'a' }] } }),
  'driver needs attachment no more': change(`${DRIVERS}/NS-x`, { spec: { attachRequired: false } }),
  'driver of other modes': change(`${DRIVERS}/NS-x`, { spec: { volumeLifecycleModes: ['Ephemeral'] } }),
  'driver with other tokens': change(`${DRIVERS}/NS-x`, { spec: { tokenRequests: [{ audience: 'b' }] } }),
  'driver told of pods': change(`${DRIVERS}/NS-x`, { spec: { podInfoOnMount: true } }),
  'driver in a table': table(`${DRIVERS}/NS-x`),
  'driver gone': remove(`${DRIVERS}/NS-x`),
  'node without spec': dry(NODES, { metadata: { name: 'x' } }),
  'node of odd drivers': node({}, { name: 'A_', nodeID: 'x'.repeat(300) }, { name: long, nodeID: 'i' }),
  'node of the same driver twice': node({ name: 'a', nodeID: 'i' }, { name: 'a', nodeID: 'j' }),
  'node of odd keys': node({ name: 'a', nodeID: 'i', topologyKeys: ['', 'a', 'a', 'b c'] }),
  'node of a negative count': node({ name: 'a', nodeID: 'i', allocatable: { count: -1 } }),
  'node made': post(NODES, {
    metadata: { name: 'NS-n' },
    spec: { drivers: [{ name: 'a', nodeID: 'i', topologyKeys: ['k'], allocatable: { count: 3 } }] },
  }),
  'node with more room': change(`${NODES}/NS-n`, {
    spec: { drivers: [{ name: 'a', nodeID: 'i', topologyKeys: ['k'], allocatable: { count: 4 } }] },
  }),
  'node of another id': change(`${NODES}/NS-n`, { spec: { drivers: [{ name: 'a', nodeID: 'j' }] } }),
  'node in a table': table(`${NODES}/NS-n`),
  'node gone': remove(`${NODES}/NS-n`),
  capacity: capacity({ capacity: '5Gi', nodeTopology: { matchLabels: { a: 'b' } } }),
  'capacity of no class': dry(CAPACITIES, { metadata: { name: 'x' } }),
  'capacity of an odd class': capacity({ storageClassName: 'A_' }),
  'capacity below zero': capacity({ capacity: '-1' }),
  'capacity of odd nodes': capacity({ nodeTopology: { matchExpressions: [{ key: 'a_', operator: 'Odd' }] } }),
  'capacity of old labels': capacity({ nodeTopology: { matchLabels: { 'beta.kubernetes.io/os': 'x' } } }),
  'capacity made': post(CAPACITIES, { metadata: { name: 'c' }, storageClassName: 'c', maximumVolumeSize: '1Gi' }),
  'capacity of another class': change(`${CAPACITIES}/c`, { storageClassName: 'd' }),
  'capacity of other nodes': change(`${CAPACITIES}/c`, { nodeTopology: { matchLabels: { a: 'b' } } }),
  'capacity in a table': table(`${CAPACITIES}/c`),
  'capacities of all': {
    method: 'GET',
    path: `${API}/csistoragecapacities?limit=1&fieldSelector=metadata.name%3Dnone`,
  },
  'capacity gone': remove(`${CAPACITIES}/c`),
  attachment: attachment({ source }),
  'attachment without spec': dry(ATTACHMENTS, { metadata: { name: 'x' } }),
  'attachment by a long name': attachment({ attacher: long, source }),
  'attachment by an odd name': attachment({ attacher: 'A_', source, nodeName: 'N_' }),
  'attachment of nothing': attachment({ source: {} }),
  'attachment of an empty name': attachment({ source: { persistentVolumeName: '' } }),
  'attachment of an odd name': attachment({ source: { persistentVolumeName: 'A_' } }),
  'attachment of both': attachment({ source: { ...source, inlineVolumeSpec: {} } }),
  'attachment of an empty volume': attachment({ source: { inlineVolumeSpec: {} } }),
  'attachment of an inline volume': inline({}),
  'attachment of an odd volume': inline({
    storageClassName: 'c',
    persistentVolumeReclaimPolicy: 'Delete',
    volumeMode: 'Block',
  }),
  'attachment of a volume in use': inline({ claimRef: { name: 'c' }, capacity: { storage: '1' }, nodeAffinity: {} }),
  'attachment of two volumes': inline({ nfs: { server: 's', path: '/' } }),
  'attachment of an odd driver': inline({ csi: { driver: 'A_' } }),
  'attachment made': post(ATTACHMENTS, {
    metadata: { name: 'NS-a' },
    spec: { attacher: 'a.b', nodeName: 'n', source },
    status: { attached: true },
  }),
  'attachment elsewhere': change(`${ATTACHMENTS}/NS-a`, { spec: { nodeName: 'm' } }),
  'attachment done': change(`${ATTACHMENTS}/NS-a/status`, {
    status: { attached: true, attachmentMetadata: { a: 'b' }, attachError: { message: 'm', errorCode: 3 } },
  }),
  'attachment with odd errors': change(`${ATTACHMENTS}/NS-a/status`, {
    status: { attachError: { errorCode: -1 }, detachError: { message: 'x'.repeat(1100) } },
  }),
  'attachment in a table': table(`${ATTACHMENTS}/NS-a`),
  'attachment gone': remove(`${ATTACHMENTS}/NS-a`),
  attributes: attributes({ parameters: { a: 'b' } }),
  'attributes of nobody': attributes({ driverName: '', parameters: { a: 'b' } }),
  'attributes of an odd name': attributes({ driverName: 'A_ b', parameters: { '': 'b' } }),
  'attributes of nothing': attributes({}),
  'attributes made': post(CLASSES, { metadata: { name: 'NS-c' }, driverName: 'a.b', parameters: { a: 'b' } }),
  'attributes of another': change(`${CLASSES}/NS-c`, { driverName: 'c', parameters: { a: 'c' } }),
  'attributes in a table': table(`${CLASSES}/NS-c`),
  'attributes gone': remove(`${CLASSES}/NS-c`),
};
