/** Sysctls that belong to a pod's own namespaces and harm no other pod; the kubelet's safe set. */
const SAFE = new Set([
  'kernel.shm_rmid_forced',
  'net.ipv4.ip_local_port_range',
  'net.ipv4.tcp_syncookies',
  'net.ipv4.ping_group_range',
  'net.ipv4.ip_unprivileged_port_start',
  'net.ipv4.ip_local_reserved_ports',
  'net.ipv4.tcp_keepalive_time',
  'net.ipv4.tcp_fin_timeout',
  'net.ipv4.tcp_keepalive_intvl',
  'net.ipv4.tcp_keepalive_probes',
  'net.ipv4.tcp_rmem',
  'net.ipv4.tcp_wmem',
]);

interface SysctlSpec {
  readonly hostNetwork?: boolean;
  readonly hostIPC?: boolean;
  readonly securityContext?: { readonly sysctls?: readonly { readonly name: string; readonly value: string }[] };
}

/** Why a pod's sysctls are refused; `undefined` when they are not. */
export function forbiddenSysctl(spec: SysctlSpec): string | undefined {
  for (const { name } of spec.securityContext?.sysctls ?? []) {
    const key = dotted(name);
    if (!SAFE.has(key)) return `forbidden sysctl: ${JSON.stringify(name)} not allowlisted`;
    if (key.startsWith('net.') && spec.hostNetwork === true) {
      return `forbidden sysctl: ${JSON.stringify(name)} not allowed with host net enabled`;
    }
    if (key.startsWith('kernel.') && spec.hostIPC === true) {
      return `forbidden sysctl: ${JSON.stringify(name)} not allowed with host ipc enabled`;
    }
  }
  return undefined;
}

export const sandboxSysctls = ({ securityContext }: SysctlSpec): Readonly<Record<string, string>> =>
  Object.fromEntries((securityContext?.sysctls ?? []).map(({ name, value }) => [dotted(name), value]));

const dotted = (name: string): string => name.replaceAll('/', '.');
