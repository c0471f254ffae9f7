import { clients } from '../../src/api/client.ts';
import { resources } from '../../src/api/resource.ts';
import { LOOPBACK_USER } from '../../src/api/user-info.ts';
import { definePlugin } from '../../src/kernel/plugin.ts';
import { int32, object } from '../../src/schema/schema.ts';
import { caches } from '../../src/sdk/caches.ts';
import { controllers } from '../../src/sdk/controller.ts';
import { store } from '../../src/store/store.ts';
import { startHook } from '../../src/sdk/start-hook.ts';
import { healthChecks, metricSources, nonResourceRoutes } from '../apiserver/contract.ts';
import { BOOTSTRAP_CONFIGURATION, ensureFlowObjects } from './bootstrap-objects.ts';
import { flowControls, MAX_MUTATING_REQUESTS_INFLIGHT, MAX_REQUESTS_INFLIGHT } from './contract.ts';
import { dumpRoutes } from './dumps.ts';
import { FlowGate } from './flow-gate.ts';
import { flowMetrics } from './flow-metrics.ts';
import { followConfiguration } from './follow-configuration.ts';
import { KindCounts } from './kind-counts.ts';
import { levelController } from './level-controller.ts';
import { schemaController } from './schema-controller.ts';

export default definePlugin({
  name: 'flow-control',
  description: 'serves requests by priority and fairly, as many at once as the server can take',
  essential: true,
  needs: { clients, caches, store },
  config: object({
    maxRequestsInflight: int32().default(MAX_REQUESTS_INFLIGHT),
    maxMutatingRequestsInflight: int32().default(MAX_MUTATING_REQUESTS_INFLIGHT),
  }),
  contributes: [controllers(levelController, schemaController)],
  start({ config, needs, world, log, collect, contribute, ready, defer }) {
    const seats = Math.max(1, config.maxRequestsInflight + config.maxMutatingRequestsInflight);
    const kinds = new KindCounts({ store: needs.store, served: collect(resources), clock: world.clock, log });
    const gate = new FlowGate({ world, seats, kinds }, BOOTSTRAP_CONFIGURATION);
    contribute(flowControls, gate);
    contribute(metricSources, { collect: () => flowMetrics(gate.levels, gate.counts()) });
    contribute(nonResourceRoutes, ...dumpRoutes(gate.levels, world.clock));
    const following = followConfiguration(needs.caches, world.timers, configuration => gate.configure(configuration));
    defer(() => {
      following[Symbol.dispose]();
      gate[Symbol.dispose]();
    });
    const hook = startHook('priority-and-fairness-config-producer');
    contribute(healthChecks, hook.healthCheck);
    ready(async () => {
      await ensureFlowObjects(needs.clients.as(LOOPBACK_USER));
      hook.done();
    });
  },
});
