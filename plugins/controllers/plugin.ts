import { clients } from '../../src/api/client.ts';
import { resources, type Resource } from '../../src/api/resource.ts';
import { definePlugin } from '../../src/kernel/plugin.ts';
import { caches } from '../../src/sdk/caches.ts';
import { unlessOver } from '../../src/base/unless-over.ts';
import { controllers } from '../../src/sdk/controller.ts';
import { runController } from '../../src/sdk/controller-runner.ts';
import { eventRecorders } from '../../src/sdk/events.ts';
import { componentRoles, CONTROLLER_NAMESPACE, controllerUser } from '../../src/sdk/roles.ts';
import { queueMetrics, type MeasuredQueue } from '../../src/sdk/queue-metrics.ts';
import { apiReads, components, metricSources } from '../apiserver/contract.ts';
import { clusterCa } from '../auth/contract.ts';
import { elections } from '../leader-election/contract.ts';
import { horizontalPodAutoscaler } from './autoscaling/autoscaler.ts';
import { daemonSetController } from './daemonset/daemonset.ts';
import { attachDetachController } from './attach-detach/attach-detach.ts';
import { cronJobController } from './cronjob/cronjob.ts';
import { deploymentController } from './deployment/deployment.ts';
import { disruptionController } from './disruption/disruption.ts';
import { claimsOfPods } from './devices/claims-of-pods.ts';
import { deviceTaintEviction } from './devices/device-taint-eviction.ts';
import { unusedClaims } from './devices/unused-claims.ts';
import { endpointsController } from './endpoints/endpoints.ts';
import { endpointSliceController } from './endpoints/endpointslice.ts';
import { endpointSliceMirroringController } from './endpoints/endpointslice-mirroring.ts';
import { GarbageCollector } from './garbage-collector/garbage-collector.ts';
import { jobController } from './job/job.ts';
import { orphanedPodController } from './job/orphaned-pods.ts';
import { ttlAfterFinishedController } from './job/ttl-after-finished.ts';
import { namespaceController } from './namespace/namespace.ts';
import { nodeLifecycleController } from './node-lifecycle/node-lifecycle.ts';
import { podGarbageCollector } from './node-lifecycle/pod-gc.ts';
import { taintEvictionController } from './node-lifecycle/taint-eviction.ts';
import { replicaSetController } from './replicaset/replicaset.ts';
import { replicationController } from './replicaset/replication-controller.ts';
import { rootCaPublisher } from './root-ca.ts';
import { serviceAccountController } from './service-account.ts';
import { claimBinder } from './volumes/claim-binder.ts';
import { ephemeralClaims } from './volumes/ephemeral-claims.ts';
import { attributesProtection, claimProtection, volumeProtection } from './volumes/storage-protection.ts';
import { volumeBinder } from './volumes/volume-binder.ts';
import { statefulSetController } from './statefulset/statefulset.ts';

const MANAGER = 'kube-controller-manager';
const GARBAGE_COLLECTOR = 'generic-garbage-collector';

export default definePlugin({
  name: 'controllers',
  description: 'runs the built-in controllers and those of other plugins',
  needs: { apiReads, clients, caches, eventRecorders, clusterCa, elections },
  contributes: [
    components({ name: 'controller-manager' }),
    componentRoles({
      name: `system:controller:${GARBAGE_COLLECTOR}`,
      rules: [{ apiGroups: ['*'], resources: ['*'], verbs: ['get', 'list', 'watch', 'patch', 'update', 'delete'] }],
      serviceAccount: { namespace: CONTROLLER_NAMESPACE, name: GARBAGE_COLLECTOR },
    }),
    controllers(
      cronJobController(),
      deploymentController,
      deviceTaintEviction(),
      disruptionController,
      replicaSetController,
      replicationController,
      endpointsController(),
      endpointSliceController(),
      endpointSliceMirroringController,
      jobController,
      orphanedPodController,
      serviceAccountController,
      statefulSetController,
      attributesProtection,
      claimBinder,
      claimsOfPods,
      claimProtection,
      ephemeralClaims,
      volumeBinder,
      volumeProtection,
      taintEvictionController(),
      ttlAfterFinishedController,
      unusedClaims,
      podGarbageCollector(),
      daemonSetController(),
    ),
  ],
  start: context => {
    const { needs, world, log, signal } = context;
    const allResources = (): readonly Resource[] => context.collect(resources);
    context.contribute(
      controllers,
      rootCaPublisher(needs.clusterCa.caCertificate),
      namespaceController(allResources),
      nodeLifecycleController(world.clock),
      attachDetachController(world.clock),
      horizontalPodAutoscaler(
        path => needs.apiReads.get(controllerUser('horizontal-pod-autoscaler'), path),
        allResources,
      ),
    );
    const collector = new GarbageCollector({
      client: needs.clients.as(controllerUser(GARBAGE_COLLECTOR), { fieldManager: MANAGER }),
      world,
      log: log.child({ name: GARBAGE_COLLECTOR }),
      signal,
      resources: allResources,
    });
    const queues = new Map<string, MeasuredQueue>([[GARBAGE_COLLECTOR, collector.queue]]);
    context.contribute(metricSources, { collect: () => queueMetrics(queues) });
    const run = (): void => {
      collector.start();
      context.follow(controllers, contributed => {
        const stop = new AbortController();
        for (const controller of contributed) {
          const { name } = controller;
          const client = needs.clients.as(controllerUser(name), { fieldManager: MANAGER });
          const events = needs.eventRecorders.recorder(client, { component: name });
          const runtime = { caches: needs.caches, client, events, world, log: log.child({ name }) };
          const { queue } = runController(controller, { ...runtime, signal: AbortSignal.any([signal, stop.signal]) });
          queues.set(name, queue);
        }
        return {
          [Symbol.dispose]: () => {
            stop.abort();
            for (const { name } of contributed) queues.delete(name);
          },
        };
      });
    };
    context.ready(() => {
      const user = { name: `system:${MANAGER}`, groups: ['system:authenticated'] };
      needs.elections
        .won({ name: MANAGER, user, signal, lost: context.fail })
        .then(run, unlessOver(signal, context.fail));
    });
  },
});
