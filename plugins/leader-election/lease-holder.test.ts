import { expect, it } from 'vitest';
import type { Client } from '../../src/api/client.ts';
import { silentLogger } from '../../src/kernel/silent-logger.ts';
import { manualWorld, type ManualWorld } from '../../src/sdk/testing/manual-world.ts';
import { testApi } from '../apiserver/testing/test-api.ts';
import { Namespace } from '../kinds/core/v1/namespace.ts';
import { Lease } from '../kinds/coordination/v1/lease.ts';
import { LEASE_SECONDS, RENEW_DEADLINE_MS, RETRY_MS } from './limits.ts';
import { LeaseHolder } from './lease-holder.ts';

const KEY = { name: 'kube-scheduler', namespace: 'kube-system' };

async function clusterAdmin(): Promise<Client> {
  const { admin } = await testApi();
  await admin.create(Namespace, { metadata: { name: KEY.namespace } });
  return admin;
}

/** The API answers in time of its own. */
async function advance(world: ManualWorld, ms: number): Promise<void> {
  await world.advance(ms);
  for (let n = 0; n < 20; n++) await new Promise(resolve => void setImmediate(resolve));
}

interface Candidacy {
  readonly holder: LeaseHolder;
  readonly lost: string[];
  readonly told: string[];
  readonly stop: AbortController;
}

function candidate(client: Client, world: ManualWorld, identity: string): Candidacy {
  const [lost, told, stop] = [[] as string[], [] as string[], new AbortController()];
  const events = {
    event: (_: unknown, __: string, reason: string, text: string) => void told.push(`${reason}: ${text}`),
  };
  const user = { name: 'system:kube-scheduler', groups: [] };
  const holder = new LeaseHolder(
    { client, events, world, log: silentLogger, identity },
    { name: KEY.name, user, signal: stop.signal, lost: error => void lost.push(error.message) },
  );
  return { holder, lost, told, stop };
}

it('renews what it holds, and has lost it once that failed for too long, before another may have it', async () => {
  const admin = await clusterAdmin();
  const world = manualWorld();
  let isAway = false;
  const client = new Proxy(admin, {
    get: (target, name: keyof Client) => (isAway ? () => Promise.reject(new Error('away')) : target[name]),
  });
  const { holder, lost, told } = candidate(client, world, 'a');
  await holder.acquire();
  expect(told).toEqual(['LeaderElection: a became leader']);
  const first = (await admin.get(Lease, KEY)).spec;
  expect(first).toMatchObject({ holderIdentity: 'a', leaseDurationSeconds: LEASE_SECONDS, leaseTransitions: 0 });
  for (let n = 0; n < 10; n++) await advance(world, RETRY_MS);
  const { spec } = await admin.get(Lease, KEY);
  expect([spec.acquireTime, spec.renewTime === first.renewTime]).toEqual([first.acquireTime, false]);
  isAway = true;
  for (let passedMs = 0; passedMs < RENEW_DEADLINE_MS - RETRY_MS; passedMs += RETRY_MS) await advance(world, RETRY_MS);
  expect(lost).toEqual([]);
  await advance(world, RETRY_MS);
  expect(lost).toEqual(['leader election lost: the lease kube-scheduler could not be renewed in 10000 ms']);
});

it('comes to another when it is given back, at once, and when its holder is silent, in time', async () => {
  const admin = await clusterAdmin();
  const world = manualWorld();
  const [a, b, c] = [candidate(admin, world, 'a'), candidate(admin, world, 'b'), candidate(admin, world, 'c')];
  await a.holder.acquire();
  const second = b.holder.acquire();
  await advance(world, 3 * RETRY_MS);
  a.stop.abort();
  await a.holder.release();
  expect((await admin.get(Lease, KEY)).spec).toMatchObject({ holderIdentity: '', leaseDurationSeconds: 1 });
  await advance(world, 3 * RETRY_MS);
  await second;
  expect((await admin.get(Lease, KEY)).spec).toMatchObject({ holderIdentity: 'b', leaseTransitions: 1 });
  const third = c.holder.acquire();
  await advance(world, 0);
  b.stop.abort();
  await advance(world, LEASE_SECONDS * 1000 - RETRY_MS);
  expect((await admin.get(Lease, KEY)).spec.holderIdentity).toBe('b');
  await advance(world, 4 * RETRY_MS);
  await third;
  expect((await admin.get(Lease, KEY)).spec).toMatchObject({ holderIdentity: 'c', leaseTransitions: 2 });
  expect([a.lost, b.lost, c.lost]).toEqual([[], [], []]);
});
