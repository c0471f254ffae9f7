import { native } from '../../native/index.ts';
import { definePlugin } from '../../src/kernel/plugin.ts';
import { object, string } from '../../src/schema/schema.ts';
import { podNetwork } from './contract.ts';
import { formatIpv4, parseCidr } from '../../src/base/ipv4.ts';
import { limits } from './limits.ts';
import { openNodeNetwork } from './node-network.ts';

export default definePlugin({
  name: 'network',
  description: 'Addresses and links of pods: routed /32 veths over raw netlink, and the service netns',
  config: object({
    dataDir: string(),
    podCidr: string().default('').doc("This node's share of the cluster CIDR; its first /24 when empty."),
    clusterCidr: string().default('10.42.0.0/16').doc('Traffic of pods to these addresses is not masqueraded.'),
    serviceCidr: string().default('10.43.0.0/16'),
    nodeAddress: string().default('').doc("This node's InternalIP; found out when empty."),
  }),
  provides: [podNetwork],
  async start(context) {
    const { config, world, log } = context;
    const network = await openNodeNetwork({
      native: native(),
      world,
      log,
      ...config,
      podCidr: config.podCidr === '' ? firstNode(config.clusterCidr) : config.podCidr,
    });
    context.defer(() => network.close());
    context.provide(podNetwork, network);
  },
});

/** What node IPAM gives the first node of a cluster. */
function firstNode(clusterCidr: string): string {
  const { first, prefix } = parseCidr(clusterCidr);
  return `${formatIpv4(first)}/${Math.max(prefix, limits.nodePrefix)}`;
}
