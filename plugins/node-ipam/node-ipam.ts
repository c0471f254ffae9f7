import { byFamily } from '../../src/base/by-family.ts';
import { TwinAddresses } from '../../src/base/twin-addresses.ts';
import type { CacheIndex } from '../../src/sdk/caches.ts';
import { defineController, reads, type Controller } from '../../src/sdk/controller.ts';
import { Node } from '../kinds/core/v1/node.ts';
import { freeRange } from './free-range.ts';

/** A node without addresses asks again this often; a node that goes frees its own. */
const RETRY_MS = 60_000;

/** Gives each node its range of the cluster's addresses, and the range of IPv6 that belongs to it. */
export function nodeIpam(clusterCidr: string): Controller {
  const { ipv4 } = byFamily(clusterCidr);
  const twins = TwinAddresses.of(clusterCidr);
  let revision = '0';
  return defineController({
    name: 'node-ipam-controller',
    primary: Node,
    reads: [reads(Node)],
    writes: [Node.can('patch')],
    // One after the other: two that looked at once would take the same.
    workers: 1,
    concerns: ({ spec }) => (spec.podCIDR ?? '') === '',

    async reconcile({ object: node, caches, client, event }) {
      const nodes = caches.of(Node);
      await nodes.reached(revision);
      const range = freeRange(ipv4, taken => nodes.indexed(byRange, taken).length > 0);
      const { name, uid } = node.metadata;
      if (range === undefined) {
        event('Normal', 'CIDRNotAvailable', `Node ${name} status is now: CIDRNotAvailable`);
        return { requeueAfterMs: RETRY_MS };
      }
      const twin = twins?.range(range);
      const body = {
        metadata: { uid },
        spec: { podCIDR: range, podCIDRs: twin === undefined ? [range] : [range, twin] },
      };
      const given = await client.patch(Node, { name }, { type: 'strategic', body });
      revision = given.metadata.resourceVersion;
      return {};
    },
  });
}

const byRange: CacheIndex<Node> = Object.freeze({
  name: 'node-ipam.range',
  keysOf: ({ spec }: Node) => spec.podCIDRs ?? [],
});
