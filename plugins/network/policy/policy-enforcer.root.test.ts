import { execFileSync } from 'node:child_process';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { native } from '../../../native/index.ts';
import { hostWorld } from '../../../src/kernel/host-world.ts';
import { silentLogger } from '../../../src/kernel/silent-logger.ts';
import { ObjectCache } from '../../../src/sdk/object-cache.ts';
import { manualWorld } from '../../../src/sdk/testing/manual-world.ts';
import type { Namespace } from '../../kinds/core/v1/namespace.ts';
import type { Node } from '../../kinds/core/v1/node.ts';
import type { Pod } from '../../kinds/core/v1/pod.ts';
import type { NetworkPolicy } from '../../kinds/networking/v1/network-policy.ts';
import { limits } from '../limits.ts';
import { linkNames } from '../link-name.ts';
import type { FakePod } from '../testing/fake-pod.ts';
import { TestNode } from '../testing/test-node.ts';
import { PolicyEnforcer } from './policy-enforcer.ts';
import { PolicyView } from './policy-view.ts';
import { tableNames } from './write-table.ts';

const fail = (error: unknown): never => {
  throw error;
};
const metadata = (name: string, labels = {}) => ({
  name,
  namespace: 'default',
  uid: name,
  resourceVersion: '1',
  creationTimestamp: '2026-01-01T00:00:00Z',
  labels,
});
const podObject = (name: string): Pod =>
  ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: metadata(name, { app: name }),
    spec: { nodeName: 'here', containers: [] },
    status: {},
  }) as unknown as Pod;
const deny = (app: string, spec: Partial<NetworkPolicy['spec']> = {}): NetworkPolicy => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: metadata(`deny-${app}`),
  spec: { podSelector: { matchLabels: { app } }, policyTypes: ['Ingress', 'Egress'], ...spec },
});

let node: TestNode;
let client: { readonly pod: FakePod; readonly ip: string; readonly ips: readonly string[] };
let server: { readonly pod: FakePod; readonly ip: string; readonly ips: readonly string[] };
let caches: ReturnType<typeof cachesOf>;
const names = tableNames(linkNames(`enforcer-${process.pid}`));

const cachesOf = () => ({
  policies: new ObjectCache<NetworkPolicy>(fail),
  namespaces: new ObjectCache<Namespace>(fail),
  nodes: new ObjectCache<Node>(fail),
  pods: new ObjectCache<Pod>(fail),
});

beforeAll(async () => {
  node = await TestNode.start('both');
  client = await node.pod('client');
  server = await node.pod('server');
  for (const ip of server.ips) await server.pod.listen(ip, 80, socket => socket.pipe(socket));
});
afterAll(() => node[Symbol.asyncDispose]());
beforeEach(() => {
  caches = cachesOf();
});
afterEach(async () => {
  caches = cachesOf();
  using enforcer = start({ families: [4, 6] });
  known();
  await enforcer.enforce(podObject('client'), client.ips);
  expect(table()).toBe('');
});

function start(over: Partial<ConstructorParameters<typeof PolicyEnforcer>[0]> = {}): PolicyEnforcer {
  const { policies, namespaces, nodes, pods } = caches;
  return new PolicyEnforcer({
    native: native(),
    timers: hostWorld().timers,
    log: silentLogger,
    names,
    canEnforce: true,
    families: [4],
    ownAddresses: () => () => [],
    onFailure: fail,
    view: new PolicyView({
      nodeName: 'here',
      podCidr: node.cidrs.podCidr,
      twins: undefined,
      dns: ['192.0.2.53'],
      policies,
      namespaces,
      nodes,
      ownPods: pods,
      allPods: () => pods,
    }),
    ...over,
  });
}
const known = (...policies: readonly NetworkPolicy[]): void => {
  Array.from(caches.policies.replacing(policies));
  for (const cache of Object.values(caches)) cache.markSynced();
};
const table = (): string => {
  const tables = execFileSync('nft', ['list', 'tables'], { encoding: 'utf8' });
  return tables.split('\n').find(line => line.endsWith(names.table)) ?? '';
};
const isConnected = async (address = server.ip): Promise<boolean> => {
  try {
    (await client.pod.dial(address, 80, 300)).destroy();
    return true;
  } catch {
    return false;
  }
};

describe('PolicyEnforcer', () => {
  it('writes nothing, and keeps no pod waiting, where there is no policy', async () => {
    let written = 0;
    const counting = {
      nftTransact: (...args: Parameters<ReturnType<typeof native>['nftTransact']>) => {
        written++;
        return native().nftTransact(...args);
      },
    };
    using enforcer = start({ native: counting });
    known();
    await enforcer.enforce(podObject('client'), client.ips);
    // What an earlier daemon may have left was removed; then nothing more.
    expect(written).toBe(1);
    await enforcer.enforce(podObject('server'), server.ips);
    expect(written).toBe(1);
    expect(table()).toBe('');
  });

  it('has a pod restricted once it said so, before any object has its address, until the policy goes', async () => {
    using enforcer = start();
    known(deny('server'));
    await enforcer.enforce(podObject('client'), client.ips);
    expect(await isConnected()).toBe(true);
    await enforcer.enforce(podObject('server'), server.ips);
    expect(await isConnected()).toBe(false);
    caches.policies.drop(deny('server'));
    await expect.poll(() => isConnected()).toBe(true);
    expect(table()).toBe('');
  });

  it('restricts a pod by both of its addresses, each by the blocks of its family', async () => {
    const [ipv4 = '', ipv6 = ''] = server.ips;
    const both = async () => [await isConnected(ipv4), await isConnected(ipv6)];
    using enforcer = start({ families: [4, 6] });
    known(deny('server'));
    await enforcer.enforce(podObject('server'), server.ips);
    expect(await both()).toEqual([false, false]);
    const from = (cidr: string) =>
      deny('server', { policyTypes: ['Ingress'], ingress: [{ from: [{ ipBlock: { cidr } }] }] });
    caches.policies.put(from(node.cidrs.podCidrIpv6));
    await expect.poll(both, { timeout: 30_000 }).toEqual([false, true]);
    caches.policies.put(from('0.0.0.0/0'));
    await expect.poll(both, { timeout: 30_000 }).toEqual([true, false]);
    const except = { ipBlock: { cidr: '::/0', except: [`${client.ips[1]}/128`] } };
    caches.policies.put(deny('server', { policyTypes: ['Ingress'], ingress: [{ from: [except] }] }));
    await expect.poll(both, { timeout: 30_000 }).toEqual([false, false]);
    caches.policies.drop(deny('server'));
    await expect.poll(both, { timeout: 30_000 }).toEqual([true, true]);
  });

  it('leaves rules in force when it ends; the next one takes them over', async () => {
    const first = start();
    known(deny('client'));
    await first.enforce(podObject('client'), client.ips);
    first[Symbol.dispose]();
    expect(await isConnected()).toBe(false);
    caches = cachesOf();
    using second = start();
    expect(second.clientsOf({ address: server.ip, port: 80, protocol: 'TCP' })).toEqual([]);
    expect(await isConnected()).toBe(false);
    known(deny('server'));
    await second.enforce(podObject('server'), server.ips);
    expect(await isConnected()).toBe(false);
    caches.policies.drop(deny('server'));
    await expect.poll(() => isConnected()).toBe(true);
  });

  it('does not let a pod start while policies are not known, and says so', async () => {
    const world = manualWorld();
    using enforcer = start({ timers: world.timers });
    const started = enforcer.enforce(podObject('client'), client.ips);
    const failed = expect(started).rejects.toThrow(`NetworkPolicies are not in force after ${limits.enforceMs} ms`);
    await world.advance(limits.enforceMs);
    await failed;
    known();
    await enforcer.enforce(podObject('client'), client.ips);
  });

  it('tries again what the kernel refused, and says so meanwhile', async () => {
    const world = manualWorld();
    const failures: unknown[] = [];
    let refuses = true;
    const refusing = {
      nftTransact: (...args: Parameters<ReturnType<typeof native>['nftTransact']>) =>
        refuses ? Promise.reject(new Error('ENOBUFS')) : native().nftTransact(...args),
    };
    using _ = start({ native: refusing, timers: world.timers, onFailure: error => failures.push(error) });
    known(deny('server'));
    caches.pods.put({ ...podObject('server'), status: { podIP: server.ip } });
    await expect.poll(() => failures.length).toBeGreaterThan(0);
    expect(await isConnected()).toBe(true);
    refuses = false;
    await world.advance(limits.enforceRetryMs);
    await expect.poll(() => isConnected()).toBe(false);
  });

  it('still judges what goes through services where the kernel has no such rules', async () => {
    using enforcer = start({ canEnforce: false });
    known(deny('server'));
    await enforcer.enforce(podObject('server'), server.ips);
    expect(table()).toBe('');
    expect(enforcer.clientsOf({ address: server.ip, port: 80, protocol: 'TCP' })).toHaveLength(1);
    expect(enforcer.clientsOf({ address: client.ip, port: 80, protocol: 'TCP' })).not.toBeNull();
  });
});
