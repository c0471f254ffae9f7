import { expect, it } from 'vitest';
import type { Service } from '../../kinds/core/v1/service.ts';
import type { EndpointSlice } from '../../kinds/discovery/v1/endpoint-slice.ts';
import { planAvailability } from './plan-availability.ts';

const REFERENCE = { namespace: 'a', name: 's', port: 443 };
const service = (spec: object): Service => ({ spec }) as unknown as Service;
const slice = (endpoints: unknown, ports: unknown): EndpointSlice => ({ endpoints, ports }) as unknown as EndpointSlice;
const PORTS = { type: 'ClusterIP', ports: [{ port: 443, name: 'https' }] };
const HTTPS = [{ name: 'https', port: 8443 }];
const READY = { addresses: ['10.0.0.1', '10.0.0.9'], conditions: { ready: true } };
const UNKNOWN = { addresses: ['10.0.0.2'], conditions: {} };
const NOT_READY = { addresses: ['10.0.0.3'], conditions: { ready: false } };

it.each<[string, object | undefined, readonly EndpointSlice[], string | readonly object[]]>([
  ['no service', undefined, [], 'ServiceNotFound: service/s in "a" is not present'],
  [
    'no such port',
    { type: 'ClusterIP', ports: [{ port: 80 }] },
    [],
    'ServicePortError: service/s in "a" is not listening on port 443',
  ],
  ['no slices', PORTS, [], 'EndpointsNotFound: cannot find endpointslices for service/s in "a"'],
  [
    'nobody ready',
    PORTS,
    [slice([NOT_READY], HTTPS), slice(null, null)],
    'MissingEndpoints: endpointslices for service/s in "a" have no addresses with port name "https"',
  ],
  [
    'ready ones, and those that do not say',
    PORTS,
    [slice([READY, UNKNOWN, NOT_READY], [...HTTPS, { name: 'other', port: 1 }])],
    [
      { host: '10.0.0.1', port: 8443 },
      { host: '10.0.0.2', port: 8443 },
    ],
  ],
  ['a name outside', { type: 'ExternalName', externalName: 'x.y' }, [], [{ host: 'x.y', port: 443 }]],
  ['a balanced service without endpoints is asked for all the same', { ...PORTS, type: 'NodePort' }, [], []],
])('%s', (_case, spec, slices, expected) => {
  const plan = planAvailability(REFERENCE, spec === undefined ? undefined : service(spec), slices);
  const told = plan.type === 'ask' ? plan.endpoints : `${plan.availability.reason}: ${plan.availability.message}`;
  expect(told).toEqual(expected);
});
