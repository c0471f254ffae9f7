import { clients } from '../../src/api/client.ts';
import { ownNodeName } from '../../src/base/own-node-name.ts';
import { definePlugin } from '../../src/kernel/plugin.ts';
import { object, string } from '../../src/schema/schema.ts';
import { eventRecorders } from '../../src/sdk/events.ts';
import { elections } from './contract.ts';
import { LeaseHolder } from './lease-holder.ts';

export default definePlugin({
  name: 'leader-election',
  description: 'lets one of several servers over one store run controllers, and one schedule',
  config: object({ storeEndpoints: string().default(''), nodeName: string().default('') }),
  needs: { clients, eventRecorders },
  provides: [elections],
  start({ config, needs, world, log, provide, defer }) {
    // Nobody else can be there, and a lease would have to be written every other second.
    if (config.storeEndpoints === '') return provide(elections, { won: () => Promise.resolve() });
    const identity = `${ownNodeName(config.nodeName, world.network)}_${world.random.uuid()}`;
    const holders: LeaseHolder[] = [];
    provide(elections, {
      async won(candidate) {
        const { name, user } = candidate;
        const client = needs.clients.as(user, { fieldManager: name });
        const events = needs.eventRecorders.recorder(client, { component: name });
        const holder = new LeaseHolder({ client, events, world, log, identity }, candidate);
        holders.push(holder);
        await holder.acquire();
      },
    });
    defer(async () => {
      const failed = (error: unknown): void => log.info('lease not given back', { error: String(error) });
      await Promise.all(holders.map(holder => holder.release().catch(failed)));
    });
  },
});
