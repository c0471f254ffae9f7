import { clients } from '../../src/api/client.ts';
import { resources } from '../../src/api/resource.ts';
import { LOOPBACK_USER } from '../../src/api/user-info.ts';
import { definePlugin } from '../../src/kernel/plugin.ts';
import { caches, type Caches } from '../../src/sdk/caches.ts';
import { admission, authorization, metricSources } from '../apiserver/contract.ts';
import { MutatingWebhookConfiguration } from '../kinds/admissionregistration/v1/mutating-webhook-configuration.ts';
import { ValidatingWebhookConfiguration } from '../kinds/admissionregistration/v1/validating-webhook-configuration.ts';
import { Service } from '../kinds/core/v1/service.ts';
import { EndpointSlice } from '../kinds/discovery/v1/endpoint-slice.ts';
import { serviceKey, slicesByService } from '../kinds/discovery/v1/slices-of-service.ts';
import { webhookCalls } from './contract.ts';
import { hooksOf } from './hook.ts';
import { knownOnce } from './known-once.ts';
import { judgeDeletionByWebhooks, mutateByWebhooks, type DispatchDeps } from './mutate-by-webhooks.ts';
import { namespaceLabels } from './namespace-labels.ts';
import type { Resolve } from './open-connection.ts';
import { isExempt } from './request-of.ts';
import { serviceEndpoint } from './service-endpoint.ts';
import { validateByWebhooks } from './validate-by-webhooks.ts';
import { WebhookSeries } from './webhook-series.ts';
import { WebhookClient } from './webhook-client.ts';

/** After all that mutates by itself; after all that validates by itself, but before what counts what is let pass. */
const MUTATING_ORDER = 10_000;
const VALIDATING_ORDER = 11_000;

export default definePlugin({
  name: 'webhooks',
  description: 'asks admission webhooks, and calls those of others',
  essential: true,
  needs: { clients, caches, authorization },
  provides: [webhookCalls],
  start({ needs, world, log, collect, contribute, provide, defer }) {
    const calls = new WebhookClient(
      world,
      resolveBy(needs.caches, () => world.random.fraction()),
    );
    defer(() => calls[Symbol.asyncDispose]());
    provide(webhookCalls, calls);
    const series = new WebhookSeries();
    contribute(metricSources, { collect: () => series.collect() });
    const labelsOf = namespaceLabels(needs.caches, needs.clients.as(LOOPBACK_USER));
    const deps: DispatchDeps = {
      world,
      log,
      calls,
      series,
      served: collect(resources),
      labelsOf,
      authorization: needs.authorization,
    };
    const mutating = needs.caches.of(MutatingWebhookConfiguration);
    const validating = needs.caches.of(ValidatingWebhookConfiguration);
    contribute(
      admission,
      {
        name: 'MutatingAdmissionWebhook',
        order: MUTATING_ORDER,
        resources: ['*'],
        async mutate(request, passage) {
          const configurations = isExempt(request) ? [] : await knownOnce(mutating, request, world.timers);
          if (configurations.length === 0) return request.object;
          return mutateByWebhooks(deps, hooksOf(configurations), request, passage);
        },
        async validate(request) {
          if (request.operation !== 'DELETE') return;
          const configurations = isExempt(request) ? [] : await knownOnce(mutating, request, world.timers);
          if (configurations.length > 0) await judgeDeletionByWebhooks(deps, hooksOf(configurations), request);
        },
      },
      {
        name: 'ValidatingAdmissionWebhook',
        order: VALIDATING_ORDER,
        resources: ['*'],
        async validate(request) {
          const configurations = isExempt(request) ? [] : await knownOnce(validating, request, world.timers);
          if (configurations.length > 0) await validateByWebhooks(deps, hooksOf(configurations), request);
        },
      },
    );
  },
});

/** Services by their endpoints: this process is in no pod, and may be where no proxy runs. */
const resolveBy =
  (known: Caches, fraction: () => number): Resolve =>
  async ({ namespace, name, port }) => {
    const services = known.of(Service);
    const slices = known.of(EndpointSlice);
    await Promise.all([services.synced, slices.synced]);
    const own = slices.indexed(slicesByService, serviceKey(namespace, name));
    return serviceEndpoint(name, port, services.get(name, namespace), own, { fraction });
  };
