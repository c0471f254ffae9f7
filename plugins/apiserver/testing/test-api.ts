import type { Client, Clients } from '../../../src/api/client.ts';
import type { World } from '../../../src/base/world.ts';
import { hostWorld } from '../../../src/kernel/host-world.ts';
import type { Contribution } from '../../../src/kernel/plugin.ts';
import { silentLogger } from '../../../src/kernel/silent-logger.ts';
import { createMemoryStore } from '../../../src/store/memory-store.ts';
import kinds from '../../kinds/plugin.ts';
import { Namespace } from '../../kinds/core/v1/namespace.ts';
import type { Api } from '../api.ts';
import { createApi, type ApiParts } from '../create-api.ts';
import { createInProcessClients } from '../in-process/in-process-client.ts';

export interface TestApi {
  readonly api: Api;
  readonly clients: Clients;
  /** Everything is allowed to members of system:masters, nothing to others. */
  readonly admin: Client;
}

/** A whole API over a store in memory, with the built-in kinds and the default namespace. */
export async function testApi(parts: Partial<ApiParts> = {}, world: World = hostWorld()): Promise<TestApi> {
  const contributions: readonly Contribution[] = kinds.contributes ?? [];
  const api = createApi({
    world,
    // A test that sends one heavy body after the other would wait for minutes.
    lane: { share: 1 },
    log: silentLogger,
    store: createMemoryStore(world),
    resources: contributions.flatMap(({ items }) => items) as ApiParts['resources'],
    authorizers: [{ name: 'masters', authorize: ({ groups }) => ({ allowed: groups.includes('system:masters') }) }],
    admission: [],
    claimers: [],
    virtualKinds: [],
    subresources: [],
    components: [],
    ...parts,
  });
  const clients = createInProcessClients(api);
  const admin = clients.as({ name: 'admin', groups: ['system:masters', 'system:authenticated'] });
  await admin.create(Namespace, { metadata: { name: 'default' } });
  return { api, clients, admin };
}
