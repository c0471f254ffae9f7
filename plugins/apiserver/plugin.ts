import { clients } from '../../src/api/client.ts';
import { resources } from '../../src/api/resource.ts';
import { definePlugin } from '../../src/kernel/plugin.ts';
import { boolean, int32, list, object, string } from '../../src/schema/schema.ts';
import { store } from '../../src/store/store.ts';
import { auditors } from '../audit/contract.ts';
import { clusterCa } from '../auth/contract.ts';
import { flowControls, MAX_MUTATING_REQUESTS_INFLIGHT, MAX_REQUESTS_INFLIGHT } from '../flow-control/contract.ts';
import { advertiseAddress } from './advertise-address.ts';
import { createAuthentication } from './access/authenticate.ts';
import {
  admission,
  aggregations,
  apiAddress,
  apiReads,
  authentication,
  authenticators,
  authorization,
  authorizers,
  claimers,
  components,
  computedKinds,
  connectHandlers,
  healthChecks,
  metricSources,
  nonResourceRoutes,
  rewriters,
  subresourceHandlers,
  virtualKinds,
} from './contract.ts';
import { createApi } from './create-api.ts';
import { createReads } from './create-reads.ts';
import { openDoors } from './http/open-doors.ts';
import { createInProcessClients } from './in-process/in-process-client.ts';

export default definePlugin({
  name: 'apiserver',
  description: 'the Kubernetes API: one verb pipeline, over HTTPS and for the parts of this process',
  essential: true,
  config: object({
    /** `false`: for this process only, no port is opened. */
    serve: boolean().default(true),
    bindAddress: string().default('0.0.0.0'),
    httpsPort: int32().default(6443),
    advertiseAddress: string().default(''),
    serviceCidr: string().default('10.43.0.0/16'),
    clusterDomain: string().default('cluster.local'),
    tlsSan: list(string()).default([]),
    maxRequestsInflight: int32().default(MAX_REQUESTS_INFLIGHT),
    maxMutatingRequestsInflight: int32().default(MAX_MUTATING_REQUESTS_INFLIGHT),
  }),
  needs: { store, clusterCa },
  provides: [clients, apiReads, authorization, authentication, apiAddress],
  start: async context => {
    const { config, needs, world, log } = context;
    const api = createApi({
      world,
      log,
      store: needs.store,
      resources: context.collect(resources),
      authorizers: context.collect(authorizers),
      admission: context.collect(admission),
      claimers: context.collect(claimers),
      virtualKinds: context.collect(virtualKinds),
      computedKinds: context.collect(computedKinds),
      subresources: context.collect(subresourceHandlers),
      components: context.collect(components),
      auditors: context.collect(auditors),
      rewriters: context.collect(rewriters),
    });
    const authentication_ = createAuthentication(context.collect(authenticators));
    context.provide(clients, createInProcessClients(api));
    context.provide(apiReads, createReads(api, context.collect(aggregations)));
    context.provide(authorization, api.authorization);
    context.provide(authentication, authentication_);
    const address = config.advertiseAddress === '' ? await advertiseAddress(world) : config.advertiseAddress;
    let port = config.httpsPort;
    context.provide(apiAddress, {
      advertiseAddress: address,
      get port() {
        return port;
      },
    });
    if (!config.serve) return;
    context.ready(async () => {
      const doors = await openDoors({
        api,
        log,
        signal: context.signal,
        authentication: authentication_,
        clusterCa: needs.clusterCa,
        bindAddress: config.bindAddress,
        httpsPort: config.httpsPort,
        advertiseAddress: address,
        serviceCidr: config.serviceCidr,
        clusterDomain: config.clusterDomain,
        tlsSan: config.tlsSan,
        connects: context.collect(connectHandlers),
        routes: context.collect(nonResourceRoutes),
        healthChecks: context.collect(healthChecks),
        aggregations: context.collect(aggregations),
        flowControls: context.collect(flowControls),
        inFlight: { readOnly: config.maxRequestsInflight, mutating: config.maxMutatingRequestsInflight },
        metricSources: () => context.collect(metricSources),
      });
      port = doors.port;
      context.defer(async () => doors[Symbol.asyncDispose]());
    });
  },
});
