import type { Scenario, Step } from '../step.ts';

const APPS = '/apis/apps/v1/namespaces/NS';
const CLAIMS = '/api/v1/namespaces/NS/persistentvolumeclaims';
const VOLUMES = '/api/v1/persistentvolumes';
const CLASSES = '/apis/storage.k8s.io/v1/storageclasses';
const TABLE = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';

const labels = { a: 'b' };
const template = { metadata: { labels }, spec: { containers: [{ name: 'c', image: 'i' }] } };
const set = (spec: object, metadata: object = { name: 'x' }): object => ({
  metadata,
  spec: { selector: { matchLabels: labels }, template, ...spec },
});
const made = (path: string, body: object): Step => ({ method: 'POST', path, body });
const dry = (path: string, body: object): Step => made(`${path}?dryRun=All`, body);
const daemon = (spec: object, metadata?: object): Step => dry(`${APPS}/daemonsets`, set(spec, metadata));
const stateful = (spec: object, metadata?: object): Step => dry(`${APPS}/statefulsets`, set(spec, metadata));
const change = (path: string, body: object): Step => ({ method: 'PATCH', path, body });
const status = (path: string, body: object): Step => change(`${path}/status`, { status: body });

const claimSpec = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } };
const disk = { accessModes: ['ReadWriteOnce'], capacity: { storage: '1Gi' } };
const claim = (spec: object): Step => dry(CLAIMS, { metadata: { name: 'x' }, spec });
const volume = (spec: object): Step => dry(VOLUMES, { metadata: { name: 'x-NS' }, spec: { ...disk, ...spec } });
const kind = (body: object): Step => dry(CLASSES, { metadata: { name: 'x' }, ...body });
const revision = (body: object): Step => dry(`${APPS}/controllerrevisions`, { metadata: { name: 'x' }, ...body });

const refused: Scenario = {
  'daemons of nothing': daemon({ selector: undefined, template: undefined }),
  'daemons of all': daemon({ selector: {} }),
  'daemons of others': daemon({ selector: { matchLabels: { c: 'd' } }, minReadySeconds: -1, revisionHistoryLimit: -1 }),
  'daemons that end': daemon({
    template: { ...template, spec: { ...template.spec, restartPolicy: 'Never', activeDeadlineSeconds: 1 } },
  }),
  'odd daemons': daemon({ updateStrategy: { type: 'Odd' } }),
  'daemons both ways': daemon({ updateStrategy: { rollingUpdate: { maxSurge: 1 } } }),
  'daemons no way': daemon({ updateStrategy: { rollingUpdate: { maxUnavailable: 0 } } }),
  'daemons beyond': daemon({ updateStrategy: { rollingUpdate: { maxUnavailable: '101%', maxSurge: 'x' } } }),
  'daemons by a bad selector': daemon({ selector: { matchExpressions: [{ key: 'a', operator: 'Near' }] } }),
  'sets of nothing': stateful({ selector: undefined, template: undefined }),
  'sets of all': stateful({ selector: {} }),
  'odd sets': stateful({
    podManagementPolicy: 'Odd',
    updateStrategy: { type: 'Odd' },
    persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Odd', whenScaled: 'Odd' },
    replicas: -1,
    minReadySeconds: -1,
    ordinals: { start: -1 },
    serviceName: 'A',
  }),
  'sets on delete': stateful({ updateStrategy: { type: 'OnDelete', rollingUpdate: { partition: 1 } } }),
  'sets with a bad partition': stateful({ updateStrategy: { rollingUpdate: { partition: -1 } } }),
  'sets with bad claims': stateful({ volumeClaimTemplates: [{ metadata: { name: 'd' }, spec: {} }] }),
  'sets with bad names of claims': stateful({ volumeClaimTemplates: [{ metadata: { name: 'D' }, spec: claimSpec }] }),
  'sets that end': stateful({ template: { ...template, spec: { ...template.spec, restartPolicy: 'Never' } } }),
  'dotted sets': stateful({}, { name: 'a.b' }),
  'no data': revision({ revision: 1 }),
  'null data': revision({ revision: 1, data: null }),
  'listed data': revision({ revision: -1, data: [1] }),
  'claims of nothing': claim({}),
  'odd claims': claim({
    accessModes: ['ReadWriteOncePod', 'ReadOnlyMany', 'Odd'],
    resources: { requests: { storage: '0' } },
    storageClassName: 'A',
    volumeMode: 'Odd',
    selector: { matchLabels: { '/': 'x' } },
  }),
  'claims of data': claim({ ...claimSpec, dataSource: { kind: 'Odd', name: 'x' } }),
  'claims of other data': claim({ ...claimSpec, dataSourceRef: { kind: 'Odd', name: 'x' } }),
  'claims of both': claim({
    ...claimSpec,
    dataSource: { kind: 'PersistentVolumeClaim', name: 'x' },
    dataSourceRef: { kind: 'PersistentVolumeClaim', name: 'y' },
  }),
  'claims of no data': claim({ ...claimSpec, dataSourceRef: { apiGroup: 'A', kind: '', name: '' } }),
  'volumes of nothing': dry(VOLUMES, { metadata: { name: 'x-NS' }, spec: {} }),
  'volumes of much': volume({ capacity: { storage: '0', cpu: '1' }, hostPath: { path: '/x' } }),
  'volumes of two': volume({ hostPath: { path: '/x' }, nfs: { server: 's', path: '/x' }, local: { path: '/x' } }),
  'odd volumes': volume({
    accessModes: ['Odd'],
    persistentVolumeReclaimPolicy: 'Odd',
    volumeMode: 'Odd',
    storageClassName: 'A',
    hostPath: { path: '/a/../b', type: 'Odd' },
  }),
  'volumes of the root': volume({ persistentVolumeReclaimPolicy: 'Recycle', hostPath: { path: '/' } }),
  'local volumes': volume({ local: { path: '../x' } }),
  'volumes nowhere': volume({ local: { path: '/x' }, nodeAffinity: {} }),
  'volumes on no node': volume({ local: { path: '/x' }, nodeAffinity: { required: { nodeSelectorTerms: [] } } }),
  'volumes of a driver': volume({ csi: { driver: 'a/b' } }),
  'volumes of a class of attributes': volume({ hostPath: { path: '/x' }, volumeAttributesClassName: '' }),
  'iscsi volumes': volume({ iscsi: { targetPortal: 'p', iqn: 'odd', lun: 256, chapAuthSession: true } }),
  'nfs volumes': volume({ nfs: { server: '', path: 'x' } }),
  'classes of nothing': kind({}),
  'odd classes': kind({
    provisioner: 'a/b/c',
    reclaimPolicy: 'Recycle',
    volumeBindingMode: 'Odd',
    parameters: { '': 'x' },
  }),
  'odd topologies': kind({
    provisioner: 'p',
    allowedTopologies: [
      {
        matchLabelExpressions: [
          { key: 'a', values: [] },
          { key: 'a', values: ['x', 'x'] },
        ],
      },
    ],
  }),
};

const kept: Scenario = {
  'a daemon set': made(`${APPS}/daemonsets`, set({}, { name: 'd' })),
  'its next template': change(`${APPS}/daemonsets/d`, {
    spec: { template: { spec: { terminationGracePeriodSeconds: 1 } } },
  }),
  'its generation': change(`${APPS}/daemonsets/d`, {
    metadata: { annotations: { 'deprecated.daemonset.template.generation': '9' } },
  }),
  'its selector': change(`${APPS}/daemonsets/d`, { spec: { selector: { matchLabels: { c: 'd' } } } }),
  'its status': status(`${APPS}/daemonsets/d`, {
    currentNumberScheduled: 1,
    numberMisscheduled: 0,
    desiredNumberScheduled: 2,
    numberReady: 1,
    collisionCount: 1,
    conditions: [{ type: 'A', status: 'True' }],
  }),
  'fewer collisions': status(`${APPS}/daemonsets/d`, { collisionCount: 0, numberReady: -1 }),
  'its row': { method: 'GET', path: `${APPS}/daemonsets/d`, accept: TABLE },
  'a stateful set': made(
    `${APPS}/statefulsets`,
    set({ serviceName: 's', volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: claimSpec }] }, { name: 's' }),
  ),
  'a set with a strategy': made(
    `${APPS}/statefulsets`,
    set({ updateStrategy: { type: 'RollingUpdate' } }, { name: 't' }),
  ),
  'a set with more lacking': made(
    `${APPS}/statefulsets`,
    set({ updateStrategy: { rollingUpdate: { maxUnavailable: 2 } }, ordinals: {} }, { name: 'u' }),
  ),
  'its service': change(`${APPS}/statefulsets/s`, { spec: { serviceName: 'z' } }),
  'its size': change(`${APPS}/statefulsets/s`, { spec: { replicas: 3, minReadySeconds: 2 } }),
  'its scale': { method: 'GET', path: `${APPS}/statefulsets/s/scale` },
  'a status of a set': status(`${APPS}/statefulsets/s`, {
    replicas: 1,
    readyReplicas: 2,
    updatedReplicas: 2,
    availableReplicas: 3,
  }),
  'rows of sets': { method: 'GET', path: `${APPS}/statefulsets`, accept: TABLE },
  'a revision': made(`${APPS}/controllerrevisions`, { metadata: { name: 'r' }, data: { a: 1 }, revision: 1 }),
  'its number': change(`${APPS}/controllerrevisions/r`, { revision: 2 }),
  'its data': change(`${APPS}/controllerrevisions/r`, { data: { a: 2 } }),
  'rows of revisions': { method: 'GET', path: `${APPS}/controllerrevisions`, accept: TABLE },
  'a claim': made(CLAIMS, { metadata: { name: 'c' }, spec: { ...claimSpec, storageClassName: '' } }),
  'a claim of a snapshot': made(CLAIMS, {
    metadata: { name: 'e' },
    spec: {
      ...claimSpec,
      storageClassName: '',
      dataSource: { apiGroup: 'snapshot.storage.k8s.io', kind: 'VolumeSnapshot', name: 'x' },
    },
  }),
  'a claim that is too large': change(`${CLAIMS}/c`, { spec: { resources: { requests: { storage: '2Gi' } } } }),
  'a claim that is bound': status(`${CLAIMS}/c`, { phase: 'Bound', capacity: { storage: '1Gi' } }),
  'a claim that grows': change(`${CLAIMS}/c`, { spec: { resources: { requests: { storage: '2Gi' } } } }),
  'a claim that shrinks': change(`${CLAIMS}/c`, { spec: { resources: { requests: { storage: '1Mi' } } } }),
  'its mode': change(`${CLAIMS}/c`, { spec: { volumeMode: 'Block' } }),
  'rows of claims': { method: 'GET', path: CLAIMS, accept: TABLE },
  'a volume': made(VOLUMES, { metadata: { name: 'v-NS' }, spec: { ...disk, hostPath: { path: '/x' } } }),
  'its path': change(`${VOLUMES}/v-NS`, { spec: { hostPath: { path: '/y' } } }),
  'its row of it': { method: 'GET', path: `${VOLUMES}/v-NS`, accept: TABLE },
  'its end': { method: 'DELETE', path: `${VOLUMES}/v-NS` },
  'a class': made(CLASSES, { metadata: { name: 'k-ns' }, provisioner: 'p', parameters: { a: 'b' } }),
  'its policy': change(`${CLASSES}/k-ns`, { reclaimPolicy: 'Retain', allowVolumeExpansion: true }),
  'its parameters': change(`${CLASSES}/k-ns`, { parameters: { a: 'c' } }),
  'its own row': { method: 'GET', path: `${CLASSES}/k-ns`, accept: TABLE },
  'the end of it': { method: 'DELETE', path: `${CLASSES}/k-ns` },
};

/** Daemon sets, stateful sets and storage. */
export const sets: Scenario = { ...refused, ...kept };
