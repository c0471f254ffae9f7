import { expect, it } from 'vitest';
import type { Service } from '../kinds/core/v1/service.ts';
import { planHealthCheck } from './plan-health-check.ts';
import { endpoint, service, slice } from './testing/wire-objects.ts';

const node = { name: 'here', zone: undefined, addresses: ['127.0.0.1'] };
const here = { nodeName: 'here' };
const balanced = { type: 'LoadBalancer', externalTrafficPolicy: 'Local', healthCheckNodePort: 31_000 } as const;
const slices = [
  slice(
    [
      endpoint('10.42.0.1', here),
      endpoint('10.42.0.2', { ...here, conditions: { ready: false, serving: true, terminating: true } }),
      endpoint('10.42.0.3', { ...here, targetRef: { kind: 'Pod', uid: 'going' } }),
      endpoint('10.42.9.9', { nodeName: 'there' }),
    ],
    { name: 'one' },
  ),
  slice([endpoint('10.42.0.1', here), endpoint('10.42.0.4', { ...here, conditions: {} })], { name: 'two' }),
  slice([endpoint('fd00::1', here)], { name: 'six', addressType: 'IPv6' }),
];
const isGoing = (uid: string): boolean => uid === 'going';

it.each<[string, Partial<Service['spec']>, object | undefined]>([
  ['counts ready addresses of this node, each once', balanced, { port: 31_000, localEndpoints: 2 }],
  [
    'counts all that are published',
    { ...balanced, publishNotReadyAddresses: true },
    { port: 31_000, localEndpoints: 3 },
  ],
  ['is nobody’s without a port', { ...balanced, healthCheckNodePort: 0 }, undefined],
  ['is nobody’s where traffic goes anywhere', { ...balanced, externalTrafficPolicy: 'Cluster' }, undefined],
  ['is nobody’s without a balancer', { ...balanced, type: 'NodePort' }, undefined],
])('the health of a service %s', (_, spec, expected) => {
  expect(planHealthCheck(service(spec), slices, node, isGoing)).toEqual(expected);
});

it('the health of a service of another proxy is the other’s', () => {
  const labels = { 'service.kubernetes.io/service-proxy-name': 'other' };
  expect(planHealthCheck(service(balanced, { labels }), slices, node, isGoing)).toBeUndefined();
});
