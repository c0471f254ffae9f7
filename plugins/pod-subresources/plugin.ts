import { LOOPBACK_USER } from '../../src/api/user-info.ts';
import { clients } from '../../src/api/client.ts';
import { definePlugin } from '../../src/kernel/plugin.ts';
import { subresourceHandlers, virtualKinds } from '../apiserver/contract.ts';
import { bindingHandler, bindings } from './binding.ts';
import { evictionHandler } from './eviction.ts';

export default definePlugin({
  name: 'pod-subresources',
  description: 'binding pods to nodes and evicting them',
  essential: true,
  needs: { clients },
  start: context => {
    const client = context.needs.clients.as(LOOPBACK_USER);
    context.contribute(virtualKinds, bindings(client, context.world.clock));
    context.contribute(
      subresourceHandlers,
      bindingHandler(client, context.world.clock),
      evictionHandler(client, context.world.clock),
    );
  },
});
