import type { ApiParts } from '../plugins/apiserver/create-api.ts';
import type { SubresourceHandler } from '../plugins/apiserver/contract.ts';
import { testApi } from '../plugins/apiserver/testing/test-api.ts';
import { testServer } from '../plugins/apiserver/testing/test-server.ts';
import { ConfigMap } from '../plugins/kinds/core/v1/config-map.ts';
import { ApiConnection } from '../plugins/remote-api/api-connection.ts';
import { remoteClients } from '../plugins/remote-api/remote-clients.ts';
import { describeClientConformance } from '../src/api/testing/client-conformance.ts';
import { must } from '../src/base/must.ts';
import { hostWorld } from '../src/kernel/host-world.ts';

/** Answers what it was sent, and whom for. */
const echo: SubresourceHandler = {
  resource: 'serviceaccounts',
  subresource: 'echo',
  kind: { group: '', version: 'v1', kind: 'ConfigMap' },
  verbs: ['create'],
  body: ConfigMap,
  create: async ({ body, name }) => {
    const sent = 'data' in body && typeof body.data === 'object' ? body.data : {};
    return Object.assign({}, body, { data: { ...sent, to: name } });
  },
};
const parts: Partial<ApiParts> = { subresources: [echo] };
const MANAGER = { fieldManager: 'tester' };

describeClientConformance('a client in the same process', async () => {
  const { api, clients } = await testApi(parts);
  const { store } = api.objects;
  return {
    client: clients.as({ name: 'admin', groups: ['system:masters', 'system:authenticated'] }, MANAGER),
    stranger: clients.as({ name: 'stranger', groups: ['system:authenticated'] }),
    compact: () => store.compact(store.committed),
    [Symbol.asyncDispose]: async () => undefined,
  };
});

describeClientConformance('a client over HTTPS', async () => {
  const server = await testServer(parts);
  const { timers } = hostWorld();
  const connections = ['admin', 'stranger'].map(name => {
    const credential = { type: 'bearer', token: `token-${name}` } as const;
    return new ApiConnection({ server: server.url, caCertificate: server.ca, credential, timers });
  });
  // Over the wire the credential says who asks.
  const nobody = { name: 'nobody', groups: [] };
  const [client, stranger] = connections.map(each => remoteClients(each, timers).as(nobody, MANAGER));
  const { store } = server.api.objects;
  return {
    client: must(client, 'the first connection'),
    stranger: must(stranger, 'the second connection'),
    compact: () => store.compact(store.committed),
    [Symbol.asyncDispose]: async () => {
      for (const connection of connections) connection[Symbol.dispose]();
      await server[Symbol.asyncDispose]();
    },
  };
});
