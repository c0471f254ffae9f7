import { native } from '../../native/index.ts';
import { definePlugin } from '../../src/kernel/plugin.ts';
import { object, string } from '../../src/schema/schema.ts';
import { nodePodCidr, podNetwork } from './contract.ts';
import { openNodeNetwork } from './node-network.ts';

export default definePlugin({
  name: 'network',
  description: 'Addresses and links of pods: routed /32 veths over raw netlink, and the service netns',
  config: object({
    dataDir: string(),
    clusterCidr: string().default('10.42.0.0/16').doc('Traffic of pods to these addresses is not masqueraded.'),
    serviceCidr: string().default('10.43.0.0/16'),
    nodeIp: string().default('').doc("This node's InternalIP; found out when empty."),
  }),
  needs: { nodePodCidr },
  provides: [podNetwork],
  async start(context) {
    const { config, needs, world, log } = context;
    const network = await openNodeNetwork({
      native: native(),
      world,
      log,
      ...config,
      nodeAddress: config.nodeIp,
      podCidr: needs.nodePodCidr.podCidr,
    });
    context.defer(() => network.close());
    context.provide(podNetwork, network);
  },
});
