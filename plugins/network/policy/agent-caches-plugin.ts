import { clients } from '../../../src/api/client.ts';
import { ownNodeName } from '../../../src/base/own-node-name.ts';
import { definePlugin } from '../../../src/kernel/plugin.ts';
import { object, string } from '../../../src/schema/schema.ts';
import { createCaches } from '../../../src/sdk/create-caches.ts';
import { policyCaches } from '../contract.ts';

/** A node without a server sees its own pods only, but policies let pods of others in. */
export default definePlugin({
  name: 'policy-caches',
  description: 'what network policies are about: pods of all nodes, as long as there are policies',
  config: object({ nodeName: string().default('').doc("This node's name; the host's when empty.") }),
  needs: { clients },
  provides: [policyCaches],
  start({ config, needs, world, log, signal, provide }) {
    const user = { name: `system:node:${ownNodeName(config.nodeName, world.network)}`, groups: ['system:nodes'] };
    provide(policyCaches, createCaches({ client: needs.clients.as(user), world, log, signal }));
  },
});
