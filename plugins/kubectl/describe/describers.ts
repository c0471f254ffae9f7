import type { Call } from '../command/verb.ts';
import type { KubeObject } from '../kube-object.ts';
import type { Description } from './description.ts';

/** Writes what there is to say of an object. */
export type Describe = (call: Call, out: Description, object: KubeObject) => Promise<void>;

const rbac = 'rbac.authorization.k8s.io';

/** By group and kind; other kinds are described by their fields. */
export const DESCRIBERS: Readonly<Record<string, () => Promise<Describe>>> = {
  '/Pod': async () => (await import('./pod.ts')).describePod,
  '/Node': async () => (await import('./node.ts')).describeNode,
  '/Service': async () => (await import('./service.ts')).describeService,
  '/Namespace': async () => (await import('./namespace.ts')).describeNamespace,
  '/ResourceQuota': async () => (await import('./limits.ts')).describeQuota,
  '/LimitRange': async () => (await import('./limits.ts')).describeLimitRange,
  '/ConfigMap': async () => (await import('./config-map.ts')).describeConfigMap,
  '/Secret': async () => (await import('./secret.ts')).describeSecret,
  '/ServiceAccount': async () => (await import('./service-account.ts')).describeServiceAccount,
  '/Endpoints': async () => (await import('./endpoints.ts')).describeEndpoints,
  '/ReplicationController': async () => (await import('./replica-set.ts')).describeReplicaSet,
  'apps/Deployment': async () => (await import('./deployment.ts')).describeDeployment,
  'apps/ReplicaSet': async () => (await import('./replica-set.ts')).describeReplicaSet,
  'discovery.k8s.io/EndpointSlice': async () => (await import('./endpoint-slice.ts')).describeEndpointSlice,
  'policy/PodDisruptionBudget': async () => (await import('./pod-disruption-budget.ts')).describePodDisruptionBudget,
  'scheduling.k8s.io/PriorityClass': async () => (await import('./priority-class.ts')).describePriorityClass,
  [`${rbac}/Role`]: async () => (await import('./role.ts')).describeRole,
  [`${rbac}/ClusterRole`]: async () => (await import('./role.ts')).describeRole,
  [`${rbac}/RoleBinding`]: async () => (await import('./role.ts')).describeRoleBinding,
  [`${rbac}/ClusterRoleBinding`]: async () => (await import('./role.ts')).describeRoleBinding,
};
