import { join } from 'node:path';
import { clients } from '../../src/api/client.ts';
import { LOOPBACK_USER } from '../../src/api/user-info.ts';
import { definePlugin } from '../../src/kernel/plugin.ts';
import { object, string } from '../../src/schema/schema.ts';
import { controllers } from '../../src/sdk/controller.ts';
import { authenticators } from '../apiserver/contract.ts';
import { clusterCa } from '../auth/contract.ts';
import { bootstrapAuthenticator } from './bootstrap-authenticator.ts';
import { ensureNodeToken } from './node-token.ts';
import { tokenCleaner } from './token-cleaner.ts';

export default definePlugin({
  name: 'bootstrap-tokens',
  description: 'tokens by which machines ask for their first certificate, and the one that joins nodes',
  config: object({ dataDir: string() }),
  needs: { clients, clusterCa },
  contributes: [controllers(tokenCleaner)],
  start({ config, needs, world, log, contribute, ready }) {
    const client = needs.clients.as(LOOPBACK_USER);
    contribute(authenticators, bootstrapAuthenticator(client, world.clock, log));
    const path = join(config.dataDir, 'server', 'node-token');
    ready(() => ensureNodeToken({ world, log, client, path }, needs.clusterCa.caCertificate));
  },
});
