import { clients } from '../../src/api/client.ts';
import { definePlugin } from '../../src/kernel/plugin.ts';
import { object, string } from '../../src/schema/schema.ts';
import { caches } from '../../src/sdk/caches.ts';
import { eventRecorders } from '../../src/sdk/events.ts';
import { components, metricSources } from '../apiserver/contract.ts';
import { Namespace } from '../kinds/core/v1/namespace.ts';
import { Node } from '../kinds/core/v1/node.ts';
import { PersistentVolume } from '../kinds/core/v1/persistent-volume.ts';
import { PersistentVolumeClaim } from '../kinds/core/v1/persistent-volume-claim.ts';
import { PodDisruptionBudget } from '../kinds/policy/v1/pod-disruption-budget.ts';
import { StorageClass } from '../kinds/storage/v1/storage-class.ts';
import { volumeBinding } from './volumes/volume-binding-filter.ts';
import { VolumeClaimer } from './volumes/volume-claimer.ts';
import { Pod } from '../kinds/core/v1/pod.ts';
import { unlessOver } from '../../src/base/unless-over.ts';
import { elections } from '../leader-election/contract.ts';
import { schedulerFilters, schedulerScores, type SchedulerFilter } from './contract.ts';
import { nodeAffinity } from './filters/node-affinity.ts';
import { nodeName, nodeUnschedulable, taintToleration } from './filters/node-facts.ts';
import { interPodAffinity } from './filters/pod-affinity.ts';
import { podTopologySpread } from './filters/topology-spread.ts';
import { podAffinityPreference } from './scores/pod-affinity.ts';
import { spreadPreference } from './scores/spread.ts';
import { nodePorts } from './filters/node-ports.ts';
import { nodeResourcesFit } from './filters/resources-fit.ts';
import { Scheduler } from './scheduler.ts';
import { imageLocality } from './scores/image-locality.ts';
import { nodePreference, taintPreference } from './scores/preferences.ts';
import { balancedAllocation, leastAllocated } from './scores/resources.ts';

const USER = { name: 'system:kube-scheduler', groups: ['system:authenticated'] };

export default definePlugin({
  name: 'scheduler',
  description: 'gives pods their nodes',
  config: object({ schedulerName: string().default('default-scheduler') }),
  needs: { clients, caches, eventRecorders, elections },
  contributes: [
    components({ name: 'scheduler' }),
    schedulerFilters(
      nodeUnschedulable,
      nodeName,
      taintToleration,
      nodeAffinity,
      nodePorts,
      nodeResourcesFit,
      podTopologySpread,
      interPodAffinity,
    ),
    schedulerScores(
      taintPreference,
      nodePreference,
      leastAllocated,
      balancedAllocation,
      imageLocality,
      podAffinityPreference,
      spreadPreference,
    ),
  ],
  start: context => {
    const { needs, config, world, log, signal } = context;
    const name = config.schedulerName;
    const client = needs.clients.as(USER, { fieldManager: 'kube-scheduler' });
    const volumes = {
      volumes: needs.caches.of(PersistentVolume),
      claims: needs.caches.of(PersistentVolumeClaim),
      classes: needs.caches.of(StorageClass),
    };
    context.contribute(schedulerFilters, volumeBinding(volumes));
    const scheduler = new Scheduler({
      volumes: new VolumeClaimer(volumes, client),
      name,
      client,
      pods: needs.caches.of(Pod),
      nodes: needs.caches.of(Node),
      namespaces: needs.caches.of(Namespace),
      budgets: needs.caches.of(PodDisruptionBudget),
      events: needs.eventRecorders.recorder(client, { component: name }),
      world,
      log,
      signal,
      rules: () => ({
        filters: context.collect(schedulerFilters).toSorted((a, b) => orderOf(a) - orderOf(b)),
        scores: context.collect(schedulerScores),
      }),
    });
    context.contribute(metricSources, { collect: () => scheduler.collectMetrics() });
    context.ready(() => {
      const changed = () => scheduler.volumesChanged();
      for (const cache of Object.values(volumes)) {
        const subscription = cache.subscribe({ changed, removed: changed });
        context.defer(() => subscription[Symbol.dispose]());
      }
      const candidate = { name: 'kube-scheduler', user: USER, signal, lost: context.fail };
      const run = async (): Promise<void> => {
        await needs.elections.won(candidate);
        await scheduler.run();
      };
      run().catch(unlessOver(signal, context.fail));
    });
  },
});

const orderOf = ({ order = 1000 }: SchedulerFilter): number => order;
