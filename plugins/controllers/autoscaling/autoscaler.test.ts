import { afterAll, beforeAll, expect, it } from 'vitest';
import { resources } from '../../../src/api/resource.ts';
import { timeOf } from '../../../src/base/timestamp.ts';
import { definePlugin } from '../../../src/kernel/plugin.ts';
import { caches } from '../../../src/sdk/caches.ts';
import { fakeNodes } from '../../../src/sdk/testing/fake-nodes.ts';
import { startCluster, type TestCluster } from '../../../src/sdk/testing/cluster.ts';
import { computedKindFor, computedKinds, type ComputedObject } from '../../apiserver/contract.ts';
import { resourcesOf } from '../../custom-resources/resource-of-version.ts';
import { CustomResourceDefinition } from '../../kinds/apiextensions/v1/custom-resource-definition.ts';
import { Deployment } from '../../kinds/apps/v1/deployment.ts';
import { HorizontalPodAutoscaler } from '../../kinds/autoscaling/v2/horizontal-pod-autoscaler.ts';
import { Event } from '../../kinds/core/v1/event.ts';
import { Pod } from '../../kinds/core/v1/pod.ts';
import { PodMetrics } from '../../kinds/metrics/v1beta1/pod-metrics.ts';

/** What each pod of a name uses of the processor. */
const usage = new Map<string, string>();

const metrics = definePlugin({
  name: 'test-metrics',
  needs: { caches },
  start({ needs, world, contribute }) {
    const pods = needs.caches.of(Pod);
    const used = ({ metadata }: Pod): readonly ComputedObject<typeof PodMetrics>[] => {
      const cpu = usage.get(metadata.labels?.['app'] ?? '');
      if (cpu === undefined) return [];
      // Long after it turned ready.
      const timestamp = timeOf(world.clock.now() + 60_000);
      return [{ metadata, timestamp, window: '15s', containers: [{ name: 'c', usage: { cpu, memory: '1Mi' } }] }];
    };
    contribute(
      computedKinds,
      computedKindFor(PodMetrics, {
        get: () => Promise.reject(new Error('nobody asks for one')),
        list: async namespace => pods.list(namespace).flatMap(used),
      }),
    );
    contribute(resources, PodMetrics);
  },
});

let cluster: TestCluster;
beforeAll(async () => {
  cluster = await startCluster({ plugins: [fakeNodes(), metrics] });
});
afterAll(() => cluster[Symbol.asyncDispose]());

const key = (name: string) => ({ name, namespace: 'default' });
const deploy = (name: string, replicas: number) =>
  cluster.client.create(Deployment, {
    metadata: key(name),
    spec: {
      replicas,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: { containers: [{ name: 'c', image: 'i', resources: { requests: { cpu: '100m' } } }] },
      },
    },
  });
const running = (name: string, count: number) =>
  cluster.eventually(async () => {
    const { items } = await cluster.client.list(Pod, { namespace: 'default', labelSelector: `app=${name}` });
    expect(items.filter(({ status }) => status.phase === 'Running')).toHaveLength(count);
  });
const autoscale = (name: string, spec: object = {}) =>
  cluster.client.create(HorizontalPodAutoscaler, {
    metadata: key(name),
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
      maxReplicas: 10,
      metrics: [
        { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } } },
      ],
      ...spec,
    },
  });
const conditions = async (name: string) => {
  const { status } = await cluster.client.get(HorizontalPodAutoscaler, key(name));
  return (status.conditions ?? []).map(each => `${each.type} ${each.status} ${each.reason}: ${each.message}`);
};
const events = async (name: string) => {
  const { items } = await cluster.client.list(Event, { namespace: 'default' });
  return items
    .filter(({ involvedObject }) => involvedObject.name === name)
    .map(({ reason, message }) => `${reason}: ${message}`);
};

it('grows what uses more than it should', async () => {
  usage.set('busy', '110m');
  await deploy('busy', 2);
  await running('busy', 2);
  await autoscale('busy');
  await running('busy', 4);
  await cluster.eventually(async () => {
    expect(await conditions('busy')).toEqual([
      'AbleToScale True SucceededRescale: the HPA controller was able to update the target scale to 4',
      'ScalingActive True ValidMetricFound: the HPA was able to successfully calculate a replica count from cpu resource utilization (percentage of request)',
      'ScalingLimited True ScaleUpLimit: the desired replica count is increasing faster than the maximum scale rate',
    ]);
    expect(await events('busy')).toContain(
      'SuccessfulRescale: New size: 4; reason: cpu resource utilization (percentage of request) above target',
    );
  });
  const { status } = await cluster.client.get(HorizontalPodAutoscaler, key('busy'));
  expect(status).toMatchObject({
    currentReplicas: 2,
    desiredReplicas: 4,
    currentMetrics: [
      { type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: 110, averageValue: '110m' } } },
    ],
  });
  expect(status.lastScaleTime).toBeDefined();
});

it('looks again when its spec changes, and at once', async () => {
  usage.set('steady', '50m');
  await deploy('steady', 2);
  await running('steady', 2);
  await autoscale('steady');
  await cluster.eventually(async () => expect((await conditions('steady'))[0]).toContain('ReadyForNewScale'));
  await cluster.client.patch(HorizontalPodAutoscaler, key('steady'), {
    type: 'merge',
    body: { spec: { minReplicas: 3 } },
  });
  await running('steady', 3);
  await cluster.eventually(async () =>
    expect(await events('steady')).toContain(
      'SuccessfulRescale: New size: 3; reason: Current number of replicas below Spec.MinReplicas',
    ),
  );
});

it('tells why it cannot tell', async () => {
  await deploy('unknown', 1);
  await running('unknown', 1);
  await autoscale('unknown', {
    metrics: [
      { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } } },
      { type: 'External', external: { metric: { name: 'queue' }, target: { type: 'Value', value: '5' } } },
    ],
  });
  const why =
    'failed to get cpu utilization: unable to get metrics for resource cpu: no metrics returned from resource metrics API';
  await cluster.eventually(async () => {
    expect((await conditions('unknown'))[1]).toBe(
      `ScalingActive False FailedGetResourceMetric: the HPA was unable to compute the replica count: ${why}`,
    );
    const told = await events('unknown');
    expect(told).toContain(`FailedGetResourceMetric: ${why}`);
    expect(told).toContain(
      'FailedGetExternalMetric: unable to get external metric default/queue/nil: unable to fetch metrics from external metrics API: the server could not find the requested resource',
    );
    expect(told).toContain(
      `FailedComputeMetricsReplicas: invalid metrics (2 invalid out of 2), first error is: failed to get cpu resource metric value: ${why}`,
    );
  });
});

it.each([
  ['absent', { apiVersion: 'apps/v1', kind: 'Deployment', name: 'absent' }, 'deployments.apps "absent" not found'],
  ['odd', { apiVersion: 'odd.io/v1', kind: 'Odd', name: 'x' }, 'no matches for kind "Odd" in group "odd.io"'],
])('tells that there is nothing to scale: %s', async (name, scaleTargetRef, message) => {
  await autoscale(name, { scaleTargetRef });
  await cluster.eventually(async () => {
    expect(await conditions(name)).toEqual([
      `AbleToScale False FailedGetScale: the HPA controller was unable to get the target's current scale: ${message}`,
    ]);
    expect(await events(name)).toContain(`FailedGetScale: ${message}`);
  });
});

it('does not scale pods that another one scales', async () => {
  await autoscale('second', { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'steady' } });
  await cluster.eventually(async () => {
    expect((await conditions('second'))[1]).toBe(
      'ScalingActive False AmbiguousSelector: pods by selector app=steady are controlled by multiple HPAs: [{second default} {steady default}]',
    );
  });
});

it('scales kinds that others define', async () => {
  await cluster.client.create(CustomResourceDefinition, {
    metadata: { name: 'sets.own.io' },
    spec: {
      group: 'own.io',
      names: { plural: 'sets', singular: 'set', kind: 'Set' },
      scope: 'Namespaced',
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
          subresources: { scale: { specReplicasPath: '.spec.size', statusReplicasPath: '.status.size' } },
        },
      ],
    },
  });
  const definition = await cluster.eventually(async () => {
    const found = await cluster.client.get(CustomResourceDefinition, { name: 'sets.own.io' });
    expect((found.status.conditions ?? []).map(({ type }) => type)).toContain('Established');
    return found;
  });
  const [kind] = resourcesOf(definition);
  if (kind === undefined) throw new Error('no kind');
  await cluster.client.create(kind, { metadata: key('own'), spec: { size: 9 } });
  await autoscale('own', { scaleTargetRef: { apiVersion: 'own.io/v1', kind: 'Set', name: 'own' }, maxReplicas: 3 });
  await cluster.eventually(async () => {
    expect(await cluster.client.get(kind, key('own'))).toMatchObject({ spec: { size: 3 } });
    expect(await events('own')).toContain(
      'SuccessfulRescale: New size: 3; reason: Current number of replicas above Spec.MaxReplicas',
    );
  });
});
