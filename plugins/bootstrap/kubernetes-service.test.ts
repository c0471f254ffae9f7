import { describe, expect, it } from 'vitest';
import type { Client } from '../../src/api/client.ts';
import { testApi } from '../apiserver/testing/test-api.ts';
import { Endpoints } from '../kinds/core/v1/endpoints.ts';
import { Service } from '../kinds/core/v1/service.ts';
import { EndpointSlice } from '../kinds/discovery/v1/endpoint-slice.ts';
import { ensureKubernetesService, ensureServers } from './kubernetes-service.ts';

const KEY = { name: 'kubernetes', namespace: 'default' };
const at = async (client: Client, ...addresses: readonly string[]): Promise<void> => {
  await ensureKubernetesService(client, '10.43.0.1', 6443);
  await ensureServers(client, addresses, 6443);
};

describe('the service of the API server', () => {
  it('follows the address that the server is reached at', async () => {
    const { admin } = await testApi();
    await at(admin, '192.0.2.1');
    await at(admin, '192.0.2.2');
    expect(await admin.get(Service, KEY)).toMatchObject({ spec: { clusterIP: '10.43.0.1', ports: [{ port: 443 }] } });
    expect(await admin.get(Endpoints, KEY)).toMatchObject({ subsets: [{ addresses: [{ ip: '192.0.2.2' }] }] });
    expect(await admin.get(EndpointSlice, KEY)).toMatchObject({ endpoints: [{ addresses: ['192.0.2.2'] }] });
  });

  it('is there without endpoints on a machine that has no address', async () => {
    const { admin } = await testApi();
    await at(admin, '127.0.0.1');
    expect(await admin.get(Service, KEY)).toMatchObject({ spec: { clusterIP: '10.43.0.1' } });
    await expect(admin.get(Endpoints, KEY)).rejects.toThrow('not found');
  });
});
