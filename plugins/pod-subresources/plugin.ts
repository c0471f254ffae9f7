import { LOOPBACK_USER } from '../../src/api/user-info.ts';
import { clients } from '../../src/api/client.ts';
import { definePlugin } from '../../src/kernel/plugin.ts';
import { caches } from '../../src/sdk/caches.ts';
import { subresourceHandlers, virtualKinds } from '../apiserver/contract.ts';
import { Node } from '../kinds/core/v1/node.ts';
import { bindingHandler, bindings } from './binding.ts';
import { evictionHandler } from './eviction.ts';

export default definePlugin({
  name: 'pod-subresources',
  description: 'binding pods to nodes and evicting them',
  essential: true,
  needs: { clients, caches },
  start: context => {
    const client = context.needs.clients.as(LOOPBACK_USER);
    const binder = { client, clock: context.world.clock, nodes: context.needs.caches.of(Node) };
    context.contribute(virtualKinds, bindings(binder));
    context.contribute(subresourceHandlers, bindingHandler(binder), evictionHandler(client, context.world.clock));
  },
});
