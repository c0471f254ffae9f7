import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureKubernetesService, ensureServers } from '../plugins/bootstrap/kubernetes-service.ts';
import { Renewal } from '../plugins/bootstrap/renewal.ts';
import { ServerLeases } from '../plugins/bootstrap/server-leases.ts';
import { Deployment } from '../plugins/kinds/apps/v1/deployment.ts';
import { ReplicaSet } from '../plugins/kinds/apps/v1/replica-set.ts';
import { Lease } from '../plugins/kinds/coordination/v1/lease.ts';
import { Endpoints } from '../plugins/kinds/core/v1/endpoints.ts';
import { Pod } from '../plugins/kinds/core/v1/pod.ts';
import { Service } from '../plugins/kinds/core/v1/service.ts';
import { EndpointSlice } from '../plugins/kinds/discovery/v1/endpoint-slice.ts';
import etcdPlugin from '../plugins/store-etcd/plugin.ts';
import { EtcdProcess, hasEtcd } from '../plugins/store-etcd/testing/etcd-process.ts';
import { silentLogger } from '../src/kernel/silent-logger.ts';
import { hostWorld } from '../src/kernel/host-world.ts';
import { startCluster, type TestCluster } from '../src/sdk/testing/cluster.ts';
import { store } from '../src/store/store.ts';

const LEASES = 'kube-system';

describe.skipIf(!hasEtcd('what several servers over one etcd do is'))('servers over one etcd', () => {
  let etcd: EtcdProcess;
  let folder = '';
  let [a, b]: (TestCluster | undefined)[] = [];
  const server = (nodeName: string): Promise<TestCluster> =>
    startCluster({
      without: ['store-memory'],
      plugins: [etcdPlugin],
      settings: {
        nodeName,
        dataDir: join(folder, nodeName),
        storeEndpoints: etcd.clientUrl,
        serviceNodePortRange: '30000-30039',
      },
    });
  beforeAll(async () => {
    etcd = await EtcdProcess.start();
    folder = await mkdtemp(join(tmpdir(), 'tiphys-servers-'));
    a = await server('a');
    b = await server('b');
  });
  afterAll(async () => {
    await a?.[Symbol.asyncDispose]();
    await b?.[Symbol.asyncDispose]();
    await etcd[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });
  const both = (): readonly [TestCluster, TestCluster] => {
    if (a === undefined || b === undefined) throw new Error('both servers run');
    return [a, b];
  };
  const holder = async (of: TestCluster, name: string): Promise<string> => {
    const { spec } = await of.client.get(Lease, { name, namespace: LEASES });
    return spec.holderIdentity?.split('_')[0] ?? '';
  };

  it('elect one that runs controllers and schedules', async () => {
    const [first, second] = both();
    for (const name of ['kube-controller-manager', 'kube-scheduler']) {
      await first.eventually(async () => expect(await holder(second, name)).toMatch(/^[ab]$/));
    }
    const labels = { app: 'web' };
    const template = { metadata: { labels }, spec: { containers: [{ name: 'web', image: 'web' }] } };
    await second.client.create(Deployment, {
      metadata: { name: 'web', namespace: 'default' },
      spec: { replicas: 3, selector: { matchLabels: labels }, template },
    });
    await first.eventually(async () => {
      expect((await first.client.list(Pod, { namespace: 'default' })).items).toHaveLength(3);
    });
    expect((await second.client.list(ReplicaSet, { namespace: 'default' })).items).toHaveLength(1);
  });

  it('give no address and no node port twice, and give back what a service left', async () => {
    const servers = both();
    const ports = [{ port: 80 }];
    const made = await Promise.all(
      Array.from({ length: 40 }, (_, n) =>
        (n % 2 === 0 ? servers[0] : servers[1]).client.create(Service, {
          metadata: { name: `s${n}`, namespace: 'default' },
          spec: { type: 'NodePort', ports },
        }),
      ),
    );
    const nodePorts = made.map(service => service.spec.ports?.[0]?.nodePort);
    expect(new Set(nodePorts).size).toBe(40);
    expect(new Set(made.map(service => service.spec.clusterIP)).size).toBe(40);
    const [first, second] = servers;
    const asked = {
      metadata: { name: 'late', namespace: 'default' },
      spec: { type: 'NodePort' as const, ports: [{ port: 80, nodePort: 30_007 }] },
    };
    await expect(first.client.create(Service, asked)).rejects.toThrow(
      'spec.ports[0].nodePort: Invalid value: 30007: provided port is already allocated',
    );
    const owner = made.find(service => service.spec.ports?.[0]?.nodePort === 30_007);
    await first.client.delete(Service, { name: owner?.metadata.name ?? '', namespace: 'default' });
    await second.eventually(() => second.client.create(Service, asked));
  });

  it('stand in the endpoints of the service of the API server, each as long as it runs', async () => {
    const [first, second] = both();
    await ensureKubernetesService(first.client, '10.43.0.1', 6443);
    const renewalOf = ({ kernel, client }: TestCluster, address: string): Renewal =>
      new Renewal({
        leases: new ServerLeases(kernel.service(store), address),
        world: hostWorld(),
        log: silentLogger,
        tell: addresses => ensureServers(client, addresses, 6443),
      });
    const renewals = [renewalOf(first, '192.0.2.1'), renewalOf(second, '192.0.2.2')] as const;
    for (const renewal of renewals) await renewal.begin();
    const key = { name: 'kubernetes', namespace: 'default' };
    const addresses = async (): Promise<unknown> => [
      (await first.client.get(Endpoints, key)).subsets?.[0]?.addresses?.map(({ ip }) => ip),
      (await first.client.get(EndpointSlice, key)).endpoints?.map(endpoint => endpoint.addresses[0]),
    ];
    expect(await addresses()).toEqual([
      ['192.0.2.1', '192.0.2.2'],
      ['192.0.2.1', '192.0.2.2'],
    ]);
    await renewals[0].end();
    expect(await addresses()).toEqual([['192.0.2.2'], ['192.0.2.2']]);
    await renewals[1].end();
  });

  it('take over from one that ends', async () => {
    const [first, second] = both();
    const [leader, other] =
      (await holder(first, 'kube-controller-manager')) === 'a' ? [first, second] : [second, first];
    await leader[Symbol.asyncDispose]();
    if (leader === first) a = undefined;
    else b = undefined;
    await other.client.patch(
      Deployment,
      { name: 'web', namespace: 'default' },
      { type: 'merge', body: { spec: { replicas: 1 } } },
    );
    await other.eventually(async () => {
      expect((await other.client.list(Pod, { namespace: 'default' })).items).toHaveLength(1);
    }, 15_000);
    expect(await holder(other, 'kube-controller-manager')).toBe(leader === first ? 'b' : 'a');
  }, 30_000);
});
