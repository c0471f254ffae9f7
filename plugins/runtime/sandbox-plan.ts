import { RuntimeError, type SandboxConfig } from './contract.ts';
import type { Cgroups } from './cgroups.ts';
import { NAMESPACE, Plan } from './plan.ts';

/** The cgroup of all shims: outside the pods, so that no pod's limit can kill its own shim. */
export const SHIMS_CGROUP = 'shims';

/** As the kubelet gives infrastructure containers; applied as far as this process may. */
const SHIM_OOM_SCORE = -998;

/** What of a sandbox has to be known before its shim is made. */
export type SandboxShape = Pick<SandboxConfig, 'hostNetwork' | 'hostIpc' | 'users'>;

/** Those that a shim is born into. A namespace is of the user namespace in which it was made. */
export const shapeNamespaces = (shape: SandboxShape): number => (shape.users === undefined ? namespacesOf(shape) : 0);

const namespacesOf = ({ hostNetwork, hostIpc }: SandboxShape): number =>
  (hostNetwork ? 0 : NAMESPACE.net | NAMESPACE.uts) | (hostIpc ? 0 : NAMESPACE.ipc);

/** The shim itself stays outside of that namespace: what can be seen in it can be looked into. */
export const sharesPids = (config: SandboxConfig): boolean => config.shareProcessNamespace && !config.hostPid;

/** What the shim does first, in its new namespaces, whatever its pod will be. */
export function sparePlan(shape: SandboxShape, cgroups: Cgroups): Plan {
  const plan = new Plan();
  for (const tasks of cgroups.enter(SHIMS_CGROUP).tasks) plan.write(tasks, '0');
  plan.write('/proc/self/oom_score_adj', String(SHIM_OOM_SCORE), { optional: true });
  return shape.hostNetwork || shape.users !== undefined ? plan : plan.loopbackUp();
}

/** What makes it its pod's. `shmMountPoint` may be that of all pods: what is mounted there each sees alone. */
export function sandboxPlan(config: SandboxConfig, cgroups: Cgroups, shmMountPoint: string): Plan {
  const plan = new Plan();
  for (const path of cgroups.directories(config.cgroupPath)) plan.mkdir(path, 0o755);
  for (const write of [
    ...cgroups.limits(config.cgroupPath, config.resources),
    ...cgroups.delegate(config.cgroupPath),
  ]) {
    plan.write(write.path, write.data);
  }
  if (config.users !== undefined) plan.podUsers(config.users, namespacesOf(config)).loopbackUp();
  if (!config.hostNetwork) plan.hostname(config.hostname);
  if (!config.hostIpc) plan.podShm('65536k', shmMountPoint);
  if (sharesPids(config)) plan.podPids();
  for (const [key, value] of Object.entries(config.sysctls)) {
    const path = sysctlPath(key, config);
    if (config.users === undefined) plan.write(path, value);
    else plan.podWrite(path, value);
  }
  return plan;
}

/** Kernel parameters that a namespace of the pod has of its own; any other would change the host. */
function namespaced(name: string, config: SandboxConfig): boolean {
  if (name.startsWith('net/')) return !config.hostNetwork;
  if (/^kernel\/(shm|msg|sem)/.test(name) || name.startsWith('fs/mqueue/')) return !config.hostIpc;
  return false;
}

/** A key in either of its forms, `net.ipv4.ip_forward` or `net/ipv4/ip_forward`, and nothing that could leave /proc/sys. */
function sysctlPath(key: string, config: SandboxConfig): string {
  const parts = key.includes('/') ? key.split('/') : key.split('.');
  const name = parts.join('/');
  if (!parts.every(part => /^[a-z0-9]([-_.a-z0-9]*[a-z0-9])?$/.test(part)) || !namespaced(name, config)) {
    throw new RuntimeError('SandboxFailed', `sysctl "${key}" is not a parameter of the pod's own namespaces`);
  }
  return `/proc/sys/${name}`;
}
