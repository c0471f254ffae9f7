import { isRecord } from '../../../../src/base/is-record.ts';
import { boolean } from '../../../../src/schema/schema.ts';
import type { Unversioned, UnversionedStruct } from '../../../../src/schema/unversioned.ts';

type Members = Readonly<Record<string, unknown>>;

/** What a pod shares with its node stands in its spec in v1, and without a version among its privileges. */
const SHARED = {
  hostNetwork: boolean().omitEmpty(),
  hostPID: boolean().omitEmpty(),
  hostIPC: boolean().omitEmpty(),
  shareProcessNamespace: boolean().optional(),
  hostUsers: boolean().optional(),
};

const podMembers = ({ securityContext, ...spec }: Members): Members => ({
  ...spec,
  securityContext: {
    ...(isRecord(securityContext) ? securityContext : {}),
    ...Object.fromEntries(Object.keys(SHARED).map(name => [name, spec[name]])),
  },
});

const words = (text: string): readonly string[] => text.split(' ');

const CONTAINER = {
  order: words(
    'name image command args workingDir ports envFrom env resources resizePolicy restartPolicy restartPolicyRules ' +
      'volumeMounts volumeDevices livenessProbe readinessProbe startupProbe lifecycle terminationMessagePath ' +
      'terminationMessagePolicy imagePullPolicy securityContext stdin stdinOnce tty',
  ),
};
const MODE_LAST = { order: words('secretName name items sources defaultMode') };
const KIND_FIRST = { order: words('apiGroup kind name') };
const RBD = { names: { monitors: 'CephMonitors', image: 'RBDImage', pool: 'RBDPool', user: 'RadosUser' } };
const GLUSTERFS = { names: { endpoints: 'EndpointsName' } };
const WITH_METADATA = { spread: ['metadata'] };

const STRUCTS: Readonly<Record<string, UnversionedStruct>> = {
  PodTemplateSpec: WITH_METADATA,
  PodSpec: {
    membersOf: podMembers,
    without: [...Object.keys(SHARED), 'serviceAccount'],
    order: words(
      'volumes initContainers containers ephemeralContainers restartPolicy terminationGracePeriodSeconds ' +
        'activeDeadlineSeconds dnsPolicy nodeSelector serviceAccountName automountServiceAccountToken nodeName ' +
        'securityContext imagePullSecrets hostname subdomain setHostnameAsFQDN affinity schedulerName tolerations ' +
        'hostAliases priorityClassName priority preemptionPolicy dnsConfig readinessGates runtimeClassName overhead ' +
        'enableServiceLinks topologySpreadConstraints os schedulingGates resourceClaims resources hostnameOverride',
    ),
  },
  PodSecurityContext: {
    more: SHARED,
    order: [
      ...Object.keys(SHARED),
      ...words(
        'seLinuxOptions windowsOptions runAsUser runAsGroup runAsNonRoot supplementalGroups ' +
          'supplementalGroupsPolicy fsGroup fsGroupChangePolicy sysctls',
      ),
    ],
  },
  Container: CONTAINER,
  EphemeralContainer: CONTAINER,
  SecurityContext: {
    order: words(
      'capabilities privileged seLinuxOptions windowsOptions runAsUser runAsGroup runAsNonRoot ' +
        'readOnlyRootFilesystem allowPrivilegeEscalation',
    ),
  },
  VolumeMount: { order: words('name readOnly recursiveReadOnly mountPath subPath mountPropagation') },
  FileKeySelector: { order: words('volumeName path key') },
  PodAffinityTerm: { order: words('labelSelector namespaces topologyKey') },
  TopologySpreadConstraint: { order: words('maxSkew topologyKey whenUnsatisfiable labelSelector') },
  Volume: {
    order: words(
      'name hostPath emptyDir gcePersistentDisk awsElasticBlockStore gitRepo secret nfs iscsi glusterfs ' +
        'persistentVolumeClaim rbd quobyte flexVolume cinder cephfs flocker downwardAPI fc azureFile configMap ' +
        'vsphereVolume azureDisk photonPersistentDisk projected portworxVolume scaleIO storageos',
    ),
  },
  SecretVolumeSource: MODE_LAST,
  DownwardAPIVolumeSource: MODE_LAST,
  ConfigMapVolumeSource: MODE_LAST,
  ProjectedVolumeSource: MODE_LAST,
  VolumeProjection: { order: words('secret downwardAPI') },
  RBDVolumeSource: RBD,
  RBDPersistentVolumeSource: RBD,
  GlusterfsVolumeSource: GLUSTERFS,
  GlusterfsPersistentVolumeSource: GLUSTERFS,
  TypedLocalObjectReference: KIND_FIRST,
  TypedObjectReference: KIND_FIRST,
  PersistentVolumeClaimTemplate: WITH_METADATA,
  PersistentVolumeSource: {
    order: words(
      'gcePersistentDisk awsElasticBlockStore hostPath glusterfs nfs rbd quobyte iscsi flexVolume cinder cephfs fc ' +
        'flocker azureFile vsphereVolume azureDisk photonPersistentDisk portworxVolume scaleIO local storageos',
    ),
  },
};

const NAMES: Readonly<Record<string, string>> = {
  apiGroup: 'APIGroup',
  apiVersion: 'APIVersion',
  awsElasticBlockStore: 'AWSElasticBlockStore',
  cephfs: 'CephFS',
  chapAuthDiscovery: 'DiscoveryCHAPAuth',
  chapAuthSession: 'SessionCHAPAuth',
  csi: 'CSI',
  diskURI: 'DataDiskURI',
  dnsConfig: 'DNSConfig',
  dnsPolicy: 'DNSPolicy',
  fc: 'FC',
  fsGroup: 'FSGroup',
  fsGroupChangePolicy: 'FSGroupChangePolicy',
  fsType: 'FSType',
  gcePersistentDisk: 'GCEPersistentDisk',
  gmsaCredentialSpec: 'GMSACredentialSpec',
  gmsaCredentialSpecName: 'GMSACredentialSpecName',
  grpc: 'GRPC',
  httpGet: 'HTTPGet',
  httpHeaders: 'HTTPHeaders',
  ip: 'IP',
  iqn: 'IQN',
  iscsi: 'ISCSI',
  iscsiInterface: 'ISCSIInterface',
  nfs: 'NFS',
  os: 'OS',
  pdName: 'PDName',
  rbd: 'RBD',
  seLinuxChangePolicy: 'SELinuxChangePolicy',
  seLinuxOptions: 'SELinuxOptions',
  sslEnabled: 'SSLEnabled',
  storageos: 'StorageOS',
  tcpSocket: 'TCPSocket',
  tty: 'TTY',
  uid: 'UID',
  wwids: 'WWIDs',
};

/** The types of `core` that have no version, of pods, claims and volumes. */
export const unversionedTypes: Unversioned = {
  structs: new Map(Object.entries(STRUCTS)),
  names: new Map(Object.entries(NAMES)),
};
