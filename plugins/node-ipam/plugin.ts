import { definePlugin } from '../../src/kernel/plugin.ts';
import { object, string } from '../../src/schema/schema.ts';
import { controllers } from '../../src/sdk/controller.ts';
import { nodeIpam } from './node-ipam.ts';

export default definePlugin({
  name: 'node-ipam',
  description: 'gives each node that joins its range of the cluster’s addresses',
  config: object({ clusterCidr: string().default('10.42.0.0/16') }),
  start({ config, contribute }) {
    contribute(controllers, nodeIpam(config.clusterCidr));
  },
});
