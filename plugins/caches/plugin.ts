import { LOOPBACK_USER } from '../../src/api/user-info.ts';
import { clients } from '../../src/api/client.ts';
import { definePlugin } from '../../src/kernel/plugin.ts';
import { caches } from '../../src/sdk/caches.ts';
import { createCaches } from '../../src/sdk/create-caches.ts';

/** Caches are shared by parts with differing rights, so they are read by the server itself. */
export default definePlugin({
  name: 'caches',
  description: 'one list and watch a kind, shared by all parts of this process',
  essential: true,
  needs: { clients },
  provides: [caches],
  start: context => {
    const client = context.needs.clients.as(LOOPBACK_USER);
    const { world, log, signal } = context;
    context.provide(caches, createCaches({ client, world, log, signal }));
  },
});
