import { clients } from '../../src/api/client.ts';
import { ownNodeName } from '../../src/base/own-node-name.ts';
import { definePlugin } from '../../src/kernel/plugin.ts';
import { object, string } from '../../src/schema/schema.ts';
import { assignedPodCidr } from './assigned-pod-cidr.ts';
import { nodePodCidr } from './contract.ts';
import { readFootprint } from './footprint.ts';

/** For a node elsewhere than the API server. */
export default definePlugin({
  name: 'pod-cidr',
  description: "waits until it is known which of the cluster's addresses this node's pods have",
  config: object({
    dataDir: string(),
    nodeName: string().default('').doc("This node's name; the host's when empty."),
  }),
  needs: { clients },
  provides: [nodePodCidr],
  async start({ config, needs, world, log, signal, provide }) {
    const name = ownNodeName(config.nodeName, world.network);
    const client = needs.clients.as({ name: `system:node:${name}`, groups: ['system:nodes'] });
    const earlier = (await readFootprint(world.files, config.dataDir))?.podCidr;
    provide(nodePodCidr, { podCidr: await assignedPodCidr({ client, name, earlier, world, log, signal }) });
  },
});
