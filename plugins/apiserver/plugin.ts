import { clients } from '../../src/api/client.ts';
import { resources } from '../../src/api/resource.ts';
import { definePlugin } from '../../src/kernel/plugin.ts';
import { int32, object, string } from '../../src/schema/schema.ts';
import { store } from '../../src/store/store.ts';
import { clusterCa } from '../auth/contract.ts';
import { createAuthentication } from './authenticate.ts';
import {
  admission,
  apiAddress,
  authentication,
  authenticators,
  authorization,
  authorizers,
  claimers,
  subresourceHandlers,
  virtualKinds,
} from './contract.ts';
import { createApi } from './create-api.ts';
import { createClients } from './in-process-client.ts';

export default definePlugin({
  name: 'apiserver',
  description: 'the Kubernetes API: one verb pipeline, over HTTPS and for the parts of this process',
  config: object({
    bindAddress: string().default('0.0.0.0'),
    httpsPort: int32().default(6443),
    advertiseAddress: string().default(''),
  }),
  needs: { store, clusterCa },
  provides: [clients, authorization, authentication, apiAddress],
  start: context => {
    const { config, needs, world, log } = context;
    const api = createApi({
      world,
      log,
      store: needs.store,
      resources: context.collect(resources),
      authorizers: context.collect(authorizers),
      admission: context.collect(admission),
      claimers: context.collect(claimers),
      virtualKinds: context.collect(virtualKinds),
      subresources: context.collect(subresourceHandlers),
    });
    context.provide(clients, createClients(api));
    context.provide(authorization, api.authorization);
    context.provide(authentication, createAuthentication(context.collect(authenticators)));
    const ownAddress = world.network.addresses().find(({ family }) => family === 4)?.address;
    const advertiseAddress = config.advertiseAddress === '' ? (ownAddress ?? '127.0.0.1') : config.advertiseAddress;
    context.provide(apiAddress, { advertiseAddress, port: config.httpsPort });
  },
});
