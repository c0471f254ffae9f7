import { clients } from '../../src/api/client.ts';
import { resources } from '../../src/api/resource.ts';
import { forbiddenError } from '../../src/api/status-error.ts';
import { LOOPBACK_USER } from '../../src/api/user-info.ts';
import { definePlugin } from '../../src/kernel/plugin.ts';
import { caches } from '../../src/sdk/caches.ts';
import { runController } from '../../src/sdk/controller-runner.ts';
import { eventRecorders } from '../../src/sdk/events.ts';
import { startHook } from '../../src/sdk/start-hook.ts';
import { admission, healthChecks } from '../apiserver/contract.ts';
import { CustomResourceDefinition } from '../kinds/apiextensions/v1/custom-resource-definition.ts';
import { webhookCalls } from '../webhooks/contract.ts';
import { definitionController } from './definition-controller.ts';
import { ServedDefinitions } from './served-definitions.ts';

export default definePlugin({
  name: 'custom-resources',
  description: 'serves the kinds that CustomResourceDefinitions define',
  needs: { clients, caches, eventRecorders, webhookCalls },
  start: context => {
    const { needs, world, log, signal } = context;
    const definitions = needs.caches.of(CustomResourceDefinition);
    context.contribute(admission, {
      name: 'custom-resource-definitions',
      order: 0,
      resources: ['*'],
      validate: ({ operation, resource, name }) => {
        if (operation !== 'CREATE' || resource.custom === undefined) return;
        const definition = definitions.get(`${resource.plural}.${resource.group}`);
        if (definition?.metadata.deletionTimestamp !== undefined) throw forbiddenError(resource, name, TERMINATING);
      },
    });
    const hook = startHook('crd-informer-synced');
    context.contribute(healthChecks, hook.healthCheck);
    context.ready(async () => {
      const asking = { calls: needs.webhookCalls, random: world.random };
      const served = new ServedDefinitions(asking, kinds => context.contribute(resources, ...kinds));
      const subscription = definitions.subscribe(served);
      context.defer(() => subscription[Symbol.dispose]());
      const client = needs.clients.as(LOOPBACK_USER, { fieldManager: 'kube-apiserver' });
      const events = needs.eventRecorders.recorder(client, { component: definitionController.name });
      runController(definitionController, { caches: needs.caches, client, events, world, log, signal });
      await definitions.synced;
      hook.done();
    });
  },
});

const TERMINATING = 'create not allowed while custom resource definition is terminating';
