import { clients } from '../../src/api/client.ts';
import { definePlugin } from '../../src/kernel/plugin.ts';
import { caches } from '../../src/sdk/caches.ts';
import { createCaches } from '../../src/sdk/create-caches.ts';

/** The API server's own user, as upstream's loopback client is; caches are shared by parts with differing rights. */
const LOOPBACK = { name: 'system:apiserver', groups: ['system:masters', 'system:authenticated'] };

export default definePlugin({
  name: 'caches',
  description: 'one list and watch a kind, shared by all parts of this process',
  needs: { clients },
  provides: [caches],
  start: context => {
    const client = context.needs.clients.as(LOOPBACK);
    const { world, log, signal } = context;
    context.provide(caches, createCaches({ client, world, log, signal }));
  },
});
