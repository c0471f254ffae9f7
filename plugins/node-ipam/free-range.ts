import { formatIpv4, parseCidr } from '../../src/base/ipv4.ts';

/** What each node is given of the cluster's addresses, unless the cluster has no more than that. */
const NODE_PREFIX = 24;

/**
 * The first range of the cluster's addresses that no node has; `undefined` when there is none left. The very first is
 * the server's own, which takes it without asking.
 */
export function freeRange(clusterCidr: string, isTaken: (range: string) => boolean): string | undefined {
  const { first, prefix, size } = parseCidr(clusterCidr);
  if (prefix >= NODE_PREFIX) return undefined;
  const step = 2 ** (32 - NODE_PREFIX);
  for (let at = first + step; at < first + size; at += step) {
    const range = `${formatIpv4(at)}/${NODE_PREFIX}`;
    if (!isTaken(range)) return range;
  }
  return undefined;
}
