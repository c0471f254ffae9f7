import type { Key } from '../../../src/api/client.ts';
import type { Caches } from '../../../src/sdk/caches.ts';
import { defineController, reads, type Controller } from '../../../src/sdk/controller.ts';
import { LOCAL, withAvailability, type Availability } from '../../kinds/apiregistration/v1/availability.ts';
import { APIService } from '../../kinds/apiregistration/v1/api-service.ts';
import { Service } from '../../kinds/core/v1/service.ts';
import { EndpointSlice } from '../../kinds/discovery/v1/endpoint-slice.ts';
import { serviceOfSlice } from '../../kinds/discovery/v1/slices-of-service.ts';
import type { AggregatedApis } from './aggregated-apis.ts';

/** Says of each API whether requests to it are answered. Local ones are; servers of others are asked now and then. */
export const availabilityController = (apis: AggregatedApis): Controller =>
  defineController({
    name: 'apiservice-status-available-controller',
    primary: APIService,
    reads: [
      reads(Service, ({ metadata }, caches) => ofService(metadata.namespace, metadata.name, caches)),
      reads(EndpointSlice, (slice, caches) => ofService(slice.metadata.namespace, serviceOfSlice(slice) ?? '', caches)),
    ],
    writes: [APIService.canOn('status', 'update')],
    // One that does not answer is waited for.
    workers: 5,

    async reconcile({ object, nowMs }) {
      const backend = apis.backend(object.metadata.name);
      if (object.spec.service === undefined || backend === undefined) {
        return { status: withAvailability(object.status, LOCAL, nowMs) };
      }
      const plan = backend.plan();
      if (plan.type === 'unavailable') {
        backend.lose(apis.moved);
        return { status: withAvailability(object.status, plan.availability, nowMs) };
      }
      const problem = await backend.check(plan.endpoints, apis.moved);
      const availability = problem === undefined ? PASSED : failed(problem);
      return {
        status: withAvailability(object.status, availability, nowMs),
        requeueAfterMs: backend.nextCheckMs,
      };
    },
  });

const PASSED: Availability = { status: 'True', reason: 'Passed', message: 'all checks passed' };
const failed = (message: string): Availability => ({ status: 'False', reason: 'FailedDiscoveryCheck', message });

const ofService = (namespace = '', name: string, caches: Caches): readonly Key[] =>
  caches
    .of(APIService)
    .list()
    .filter(({ spec: { service } }) => service?.name === name && service.namespace === namespace)
    .map(({ metadata }) => metadata);
