import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startCluster, type TestCluster } from '../../src/sdk/testing/cluster.ts';
import { Deployment } from '../kinds/apps/v1/deployment.ts';
import { ReplicaSet } from '../kinds/apps/v1/replica-set.ts';
import { ConfigMap } from '../kinds/core/v1/config-map.ts';
import { Node } from '../kinds/core/v1/node.ts';
import { Pod } from '../kinds/core/v1/pod.ts';
import { ServiceAccount } from '../kinds/core/v1/service-account.ts';

let cluster: TestCluster;
beforeAll(async () => {
  cluster = await startCluster({ log: consoleLog });
  await cluster.client.create(Node, { metadata: { name: 'node' } });
});
afterAll(() => cluster[Symbol.asyncDispose]());
const consoleLog = {
  debug: () => {},
  info: console.log,
  warn: console.log,
  error: console.log,
  child: () => consoleLog,
};

describe('smoke', () => {
  it('gives namespaces their accounts', async () => {
    await cluster.eventually(() => cluster.client.get(ServiceAccount, { name: 'default', namespace: 'default' }));
    await cluster.eventually(() => cluster.client.get(ConfigMap, { name: 'kube-root-ca.crt', namespace: 'default' }));
  });
  it('rolls out', async () => {
    const labels = { app: 'web' };
    await cluster.client.create(Deployment, {
      metadata: { name: 'web', namespace: 'default' },
      spec: {
        replicas: 3,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers: [{ name: 'c', image: 'i' }] } },
      },
    });
    await cluster.eventually(async () => {
      const { items } = await cluster.client.list(Pod, { namespace: 'default' });
      console.log(items.length, JSON.stringify(items[0]?.status));
      expect(items).toHaveLength(3);
    });
    console.log(JSON.stringify((await cluster.client.list(ReplicaSet)).items[0], null, 1));
    console.log(JSON.stringify((await cluster.client.list(Deployment)).items[0], null, 1));
  });
});
