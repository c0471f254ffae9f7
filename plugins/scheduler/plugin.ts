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
import { CSIDriver } from '../kinds/storage/v1/csi-driver.ts';
import { CSINode } from '../kinds/storage/v1/csi-node.ts';
import { CSIStorageCapacity } from '../kinds/storage/v1/csi-storage-capacity.ts';
import { DeviceClass } from '../kinds/resource/v1/device-class.ts';
import { ResourceClaim } from '../kinds/resource/v1/resource-claim.ts';
import { ResourceSlice } from '../kinds/resource/v1/resource-slice.ts';
import { StorageClass } from '../kinds/storage/v1/storage-class.ts';
import { VolumeAttachment } from '../kinds/storage/v1/volume-attachment.ts';
import { volumeBinding } from './volumes/volume-binding-filter.ts';
import { VolumeClaimer } from './volumes/volume-claimer.ts';
import { nodeVolumeLimits } from './volumes/volume-limits-filter.ts';
import { volumeRestrictions } from './volumes/volume-restrictions-filter.ts';
import { volumeZone } from './volumes/volume-zone-filter.ts';
import { Pod } from '../kinds/core/v1/pod.ts';
import { unlessOver } from '../../src/base/unless-over.ts';
import { elections } from '../leader-election/contract.ts';
import { schedulerFilters, schedulerScores, type SchedulerFilter } from './contract.ts';
import { DeviceAllocator } from './devices/device-allocator.ts';
import { DeviceClaimer } from './devices/device-claimer.ts';
import { dynamicResources } from './devices/device-claims-filter.ts';
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
      drivers: needs.caches.of(CSIDriver),
      capacities: needs.caches.of(CSIStorageCapacity),
      csiNodes: needs.caches.of(CSINode),
      attachments: needs.caches.of(VolumeAttachment),
    };
    const deviceCaches = {
      claims: needs.caches.of(ResourceClaim),
      classes: needs.caches.of(DeviceClass),
      slices: needs.caches.of(ResourceSlice),
    };
    const devices = new DeviceAllocator(deviceCaches, world);
    const events = needs.eventRecorders.recorder(client, { component: name });
    context.contribute(
      schedulerFilters,
      volumeRestrictions(volumes),
      nodeVolumeLimits(volumes),
      volumeBinding(volumes),
      volumeZone(volumes),
      dynamicResources(devices, world.clock),
      nodeResourcesFit(resource => devices.isDevices(resource)),
    );
    const scheduler: Scheduler = new Scheduler({
      volumes: new VolumeClaimer(volumes, client),
      devices: new DeviceClaimer({ devices, client, events, world, log, released: () => scheduler.devicesReleased() }),
      name,
      client,
      pods: needs.caches.of(Pod),
      nodes: needs.caches.of(Node),
      namespaces: needs.caches.of(Namespace),
      budgets: needs.caches.of(PodDisruptionBudget),
      events,
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
      const [changed, ignored] = [() => scheduler.volumesChanged(), () => undefined];
      const subscriptions = [
        ...followDevices(devices, scheduler),
        volumes.volumes.subscribe({ changed, removed: ignored }),
        volumes.claims.subscribe({ changed: claim => scheduler.claimChanged(claim), removed: ignored }),
        volumes.classes.subscribe({ changed, removed: ignored }),
        volumes.drivers.subscribe({ changed, removed: changed }),
        volumes.capacities.subscribe({ changed, removed: ignored }),
        volumes.csiNodes.subscribe({ changed, removed: changed }),
        volumes.attachments.subscribe({ changed: ignored, removed: changed }),
      ];
      context.defer(() => subscriptions.forEach(subscription => subscription[Symbol.dispose]()));
      const candidate = { name: 'kube-scheduler', user: USER, signal, lost: context.fail };
      const run = async (): Promise<void> => {
        await needs.elections.won(candidate);
        await devices.synced;
        await scheduler.run();
      };
      run().catch(unlessOver(signal, context.fail));
    });
  },
});

/** What it gives devices out of, and who waits for some. */
function followDevices(devices: DeviceAllocator, scheduler: Scheduler): readonly Disposable[] {
  const { claims, classes, slices } = devices.caches;
  const offers = { changed: () => scheduler.devicesChanged(), removed: () => undefined };
  return [
    devices.follow(),
    slices.subscribe(offers),
    classes.subscribe({ changed: deviceClass => scheduler.deviceClassChanged(deviceClass), removed: () => undefined }),
    claims.subscribe({
      changed: (claim, before) => scheduler.deviceClaimChanged(claim, before),
      removed: () => scheduler.devicesReleased(),
    }),
  ];
}

const orderOf = ({ order = 1000 }: SchedulerFilter): number => order;
