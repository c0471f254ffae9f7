import { join } from 'node:path';
import { clients } from '../../src/api/client.ts';
import { resources } from '../../src/api/resource.ts';
import { LOOPBACK_USER } from '../../src/api/user-info.ts';
import { definePlugin } from '../../src/kernel/plugin.ts';
import { object, string } from '../../src/schema/schema.ts';
import { eventRecorders } from '../../src/sdk/events.ts';
import { Manifests } from './manifests.ts';

const NAME = 'manifests';

export default definePlugin({
  name: NAME,
  description: 'keeps the cluster as the manifests of <data-dir>/server/manifests say',
  needs: { clients, eventRecorders },
  config: object({ dataDir: string() }),
  start: context => {
    const { config, needs, world, log, signal } = context;
    const client = needs.clients.as(LOOPBACK_USER, { fieldManager: 'tiphys-manifests' });
    const manifests = new Manifests({
      world,
      folder: join(config.dataDir, 'server', 'manifests'),
      client,
      events: needs.eventRecorders.recorder(client, { component: NAME }),
      log,
      resources: () => context.collect(resources),
      signal,
    });
    context.ready(() => manifests.start());
  },
});
