import { affinity } from './affinity.ts';
import { container } from './container.ts';
import { ephemeralContainer } from './ephemeral-container.ts';
import { localObjectReference } from './local-object-reference.ts';
import { podDnsConfig } from './pod-dns-config.ts';
import { podSecurityContext } from './pod-security-context.ts';
import { resourceList } from './resource-list.ts';
import { resourceRequirements } from './resource-requirements.ts';
import { toleration } from './toleration.ts';
import { topologySpreadConstraint } from './topology-spread-constraint.ts';
import { volume } from './volume.ts';
import {
  type Stored,
  boolean,
  int32,
  int64,
  list,
  listMap,
  map,
  object,
  oneOf,
  string,
} from '../../../../src/schema/schema.ts';

export const podSchedulingGroup = object({
  podGroupName: string().optional().at(1),
})
  .named('io.k8s.api.core.v1.PodSchedulingGroup')
  .union({ podGroupName: 'PodGroupName' })
  .doc('A group of pods that are placed together.');
export type PodSchedulingGroup = Stored<typeof podSchedulingGroup>;

export const podResourceClaim = object({
  name: string().doc('Name within the pod.').at(1),
  resourceClaimName: string().optional().at(3),
  resourceClaimTemplateName: string().optional().at(4),
})
  .named('io.k8s.api.core.v1.PodResourceClaim')
  .doc('A claim of devices.');
export type PodResourceClaim = Stored<typeof podResourceClaim>;

export const podSchedulingGate = object({
  name: string().byRule().doc('Its name.').at(1),
})
  .named('io.k8s.api.core.v1.PodSchedulingGate')
  .doc('Something to wait for.');
export type PodSchedulingGate = Stored<typeof podSchedulingGate>;

export const podReadinessGate = object({
  conditionType: string().byRule().doc('Type of the condition.').at(1),
})
  .named('io.k8s.api.core.v1.PodReadinessGate')
  .doc('A condition of the pod.');
export type PodReadinessGate = Stored<typeof podReadinessGate>;

export const podOs = object({
  name: string().doc('linux or windows.').at(1),
})
  .named('io.k8s.api.core.v1.PodOS')
  .doc('An operating system.');
export type PodOS = Stored<typeof podOs>;

export const hostAlias = object({
  ip: string().doc('The address.').at(1),
  hostnames: list(string()).omitEmpty().doc('Its names.').at(2),
})
  .named('io.k8s.api.core.v1.HostAlias')
  .doc('A line of /etc/hosts.');
export type HostAlias = Stored<typeof hostAlias>;

export const podSpec = object({
  volumes: listMap(volume, 'name').retainKeys().omitEmpty().doc('Volumes its containers may mount.').at(1),
  resourceClaims: listMap(podResourceClaim, 'name').retainKeys().omitEmpty().doc('Claims of devices.').at(39),
  containers: listMap(container, 'name').doc('Containers that run side by side.').at(2),
  initContainers: listMap(container, 'name')
    .omitEmpty()
    .doc('Containers that run one after another before the others.')
    .at(20),
  ephemeralContainers: listMap(ephemeralContainer, 'name').omitEmpty().doc('Containers added for debugging.').at(34),
  resources: resourceRequirements.optional().doc('What all its containers together need and may use.').at(40),
  hostNetwork: boolean().omitEmpty().doc('Uses the network of the node.').at(11),
  restartPolicy: oneOf('Always', 'OnFailure', 'Never')
    .whenEmpty('Always')
    .doc('Which containers are started again when they end.')
    .at(3),
  dnsPolicy: oneOf('ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None')
    .whenEmpty('ClusterFirst')
    .doc('Where names are resolved.')
    .at(6),
  nodeSelector: map(string()).atomic().omitEmpty().doc('Labels its node must have.').at(7),
  securityContext: podSecurityContext.default({}).doc('Privileges of all its containers.').at(14),
  shareProcessNamespace: boolean().optional().doc('Its containers see the processes of each other.').at(27),
  hostPID: boolean().omitEmpty().doc('Sees the processes of the node.').at(12),
  hostIPC: boolean().omitEmpty().doc('Uses the IPC of the node.').at(13),
  imagePullSecrets: listMap(localObjectReference, 'name').omitEmpty().doc('Secrets to pull its images with.').at(15),
  affinity: affinity.optional().doc('What it wants to be near to and far from.').at(18),
  dnsConfig: podDnsConfig.optional().doc('Settings of its resolver.').at(26),
  readinessGates: list(podReadinessGate).omitEmpty().doc('Conditions that must hold for it to be ready.').at(28),
  schedulingGates: listMap(podSchedulingGate, 'name')
    .omitEmpty()
    .doc('What must be removed before it is placed.')
    .at(38),
  topologySpreadConstraints: listMap(topologySpreadConstraint, 'topologyKey', 'whenUnsatisfiable')
    .omitEmpty()
    .doc('How pods like it are spread.')
    .at(33),
  hostUsers: boolean().optional().doc('Uses the user namespace of the node.').at(37),
  setHostnameAsFQDN: boolean().optional().doc('Its host name is its full name.').at(35),
  hostnameOverride: string().optional().doc('Host name whatever else is said.').at(41),
  serviceAccountName: string().omitEmpty().doc('Identity of its processes.').at(8),
  serviceAccount: string().omitEmpty().doc('Older name of serviceAccountName.').at(9),
  automountServiceAccountToken: boolean().optional().doc('Whether a token is mounted.').at(21),
  nodeName: string().omitEmpty().doc('Node it runs on.').at(10),
  activeDeadlineSeconds: int64().min(1).max(2147483647).optional().doc('Time the pod may run.').at(5),
  hostname: string().omitEmpty().doc('Host name of the pod.').at(16),
  subdomain: string().omitEmpty().doc('Domain of the pod within its namespace.').at(17),
  tolerations: list(toleration).omitEmpty().doc('Taints that it bears.').at(22),
  hostAliases: listMap(hostAlias, 'ip').omitEmpty().doc('Further lines of /etc/hosts.').at(23),
  priorityClassName: string().omitEmpty().doc('Name of its priority.').at(24),
  priority: int32().optional().doc('Its priority, filled in from the class.').at(25),
  runtimeClassName: string().optional().doc('Runtime that runs it.').at(29),
  preemptionPolicy: oneOf('PreemptLowerPriority', 'Never').optional().doc('Whether it may displace others.').at(31),
  overhead: resourceList.omitEmpty().doc('What the runtime itself needs.').at(32),
  os: podOs.optional().doc('Operating system it needs.').at(36),
  schedulingGroup: podSchedulingGroup.optional().doc('Group it is placed with.').at(43),
  schedulerName: string().whenEmpty('default-scheduler').doc('Scheduler that places it.').at(19),
  terminationGracePeriodSeconds: int64().default(30).doc('Time the containers are given to end.').at(4),
  enableServiceLinks: boolean().optional().doc('Whether services appear in the environment.').at(30),
})
  .named('io.k8s.api.core.v1.PodSpec')
  .doc('What a pod shall be.');
export type PodSpec = Stored<typeof podSpec>;
