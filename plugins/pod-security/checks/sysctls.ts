import type { PodCheck, Violation } from './pod-check.ts';

/** Those that touch nothing but the pod, by the minor of 1.x that first let them pass. */
const SYSCTLS = [
  [
    0,
    'kernel.shm_rmid_forced net.ipv4.ip_local_port_range net.ipv4.tcp_syncookies net.ipv4.ping_group_range net.ipv4.ip_unprivileged_port_start',
  ],
  [27, 'net.ipv4.ip_local_reserved_ports'],
  [
    29,
    'net.ipv4.tcp_keepalive_time net.ipv4.tcp_fin_timeout net.ipv4.tcp_keepalive_intvl net.ipv4.tcp_keepalive_probes',
  ],
  [32, 'net.ipv4.tcp_rmem net.ipv4.tcp_wmem'],
] as const;

export const sysctls: PodCheck = {
  id: 'sysctls',
  level: 'baseline',
  versions: SYSCTLS.map(([since], index) => {
    const allowed = new Set(SYSCTLS.slice(0, index + 1).flatMap(([, names]) => names.split(' ')));
    return {
      since,
      judge: ({ spec }) =>
        foreign(
          (spec.securityContext?.sysctls ?? []).map(({ name }) => name),
          allowed,
        ),
    };
  }),
};

function foreign(names: readonly string[], allowed: ReadonlySet<string>): Violation | undefined {
  const forbidden = names.filter(name => !allowed.has(name));
  return forbidden.length === 0 ? undefined : { reason: 'forbidden sysctls', detail: forbidden.join(', ') };
}
