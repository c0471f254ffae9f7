import { describe, expect, it } from 'vitest';
import { PersistentVolumeClaim } from '../../kinds/core/v1/persistent-volume-claim.ts';
import { Pod } from '../../kinds/core/v1/pod.ts';
import { Service } from '../../kinds/core/v1/service.ts';
import { ResourceClaim } from '../../kinds/resource/v1/resource-claim.ts';
import { settled } from '../../kinds/testing/settled.ts';
import { listOf } from '../amounts.ts';
import { claimEvaluator } from './claim-evaluator.ts';
import { countEvaluator } from './count-evaluator.ts';
import { deviceClaimEvaluator, type DeviceFacts } from './device-claim-evaluator.ts';
import { Evaluators } from './evaluators.ts';
import { podEvaluator } from './pod-evaluator.ts';
import { selectsScopeValues } from './selects-scope-values.ts';
import { serviceEvaluator } from './service-evaluator.ts';

const NOW = Date.parse('2026-01-01T01:00:00Z');
const container = (resources: object, more: object = {}) => ({ name: 'c', image: 'i', resources, ...more });
const pod = (spec: object, status: object = {}, metadata: object = {}): Pod => {
  const base = settled(Pod, { metadata: {}, spec: { containers: [container({})], ...spec }, status });
  return { ...base, metadata: { ...base.metadata, ...metadata } };
};
const requests = (amounts: object) => ({ containers: [container({ requests: amounts })] });

describe('a pod', () => {
  it.each<[string, Pod, Record<string, string>]>([
    ['nothing said', pod({}), { pods: '1' }],
    [
      'requests and limits',
      pod({
        containers: [container({ requests: { cpu: '100m' }, limits: { cpu: '1', memory: '1Gi', 'a.b/c': '2' } })],
      }),
      {
        pods: '1',
        cpu: '100m',
        'requests.cpu': '100m',
        'limits.cpu': '1',
        memory: '1Gi',
        'requests.memory': '1Gi',
        'limits.memory': '1Gi',
        'requests.a.b/c': '2',
      },
    ],
    [
      'huge pages by both names',
      pod({ containers: [container({ limits: { 'hugepages-2Mi': '4Mi', cpu: '1' } })] }),
      {
        pods: '1',
        cpu: '1',
        'requests.cpu': '1',
        'limits.cpu': '1',
        'hugepages-2Mi': '4Mi',
        'requests.hugepages-2Mi': '4Mi',
      },
    ],
    [
      'the largest init container, beside sidecars',
      pod({
        ...requests({ cpu: '1' }),
        initContainers: [
          container({ requests: { cpu: '1' } }, { restartPolicy: 'Always' }),
          container({ requests: { cpu: '3' } }),
        ],
      }),
      { pods: '1', cpu: '4', 'requests.cpu': '4' },
    ],
    [
      'what the pod says of itself, and what running it takes',
      pod({ ...requests({ cpu: '1' }), resources: { requests: { cpu: '3' } }, overhead: { cpu: '250m' } }),
      { pods: '1', cpu: '3250m', 'requests.cpu': '3250m' },
    ],
    [
      'what is held, while it is more than what is wanted',
      pod(requests({ cpu: '1' }), {
        containerStatuses: [{ name: 'c', allocatedResources: { cpu: '2' }, resources: { requests: { cpu: '3' } } }],
      }),
      { pods: '1', cpu: '3', 'requests.cpu': '3' },
    ],
    [
      'what is held, where what is wanted cannot be',
      pod(requests({ cpu: '9' }), {
        conditions: [{ type: 'PodResizePending', status: 'True', reason: 'Infeasible' }],
        containerStatuses: [{ name: 'c', allocatedResources: { cpu: '2' }, resources: { requests: { cpu: '1' } } }],
      }),
      { pods: '1', cpu: '2', 'requests.cpu': '2' },
    ],
    ['an end', pod(requests({ cpu: '1' }), { phase: 'Failed' }), {}],
    [
      'an end that is overdue',
      pod({}, {}, { deletionTimestamp: '2026-01-01T00:59:00Z', deletionGracePeriodSeconds: 30 }),
      {},
    ],
    [
      'an end that is not',
      pod({}, {}, { deletionTimestamp: '2026-01-01T00:59:40Z', deletionGracePeriodSeconds: 30 }),
      { pods: '1' },
    ],
  ])('is charged for %s', (_, object, expected) => {
    expect(listOf(podEvaluator.usage(object, NOW))).toEqual({ 'count/pods': '1', ...expected });
  });

  it.each([
    [['cpu', 'limits.memory', 'requests.ephemeral-storage', 'hugepages-2Mi', 'requests.a.b/c', 'count/pods'], true],
    [['a.b/c', 'services', 'requests.storage', 'requests.kubernetes.io/c', 'count/pods.a'], false],
  ])('is what %j count: %j', (names, expected) => {
    expect(names.map(name => podEvaluator.counts(name))).toEqual(names.map(() => expected));
  });

  it('must say what a quota limits, container by container, unless it speaks for all', () => {
    const names = new Set(['cpu', 'limits.memory', 'pods']);
    const silent = { containers: [container({ requests: { cpu: '1' } }), container({}, { name: 'b' })] };
    expect(podEvaluator.lacks?.(names, pod(silent))).toBe('must specify cpu for: b; limits.memory for: b,c');
    expect(podEvaluator.lacks?.(names, pod({ ...silent, resources: { limits: { cpu: '4' } } }))).toBeUndefined();
  });
});

it.each<[object, string, string]>([
  [{ type: 'ClusterIP' }, '0', '0'],
  [{ type: 'NodePort' }, '2', '0'],
  [{ type: 'LoadBalancer' }, '2', '1'],
  [{ type: 'LoadBalancer', allocateLoadBalancerNodePorts: false }, '1', '1'],
])('a service of %j', (spec, nodePorts, balancers) => {
  const ports = [
    { name: 'a', port: 80, nodePort: 30_080 },
    { name: 'b', port: 81 },
  ];
  const object = settled(Service, { metadata: {}, spec: { ports, ...spec } });
  expect(listOf(serviceEvaluator.usage(object, NOW))).toEqual({
    'count/services': '1',
    services: '1',
    'services.nodeports': nodePorts,
    'services.loadbalancers': balancers,
  });
});

describe('a claim', () => {
  const claim = (spec: object, status: object = {}) =>
    settled(PersistentVolumeClaim, {
      metadata: {},
      spec: { resources: { requests: { storage: '1500m' } }, ...spec },
      status,
    });
  it('is charged in whole bytes, to its class too', () => {
    expect(listOf(claimEvaluator.usage(claim({ storageClassName: 'g' }), NOW))).toEqual({
      'count/persistentvolumeclaims': '1',
      persistentvolumeclaims: '1',
      'requests.storage': '2',
      'g.storageclass.storage.k8s.io/persistentvolumeclaims': '1',
      'g.storageclass.storage.k8s.io/requests.storage': '2',
    });
    const grown = claim({}, { allocatedResources: { storage: '5' } });
    expect(listOf(claimEvaluator.usage(grown, NOW))).toMatchObject({ 'requests.storage': '5' });
    expect(claimEvaluator.hasChanged(grown, claim({}), NOW)).toBe(true);
  });
  it('is within the scope of any class that it has, is to have or is on the way to', () => {
    const object = claim({ volumeAttributesClassName: 'a' }, { currentVolumeAttributesClassName: 'b' });
    const within = (operator: string, ...values: readonly string[]) =>
      claimEvaluator.isWithin?.({ scopeName: 'VolumeAttributesClass', operator, values }, object);
    expect([within('Exists'), within('In', 'b'), within('NotIn', 'a'), within('NotIn', 'a', 'b')]).toEqual([
      true,
      true,
      true,
      false,
    ]);
  });
});

it.each([
  ['In', ['a'], [], false],
  ['NotIn', ['a'], [], true],
  ['Exists', [], [], false],
  ['DoesNotExist', [], [], true],
  ['DoesNotExist', [], ['a'], false],
])('%s %j of %j: %j', (operator, values, names, expected) => {
  expect(selectsScopeValues({ scopeName: 'PriorityClass', operator, values }, new Set(names))).toBe(expected);
});

const NO_FACTS: DeviceFacts = { extendedResourceOf: () => undefined, podOf: () => undefined };

it('charges a claim of devices, class by class, for the most that it may be given', () => {
  const facts = {
    ...NO_FACTS,
    extendedResourceOf: (name: string) => (name === 'gold' ? 'example.com/gpu' : undefined),
  };
  const requests = [
    { name: 'a', exactly: { deviceClassName: 'gold', count: 2 } },
    { name: 'b', exactly: { deviceClassName: 'gold', allocationMode: 'All' } },
    {
      name: 'c',
      firstAvailable: [
        { name: 'x', deviceClassName: 'iron', count: 3 },
        { name: 'y', deviceClassName: 'iron' },
        { name: 'z', deviceClassName: 'gold' },
      ],
    },
  ];
  const claim = settled(ResourceClaim, { metadata: {}, spec: { devices: { requests } } });
  expect(listOf(deviceClaimEvaluator(facts).usage(claim, NOW))).toEqual({
    'count/resourceclaims.resource.k8s.io': '1',
    'gold.deviceclass.resource.k8s.io/devices': '35',
    'iron.deviceclass.resource.k8s.io/devices': '3',
    'requests.deviceclass.resource.kubernetes.io/gold': '35',
    'requests.deviceclass.resource.kubernetes.io/iron': '3',
    'requests.example.com/gpu': '35',
  });
  expect(deviceClaimEvaluator(facts).counts('iron.deviceclass.resource.k8s.io/devices')).toBe(true);
});

it.each([
  ['by the name that the class says', 'example.com/gpu', {}, 'deviceclass.resource.kubernetes.io/gold'],
  ['by the name of the class', 'deviceclass.resource.kubernetes.io/gold', {}, 'example.com/gpu'],
  [
    'of which another claim was told',
    'example.com/gpu',
    { extendedResourceClaimStatus: { requestMappings: [], resourceClaimName: 'other' } },
    undefined,
  ],
])('charges no device twice that a pod asked for %s', (_, asked, status, other) => {
  const containers = [{ name: 'c', image: 'i', resources: { requests: { [asked]: '2', cpu: '1' } } }];
  const owner = pod({ containers }, status);
  const facts = { extendedResourceOf: () => 'example.com/gpu', podOf: () => owner };
  const place = Object.keys(containers[0]?.resources.requests ?? {})
    .sort()
    .indexOf(asked);
  const exactly = { deviceClassName: 'gold', allocationMode: 'ExactCount', count: 2 };
  const claim = settled(ResourceClaim, {
    metadata: { name: 'mine', annotations: { 'resource.kubernetes.io/extended-resource-claim': 'true' } },
    spec: { devices: { requests: [{ name: `container-0-request-${place}`, exactly }] } },
  });
  const both = ['example.com/gpu', 'deviceclass.resource.kubernetes.io/gold'];
  expect(listOf(deviceClaimEvaluator(facts).usage(claim, NOW))).toEqual({
    'count/resourceclaims.resource.k8s.io': '1',
    'gold.deviceclass.resource.k8s.io/devices': '2',
    ...Object.fromEntries((other === undefined ? both : [other]).map(name => [`requests.${name}`, '2'])),
  });
});

it('counts all else by its number, some by their plural alone, and events not at all', () => {
  expect(listOf(countEvaluator('secrets').usage(pod({}), NOW))).toEqual({ 'count/secrets': '1', secrets: '1' });
  expect(countEvaluator('jobs.batch').counts('count/jobs.batch')).toBe(true);
  expect(countEvaluator('jobs.batch').counts('jobs.batch')).toBe(false);
  expect(new Evaluators(NO_FACTS).of('events')).toBeUndefined();
});
