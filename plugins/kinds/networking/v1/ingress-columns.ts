import { ageColumn, nameColumn, text } from '../../../../src/api/columns.ts';
import type { IngressSpec } from './ingress-spec.ts';
import type { IngressStatus } from './ingress-status.ts';

interface Parts {
  readonly spec: IngressSpec;
  readonly status: IngressStatus;
}

/** More hosts than these are counted. */
const SHOWN_HOSTS = 3;

function hostsOf({ spec: { rules = [] } }: Parts): string {
  const hosts = rules.map(({ host = '' }) => host).filter(host => host !== '');
  if (hosts.length === 0) return '*';
  const shown = hosts.slice(0, SHOWN_HOSTS).join(',');
  // Upstream counts rules, whether or not they have a host, once it has shown enough.
  const last = rules.findIndex(({ host }) => host === hosts[SHOWN_HOSTS - 1]);
  const isMore = hosts.length >= SHOWN_HOSTS && last < rules.length - 1;
  return isMore ? `${shown} + ${rules.length - SHOWN_HOSTS} more...` : shown;
}

const addressOf = ({ status }: Parts): string =>
  [...new Set((status.loadBalancer.ingress ?? []).map(({ ip, hostname }) => ip ?? hostname ?? ''))]
    .filter(address => address !== '')
    .sort()
    .join(',');

export const ingressColumns = [
  nameColumn,
  text('Class', 'The class it is of.', ({ spec }: Parts) => spec.ingressClassName ?? '<none>'),
  text('Hosts', 'The hosts it answers for.', hostsOf),
  text('Address', 'Where it is reached.', addressOf),
  text('Ports', 'At which ports.', ({ spec }: Parts) => ((spec.tls ?? []).length === 0 ? '80' : '80, 443')),
  ageColumn,
];
