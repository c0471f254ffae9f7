import type { EndpointSubset } from './endpoint-subset.ts';
import { listed } from './listed.ts';

/** The ready addresses with their ports, the first three of them. */
export function endpointsColumn(subsets: readonly EndpointSubset[]): string {
  if (subsets.length === 0) return '<none>';
  return listed(
    subsets.flatMap(({ addresses = [], ports = [] }) =>
      ports.length === 0
        ? addresses.map(({ ip }) => ip)
        : ports.flatMap(({ port }) =>
            addresses.map(({ ip }) => (ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`)),
          ),
    ),
  );
}
