import { startCluster, type TestCluster } from '../../../src/sdk/testing/cluster.ts';
import { metricsText } from '../../../src/base/metrics-text.ts';
import { definePlugin, type Contribution } from '../../../src/kernel/plugin.ts';
import type { Resource } from '../../../src/api/resource.ts';
import { MutatingWebhookConfiguration } from '../../kinds/admissionregistration/v1/mutating-webhook-configuration.ts';
import { ValidatingWebhookConfiguration } from '../../kinds/admissionregistration/v1/validating-webhook-configuration.ts';
import { metricSources, type MetricSource } from '../../apiserver/contract.ts';
import { Namespace } from '../../kinds/core/v1/namespace.ts';
import { webhookServer, type WebhookServer } from './webhook-server.ts';

/** A cluster without controllers, with a namespace `blue`, and webhooks that it may ask. */
export interface WebhookCluster extends TestCluster {
  readonly server: WebhookServer;
  /** What plugins count. */
  metrics(): string;
  /** A webhook at a path of the server, for ConfigMaps unless `more` says otherwise. */
  hook(path: string, more?: object): object;
  /** Deletes what configures webhooks, and all objects of these kinds; forgets answers, and what was asked. */
  clear(...kinds: readonly Resource[]): Promise<void>;
}

/** A rule that all ConfigMaps meet. */
export const CONFIG_MAPS = { operations: ['*'], apiGroups: ['*'], apiVersions: ['*'], resources: ['configmaps'] };

export async function startWebhookCluster(watching: Contribution): Promise<WebhookCluster> {
  const server = await webhookServer();
  let sources: readonly MetricSource[] = [];
  const plugin = definePlugin({
    name: 'watching',
    contributes: [watching],
    start: context => {
      sources = context.collect(metricSources);
    },
  });
  const cluster = await startCluster({ plugins: [plugin], without: ['controllers', 'scheduler'] });
  const { client } = cluster;
  await client.create(Namespace, { metadata: { name: 'blue', labels: { color: 'blue' } } });
  return {
    ...cluster,
    server,
    metrics: () => metricsText(sources.flatMap(({ collect }) => collect())),
    hook: (path, more = {}) => ({
      name: `${path}.webhooks.test`,
      sideEffects: 'None',
      admissionReviewVersions: ['v1', 'v1beta1'],
      clientConfig: { url: `https://127.0.0.1:${server.port}/${path}`, caBundle: server.caBundle },
      rules: [CONFIG_MAPS],
      ...more,
    }),
    async clear(...kinds) {
      for (const kind of [MutatingWebhookConfiguration, ValidatingWebhookConfiguration, ...kinds]) {
        await client.deleteCollection(kind, {});
      }
      server.replies.clear();
      server.asked.length = 0;
    },
    async [Symbol.asyncDispose]() {
      await cluster[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}
