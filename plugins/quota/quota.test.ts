import { describe, expect, it } from 'vitest';
import { isStatusError } from '../../src/api/status-error.ts';
import { clients } from '../../src/api/client.ts';
import { must } from '../../src/base/must.ts';
import { caches } from '../../src/sdk/caches.ts';
import { controllers } from '../../src/sdk/controller.ts';
import { runController } from '../../src/sdk/controller-runner.ts';
import { eventRecorders } from '../../src/sdk/events.ts';
import { definePlugin, type AnyPlugin } from '../../src/kernel/plugin.ts';
import { startCluster, type TestCluster } from '../../src/sdk/testing/cluster.ts';
import { claimers, type Claimer } from '../apiserver/contract.ts';
import { CustomResourceDefinition } from '../kinds/apiextensions/v1/custom-resource-definition.ts';
import { ConfigMap } from '../kinds/core/v1/config-map.ts';
import { LimitRange } from '../kinds/core/v1/limit-range.ts';
import { Namespace } from '../kinds/core/v1/namespace.ts';
import { Pod } from '../kinds/core/v1/pod.ts';
import { ResourceQuota } from '../kinds/core/v1/resource-quota.ts';
import { DeviceClass } from '../kinds/resource/v1/device-class.ts';
import { ResourceClaim } from '../kinds/resource/v1/resource-claim.ts';
import { Secret } from '../kinds/core/v1/secret.ts';
import { Service } from '../kinds/core/v1/service.ts';

const namespace = 'q';

async function start(...plugins: readonly AnyPlugin[]): Promise<TestCluster> {
  const cluster = await startCluster({ without: ['scheduler'], plugins });
  await cluster.client.create(Namespace, { metadata: { name: namespace } });
  return cluster;
}

const refusal = (write: Promise<unknown>): Promise<string | undefined> =>
  write.then(
    () => undefined,
    (error: unknown) => {
      if (isStatusError(error, 'Forbidden')) return error.message;
      throw error;
    },
  );

function tools(cluster: TestCluster) {
  const { client } = cluster;
  const used = async (name = 'a') => (await client.get(ResourceQuota, { name, namespace })).status.used ?? {};
  return {
    used,
    expectUsed: (amounts: Readonly<Record<string, string>>, name = 'a') =>
      cluster.eventually(async () => expect(await used(name)).toMatchObject(amounts)),
    quota: async (hard: Readonly<Record<string, string>>, spec: object = {}, name = 'a'): Promise<void> => {
      await client.create(ResourceQuota, { metadata: { name, namespace }, spec: { hard, ...spec } });
      await cluster.eventually(async () =>
        expect(Object.keys(await used(name)).toSorted()).toEqual(Object.keys(hard).toSorted()),
      );
    },
    pod: (name: string, resources: object = {}, spec: object = {}) =>
      client.create(Pod, {
        metadata: { name, namespace },
        spec: { containers: [{ name: 'c', image: 'i', resources }], ...spec },
      }),
    map: (name: string) => client.create(ConfigMap, { metadata: { name, namespace } }),
    remove: (name: string) => client.delete(Pod, { name, namespace }),
  };
}

describe('a quota', () => {
  it('counts what is there, what comes and what goes, and refuses more in upstream’s words', async () => {
    await using cluster = await start();
    const { quota, pod, expectUsed, remove } = tools(cluster);
    const resources = { requests: { cpu: '500m', memory: '1Gi', 'a.b/c': '1' }, limits: { cpu: '1', 'a.b/c': '1' } };
    await pod('before', resources);
    await quota({ pods: '2', 'requests.cpu': '1', 'limits.cpu': '3', 'requests.a.b/c': '2', 'count/pods': '9' });
    await expectUsed({
      pods: '1',
      'requests.cpu': '500m',
      'limits.cpu': '1',
      'requests.a.b/c': '1',
      'count/pods': '1',
    });
    expect(await refusal(pod('silent'))).toBe(
      'pods "silent" is forbidden: failed quota: a: must specify limits.cpu for: c; requests.cpu for: c',
    );
    await pod('second', resources);
    await expectUsed({ pods: '2', 'requests.cpu': '1' });
    expect(await refusal(pod('third', resources))).toBe(
      'pods "third" is forbidden: exceeded quota: a, requested: pods=1,requests.a.b/c=1,requests.cpu=500m, ' +
        'used: pods=2,requests.a.b/c=2,requests.cpu=1, limited: pods=2,requests.a.b/c=2,requests.cpu=1',
    );
    await remove('before');
    await expectUsed({ pods: '1', 'requests.cpu': '500m' });
    await pod('third', resources);
  });

  it('is exact under many creates at once, over several quotas, whatever else writes their status', async () => {
    await using cluster = await start();
    const { quota, map, expectUsed } = tools(cluster);
    await quota({ configmaps: '21' });
    await quota({ 'count/configmaps': '31', secrets: '5' }, {}, 'b');
    const outcomes = Array.from({ length: 60 }, (_, index) => refusal(map(`m${index}`)));
    const others = Array.from({ length: 20 }, (_, index) =>
      refusal(cluster.client.create(Secret, { metadata: { name: `s${index}`, namespace } })),
    );
    const refused = (await Promise.all(outcomes)).filter(message => message !== undefined);
    expect((await Promise.all(others)).filter(message => message === undefined)).toHaveLength(5);
    const { items } = await cluster.client.list(ConfigMap, { namespace });
    expect([items.length, refused.length]).toEqual([21, 40]);
    expect(refused[0]).toMatch(
      /^configmaps "m\d+" is forbidden: exceeded quota: a, requested: configmaps=1, used: configmaps=21, limited: configmaps=21$/,
    );
    await expectUsed({ configmaps: '21' });
    await expectUsed({ 'count/configmaps': '21', secrets: '5' }, 'b');
  });

  it('is never exceeded, while objects come and go and are counted all the time', async () => {
    await using cluster = await start();
    const { quota, map } = tools(cluster);
    await quota({ configmaps: '6' });
    let [there, most] = [0, 0];
    using _ = cluster.caches.of(ConfigMap).subscribe({
      changed: ({ metadata }, before) => {
        if (metadata.namespace !== namespace || before !== undefined) return;
        most = Math.max(most, ++there);
      },
      removed: ({ metadata }) => void (there -= metadata.namespace === namespace ? 1 : 0),
    });
    const comeAndGo = async (who: number): Promise<number> => {
      let made = 0;
      for (let turn = 0; turn < 15; turn++) {
        const name = `m${who}-${turn}`;
        if ((await refusal(map(name))) !== undefined) continue;
        made += 1;
        await cluster.client.delete(ConfigMap, { namespace, name });
      }
      return made;
    };
    const made = await Promise.all(Array.from({ length: 12 }, (_each, who) => comeAndGo(who)));
    expect(most).toBeLessThanOrEqual(6);
    expect(made.reduce((sum, each) => sum + each)).toBeGreaterThan(20);
    await tools(cluster).expectUsed({ configmaps: '1' });
  });

  it('counts a write that is under way: charged, and not yet stored', async () => {
    const [begun, goOn] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const slow: Claimer = {
      resource: 'configmaps',
      async claim(object) {
        if (object.metadata.name === 'slow') {
          begun.resolve();
          await goOn.promise;
        }
        return object;
      },
      undo: () => undefined,
      release: () => undefined,
    };
    await using cluster = await start(definePlugin({ name: 'slow', contributes: [claimers(slow)] }));
    const { quota, map, expectUsed } = tools(cluster);
    await quota({ configmaps: '4' });
    await map('a');
    const made = map('slow');
    await begun.promise;
    await cluster.client.delete(ConfigMap, { namespace, name: 'a' });
    await expectUsed({ configmaps: '2' });
    goOn.resolve();
    await made;
    await cluster.client.delete(ConfigMap, { namespace, name: 'slow' });
    await expectUsed({ configmaps: '1' });
  });

  it('is counted anew by who takes over: nothing that happened meanwhile is left out or counted for ever', async () => {
    let run = (_signal: AbortSignal): void => undefined;
    const runner = definePlugin({
      name: 'runner',
      needs: { clients, caches, eventRecorders },
      start: ({ collect, needs, world, log }) => {
        run = signal => {
          const controller = collect(controllers).find(({ name }) => name === 'resourcequota-controller');
          const client = needs.clients.as({ name: 'admin', groups: ['system:masters', 'system:authenticated'] });
          const events = needs.eventRecorders.recorder(client, { component: 'test' });
          runController(must(controller, 'a controller'), { caches: needs.caches, client, events, world, log, signal });
        };
      },
    });
    await using cluster = await startCluster({ without: ['controllers', 'scheduler'], plugins: [runner] });
    await cluster.client.create(Namespace, { metadata: { name: namespace } });
    const { quota, map, used, expectUsed } = tools(cluster);
    const first = new AbortController();
    run(first.signal);
    await quota({ configmaps: '9' });
    await map('a');
    first.abort();
    await map('b');
    await cluster.client.delete(ConfigMap, { namespace, name: 'b' });
    expect(await used()).toEqual({ configmaps: '2' });
    const second = new AbortController();
    run(second.signal);
    await expectUsed({ configmaps: '1' });
    second.abort();
  });

  it('does not go on counting what was never made', async () => {
    await using cluster = await start();
    const { quota, map, used, expectUsed } = tools(cluster);
    await quota({ configmaps: '3' });
    await expectUsed({ configmaps: '1' });
    const dry = cluster.client.create(ConfigMap, { metadata: { name: 'dry', namespace } }, { dryRun: true });
    await dry;
    expect(await used()).toEqual({ configmaps: '1' });
    await map('a');
    await expect(map('a')).rejects.toThrow('already exists');
    await expectUsed({ configmaps: '2' });
    await map('b');
    expect(await refusal(map('c'))).toContain('exceeded quota');
  });

  it('counts pods by scope, and what has ended no more', async () => {
    await using cluster = await start();
    const { quota, pod, expectUsed } = tools(cluster);
    await quota({ pods: '5' }, { scopes: ['BestEffort', 'NotTerminating'] });
    await quota({ pods: '5', cpu: '5' }, { scopes: ['NotBestEffort'] }, 'b');
    await quota({ pods: '5' }, { scopes: ['Terminating'] }, 'c');
    const high = { scopeName: 'PriorityClass', operator: 'In', values: ['system-node-critical'] };
    await quota({ pods: '1' }, { scopeSelector: { matchExpressions: [high] } }, 'd');
    const term = { topologyKey: 'a', labelSelector: {}, namespaces: ['other'] };
    const affinity = { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } };
    await quota({ pods: '0' }, { scopes: ['CrossNamespacePodAffinity'] }, 'e');
    await pod('idle');
    await pod('busy', { requests: { cpu: '1' } });
    await pod('short', { requests: { cpu: '1' } }, { activeDeadlineSeconds: 10 });
    await pod('high', {}, { priorityClassName: 'system-node-critical' });
    expect(await refusal(pod('higher', {}, { priorityClassName: 'system-node-critical' }))).toContain('quota: d');
    expect(await refusal(pod('curious', {}, { affinity }))).toContain('exceeded quota: e, requested: pods=1');
    await expectUsed({ pods: '2' });
    await expectUsed({ pods: '2', cpu: '2' }, 'b');
    await expectUsed({ pods: '1' }, 'c');
    const busy = await cluster.client.get(Pod, { name: 'busy', namespace });
    await cluster.client.updateStatus(Pod, { ...busy, status: { ...busy.status, phase: 'Succeeded' } });
    await expectUsed({ pods: '1', cpu: '1' }, 'b');
  });

  it('charges a service by what it is, also when that changes', async () => {
    await using cluster = await start();
    const { quota, expectUsed } = tools(cluster);
    await quota({ services: '3', 'services.nodeports': '2', 'services.loadbalancers': '1' });
    const ports = [{ port: 80 }, { port: 81, name: 'b' }].map((port, index) => ({ name: `p${index}`, ...port }));
    const make = (name: string, type: 'ClusterIP' | 'NodePort' | 'LoadBalancer') =>
      cluster.client.create(Service, { metadata: { name, namespace }, spec: { type, ports } });
    await make('plain', 'ClusterIP');
    await make('open', 'NodePort');
    await expectUsed({ services: '2', 'services.nodeports': '2', 'services.loadbalancers': '0' });
    const change = (name: string, type: string) =>
      cluster.client.patch(Service, { name, namespace }, { type: 'merge', body: { spec: { type } } });
    expect(await refusal(change('plain', 'LoadBalancer'))).toBe(
      'services "plain" is forbidden: exceeded quota: a, requested: services.nodeports=2, used: services.nodeports=2, limited: services.nodeports=2',
    );
    await change('open', 'ClusterIP');
    await expectUsed({ 'services.nodeports': '0' });
    await change('plain', 'LoadBalancer');
    await expectUsed({ services: '2', 'services.nodeports': '2', 'services.loadbalancers': '1' });
  });

  it('counts devices by the extended resources that they are, those of a pod and those of claims', async () => {
    await using cluster = await start();
    const { quota, pod, expectUsed } = tools(cluster);
    const spec = { extendedResourceName: 'a.b/gpu' };
    await cluster.client.create(DeviceClass, { metadata: { name: 'gold' }, spec });
    await cluster.eventually(() => expect(cluster.caches.of(DeviceClass).get('gold')).toBeDefined());
    const implicit = 'deviceclass.resource.kubernetes.io/gold';
    await quota({ 'requests.a.b/gpu': '3', [`requests.${implicit}`]: '9' });
    const { uid } = (await pod('p', { limits: { 'a.b/gpu': '2' } })).metadata;
    await cluster.eventually(() => expect(cluster.caches.of(Pod).byUid(uid)).toBeDefined());
    const claim = (name: string, count: number, metadata: object = {}) => {
      const requests = [
        { name: 'container-0-request-0', exactly: { deviceClassName: 'gold', allocationMode: 'ExactCount', count } },
      ] as const;
      const key = { name, namespace, ...metadata };
      return cluster.client.create(ResourceClaim, { metadata: key, spec: { devices: { requests } } });
    };
    await claim('of-pod', 2, {
      annotations: { 'resource.kubernetes.io/extended-resource-claim': 'true' },
      ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name: 'p', uid, controller: true }],
    });
    await expectUsed({ 'requests.a.b/gpu': '2', [`requests.${implicit}`]: '2' });
    await claim('other', 1);
    await expectUsed({ 'requests.a.b/gpu': '3', [`requests.${implicit}`]: '3' });
    expect(await refusal(claim('more', 1))).toBe(
      'resourceclaims.resource.k8s.io "more" is forbidden: exceeded quota: a, requested: requests.a.b/gpu=1, used: requests.a.b/gpu=3, limited: requests.a.b/gpu=3',
    );
  });

  it('counts objects of kinds that come later', async () => {
    await using cluster = await start();
    const hard = { 'count/widgets.example.com': '1', pods: '1' };
    await cluster.client.create(ResourceQuota, { metadata: { name: 'a', namespace }, spec: { hard } });
    const { expectUsed, used } = tools(cluster);
    await expectUsed({ pods: '0' });
    expect(await used()).toEqual({ pods: '0' });
    const schema = { openAPIV3Schema: { type: 'object' } };
    await cluster.client.create(CustomResourceDefinition, {
      metadata: { name: 'widgets.example.com' },
      spec: {
        group: 'example.com',
        names: { plural: 'widgets', kind: 'Widget' },
        scope: 'Namespaced',
        versions: [{ name: 'v1', served: true, storage: true, schema }],
      },
    });
    await expectUsed({ 'count/widgets.example.com': '0' });
  });

  it('follows its limits, and lets what is there be', async () => {
    await using cluster = await start();
    const { quota, map } = tools(cluster);
    await quota({ configmaps: '3' });
    await map('a');
    const spec = { hard: { configmaps: '1', 'count/secrets': '1' } };
    await cluster.client.patch(ResourceQuota, { name: 'a', namespace }, { type: 'merge', body: { spec } });
    await cluster.eventually(async () => {
      const { status } = await cluster.client.get(ResourceQuota, { name: 'a', namespace });
      expect(status).toEqual({ hard: spec.hard, used: { configmaps: '2', 'count/secrets': '0' } });
    });
    expect(await refusal(map('b'))).toContain('used: configmaps=2, limited: configmaps=1');
  });
});

describe('a limit range', () => {
  const limits = [
    {
      type: 'Container',
      max: { cpu: '2' },
      default: { cpu: '1', memory: '200Mi' },
      defaultRequest: { cpu: '500m' },
      maxLimitRequestRatio: { cpu: '2' },
    },
  ];

  it('fills in what containers leave out, before anything is charged, and refuses what is out of bounds', async () => {
    await using cluster = await start();
    const { quota, pod, expectUsed } = tools(cluster);
    await cluster.client.create(LimitRange, { metadata: { name: 'r', namespace }, spec: { limits } });
    await quota({ 'limits.cpu': '4', 'requests.memory': '1Gi' });
    const { metadata, spec } = await pod(
      'a',
      {},
      { initContainers: [{ name: 'i', image: 'i', resources: { requests: { cpu: '1', memory: '1Mi' } } }] },
    );
    expect(spec.containers[0]?.resources).toEqual({
      limits: { cpu: '1', memory: '200Mi' },
      requests: { cpu: '500m', memory: '200Mi' },
    });
    expect(metadata.annotations?.['kubernetes.io/limit-ranger']).toBe(
      'LimitRanger plugin set: cpu, memory request for container c; cpu, memory limit for container c; cpu, memory limit for init container i',
    );
    expect((await pod('plain', {}, { restartPolicy: 'Never' })).status.qosClass).toBe('Burstable');
    await expectUsed({ 'limits.cpu': '2', 'requests.memory': '400Mi' });
    expect(await refusal(pod('b', { limits: { cpu: '3' }, requests: { cpu: '1' } }))).toBe(
      'pods "b" is forbidden: [maximum cpu usage per Container is 2, but limit is 3, cpu max limit to request ratio per Container is 2, but provided ratio is 3.000000]',
    );
  });
});
