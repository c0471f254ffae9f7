import { clients } from '../../src/api/client.ts';
import { definePlugin } from '../../src/kernel/plugin.ts';
import { caches } from '../../src/sdk/caches.ts';
import { controllers } from '../../src/sdk/controller.ts';
import { runController } from '../../src/sdk/controller-runner.ts';
import { eventRecorders } from '../../src/sdk/events.ts';
import { controllerUser } from '../../src/sdk/roles.ts';
import { clusterCa } from '../auth/contract.ts';
import { deploymentController } from './deployment/deployment.ts';
import { endpointsController } from './endpoints/endpoints.ts';
import { endpointSliceController } from './endpoints/endpointslice.ts';
import { replicaSetController } from './replicaset/replicaset.ts';
import { replicationController } from './replicaset/replication-controller.ts';
import { rootCaPublisher } from './root-ca.ts';
import { serviceAccountController } from './service-account.ts';

export default definePlugin({
  name: 'controllers',
  description: 'runs the built-in controllers and those of other plugins',
  needs: { clients, caches, eventRecorders, clusterCa },
  contributes: [
    controllers(
      deploymentController,
      replicaSetController,
      replicationController,
      endpointsController,
      endpointSliceController,
      serviceAccountController,
    ),
  ],
  start: context => {
    const { needs, world, log, signal } = context;
    context.contribute(controllers, rootCaPublisher(needs.clusterCa.caCertificate));
    context.ready(() => {
      for (const controller of context.collect(controllers)) {
        const { name } = controller;
        const client = needs.clients.as(controllerUser(name), { fieldManager: 'kube-controller-manager' });
        const events = needs.eventRecorders.recorder(client, { component: name });
        runController(controller, { caches: needs.caches, client, events, world, log: log.child({ name }), signal });
      }
    });
  },
});
