import { clients } from '../../../src/api/client.ts';
import { resources } from '../../../src/api/resource.ts';
import { LOOPBACK_USER } from '../../../src/api/user-info.ts';
import { definePlugin } from '../../../src/kernel/plugin.ts';
import { caches } from '../../../src/sdk/caches.ts';
import { runController } from '../../../src/sdk/controller-runner.ts';
import { eventRecorders } from '../../../src/sdk/events.ts';
import { aggregations, healthChecks, metricSources } from '../../apiserver/contract.ts';
import { frontProxyCa } from '../../auth/contract.ts';
import { CustomResourceDefinition } from '../../kinds/apiextensions/v1/custom-resource-definition.ts';
import { APIService } from '../../kinds/apiregistration/v1/api-service.ts';
import { clientCredentials } from '../client-credentials.ts';
import { AggregatedApis } from './aggregated-apis.ts';
import { unavailableApis } from './unavailable-apis.ts';
import { availabilityController } from './availability-controller.ts';
import { LocalApis } from './local-apis.ts';

export default definePlugin({
  name: 'aggregation',
  description: 'APIs that other servers answer, by their APIServices, and APIServices of those answered here',
  needs: { clients, caches, eventRecorders, frontProxyCa },
  start(context) {
    const { needs, world, log, signal } = context;
    const client = needs.clients.as(LOOPBACK_USER, { fieldManager: 'kube-apiserver' });
    const services = needs.caches.of(APIService);
    const definitions = needs.caches.of(CustomResourceDefinition);
    const credentials = clientCredentials(needs.frontProxyCa, PROXY_CLIENT, log, signal);
    const apis = new AggregatedApis({ world, caches: needs.caches, credentials });
    const subscription = services.subscribe(apis);
    context.defer(() => subscription[Symbol.dispose]());
    context.contribute(aggregations, apis);
    context.contribute(metricSources, { collect: () => [unavailableApis(services.list())] });
    context.ready(async () => {
      const controller = availabilityController(apis);
      const events = needs.eventRecorders.recorder(client, { component: controller.name });
      runController(controller, { caches: needs.caches, client, events, world, log, signal });
      await Promise.all([services.synced, definitions.synced]);
      const live = context.collect(resources);
      const local = new LocalApis({
        client,
        timers: world.timers,
        log,
        services,
        definitions,
        resources: live,
        signal,
      });
      context.contribute(healthChecks, { name: 'autoregister-completion', live: false, check: local.requireComplete });
      context.follow(resources, () => {
        local.wake();
        return { [Symbol.dispose]: () => local.wake() };
      });
      const wake = (): void => local.wake();
      const following = services.subscribe({ changed: wake, removed: wake });
      context.defer(() => following[Symbol.dispose]());
    });
  },
});

/** As kubeadm names it; told to servers behind this one as the only name to be believed. */
const PROXY_CLIENT = 'front-proxy-client';
