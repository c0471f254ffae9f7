import { byFamily } from '../../src/base/by-family.ts';
import { formatIpv4, parseCidr } from '../../src/base/ipv4.ts';
import { definePlugin } from '../../src/kernel/plugin.ts';
import { object, string } from '../../src/schema/schema.ts';
import { nodePodCidr } from './contract.ts';
import { limits } from './limits.ts';

/** For the node beside the API server, which is the first of its cluster and waits for nobody. */
export default definePlugin({
  name: 'pod-cidr',
  description: "which of the cluster's addresses this node's pods have",
  config: object({
    podCidr: string().default('').doc("This node's share of the cluster CIDR; its first /24 when empty."),
    clusterCidr: string().default('10.42.0.0/16'),
  }),
  provides: [nodePodCidr],
  start({ config, provide }) {
    provide(nodePodCidr, {
      podCidr: config.podCidr === '' ? firstOf(byFamily(config.clusterCidr).ipv4) : config.podCidr,
    });
  },
});

/** What node IPAM gives the first node of a cluster. */
function firstOf(clusterCidr: string): string {
  const { first, prefix } = parseCidr(clusterCidr);
  return `${formatIpv4(first)}/${Math.max(prefix, limits.nodePrefix)}`;
}
