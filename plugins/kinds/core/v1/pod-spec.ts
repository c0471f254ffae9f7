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
}).named('io.k8s.api.core.v1.PodSchedulingGroup');
export type PodSchedulingGroup = Stored<typeof podSchedulingGroup>;

export const podResourceClaim = object({
  name: string().at(1),
  resourceClaimName: string().optional().at(3),
  resourceClaimTemplateName: string().optional().at(4),
}).named('io.k8s.api.core.v1.PodResourceClaim');
export type PodResourceClaim = Stored<typeof podResourceClaim>;

export const podSchedulingGate = object({
  name: string().at(1),
}).named('io.k8s.api.core.v1.PodSchedulingGate');
export type PodSchedulingGate = Stored<typeof podSchedulingGate>;

export const podReadinessGate = object({
  conditionType: string().at(1),
}).named('io.k8s.api.core.v1.PodReadinessGate');
export type PodReadinessGate = Stored<typeof podReadinessGate>;

export const podOs = object({
  name: string().at(1),
}).named('io.k8s.api.core.v1.PodOS');
export type PodOS = Stored<typeof podOs>;

export const hostAlias = object({
  ip: string().at(1),
  hostnames: list(string()).omitEmpty().at(2),
}).named('io.k8s.api.core.v1.HostAlias');
export type HostAlias = Stored<typeof hostAlias>;

export const podSpec = object({
  volumes: listMap(volume, 'name').retainKeys().omitEmpty().at(1),
  initContainers: listMap(container, 'name').omitEmpty().at(20),
  containers: listMap(container, 'name').at(2),
  ephemeralContainers: listMap(ephemeralContainer, 'name').omitEmpty().at(34),
  restartPolicy: oneOf('Always', 'OnFailure', 'Never').whenEmpty('Always').at(3),
  terminationGracePeriodSeconds: int64().min(0).default(30).at(4),
  activeDeadlineSeconds: int64().min(1).max(2147483647).optional().at(5),
  dnsPolicy: oneOf('ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None').whenEmpty('ClusterFirst').at(6),
  nodeSelector: map(string()).atomic().omitEmpty().at(7),
  serviceAccountName: string().omitEmpty().at(8),
  serviceAccount: string().omitEmpty().at(9),
  automountServiceAccountToken: boolean().optional().at(21),
  nodeName: string().omitEmpty().at(10),
  hostNetwork: boolean().omitEmpty().at(11),
  hostPID: boolean().omitEmpty().at(12),
  hostIPC: boolean().omitEmpty().at(13),
  shareProcessNamespace: boolean().optional().at(27),
  securityContext: podSecurityContext.default({}).at(14),
  imagePullSecrets: listMap(localObjectReference, 'name').omitEmpty().at(15),
  hostname: string().omitEmpty().at(16),
  subdomain: string().omitEmpty().at(17),
  affinity: affinity.optional().at(18),
  schedulerName: string().whenEmpty('default-scheduler').at(19),
  tolerations: list(toleration).omitEmpty().at(22),
  hostAliases: listMap(hostAlias, 'ip').omitEmpty().at(23),
  priorityClassName: string().omitEmpty().at(24),
  priority: int32().optional().at(25),
  dnsConfig: podDnsConfig.optional().at(26),
  readinessGates: list(podReadinessGate).omitEmpty().at(28),
  runtimeClassName: string().optional().at(29),
  enableServiceLinks: boolean().optional().at(30),
  preemptionPolicy: oneOf('PreemptLowerPriority', 'Never').optional().at(31),
  overhead: resourceList.omitEmpty().at(32),
  topologySpreadConstraints: listMap(topologySpreadConstraint, 'topologyKey', 'whenUnsatisfiable').omitEmpty().at(33),
  setHostnameAsFQDN: boolean().optional().at(35),
  os: podOs.optional().at(36),
  hostUsers: boolean().optional().at(37),
  schedulingGates: listMap(podSchedulingGate, 'name').omitEmpty().at(38),
  resourceClaims: listMap(podResourceClaim, 'name').retainKeys().omitEmpty().at(39),
  resources: resourceRequirements.optional().at(40),
  hostnameOverride: string().optional().at(41),
  schedulingGroup: podSchedulingGroup.optional().at(43),
}).named('io.k8s.api.core.v1.PodSpec');
export type PodSpec = Stored<typeof podSpec>;
