import { describe, expect, it } from 'vitest';
import type { Service } from '../kinds/core/v1/service.ts';
import type { IPAddress } from '../kinds/networking/v1/ip-address.ts';
import type { ServiceCIDR } from '../kinds/networking/v1/service-cidr.ts';
import { FINALIZER, planServiceCidr } from './plan-service-cidr.ts';
import { planAddressRepair, planServiceRepair } from './plan-repair.ts';
import { addressRepair } from './repair.ts';
import { addressOf } from './service-address.ts';
import { serviceRanges } from './service-ranges.ts';

const BORN = '2026-01-01T00:00:00Z';
const NOW = Date.parse(BORN);
const head = (name: string, more: object = {}) => ({
  metadata: { name, uid: name, resourceVersion: '1', creationTimestamp: BORN, ...more },
});
const cidr = (name: string, text: string, more: object = {}, ready?: 'True' | 'False'): ServiceCIDR =>
  ({
    ...head(name, more),
    spec: { cidrs: [text] },
    status: ready === undefined ? {} : { conditions: [{ type: 'Ready', status: ready }] },
  }) as unknown as ServiceCIDR;
const service = (name: string, clusterIPs: readonly string[], more: object = {}): Service =>
  ({ ...head(name, { namespace: 'n' }), spec: { type: 'ClusterIP', clusterIPs, ...more } }) as unknown as Service;
const address = (name: string, of: Service, more: object = {}): IPAddress => {
  const made = addressOf(name, of);
  return { ...made, metadata: { ...head(name).metadata, ...made.metadata, ...more } } as unknown as IPAddress;
};
const going = { deletionTimestamp: BORN, finalizers: [FINALIZER] };

describe('serviceRanges', () => {
  const texts = (...all: readonly ServiceCIDR[]) =>
    serviceRanges(['10.0.0.0/16'], all).map(({ canonical }) => canonical);
  it.each([
    ['are what is configured where nothing is told', texts(), ['10.0.0.0/16']],
    ['are told of once', texts(cidr('kubernetes', '10.0.0.0/16', {}, 'True')), ['10.0.0.0/16']],
    [
      'have those that are not unready',
      texts(cidr('a', '10.9.0.0/24', {}, 'True'), cidr('b', '10.8.0.0/24', {}, 'False')),
      ['10.0.0.0/16', '10.9.0.0/24'],
    ],
    ['have none of another family', texts(cidr('a', 'fd00::/64', {}, 'True')), ['10.0.0.0/16']],
    ['lose those that go', texts(cidr('a', '10.9.0.0/24', going, 'True')), ['10.0.0.0/16']],
    ['lose the configured one with its object', texts(cidr('kubernetes', '10.0.0.0/16', going, 'True')), []],
  ])('%s', (_, found, expected) => {
    expect(found).toEqual(expected);
  });

  it('are of both families where both are configured', () => {
    const more = cidr('a', 'fd00::/64', {}, 'True');
    expect(serviceRanges(['10.0.0.0/16', 'fd43::/112'], [more]).map(({ canonical }) => canonical)).toEqual([
      '10.0.0.0/16',
      'fd43::/112',
      'fd00::/64',
    ]);
  });
});

describe('planServiceCidr', () => {
  const plan = (own: ServiceCIDR, others: readonly ServiceCIDR[], taken: readonly string[], ageMs = 0) =>
    planServiceCidr(own, {
      all: [own, ...others],
      addresses: taken.map(name => address(name, service('s', [name]))),
      nowMs: NOW + ageMs,
    });
  const own = cidr('a', '10.9.0.0/24', going);
  it.each([
    [
      'is made ready, with its finalizer',
      plan(cidr('a', '10.9.0.0/24'), [], []),
      { state: 'ready', needsFinalizer: true },
    ],
    [
      'is ready',
      plan(cidr('a', '10.9.0.0/24', { finalizers: [FINALIZER] }), [], []),
      { state: 'ready', needsFinalizer: false },
    ],
    ['stays while an address of it is taken', plan(own, [], ['10.9.0.7'], 60_000), { state: 'in use' }],
    ['waits a moment where none is', plan(own, [], ['10.8.0.7'], 4_000), { state: 'wait', waitMs: 6_000 }],
    ['goes then', plan(own, [], [], 10_000), { state: 'let go' }],
    [
      'goes where a larger one has all of it',
      plan(own, [cidr('b', '10.9.0.0/16')], ['10.9.0.7'], 10_000),
      { state: 'let go' },
    ],
    [
      'goes where others have what is taken',
      plan(own, [cidr('b', '10.9.0.0/28')], ['10.9.0.7'], 10_000),
      { state: 'let go' },
    ],
    [
      'stays where others have only some',
      plan(own, [cidr('b', '10.9.0.0/28')], ['10.9.0.77'], 10_000),
      { state: 'in use' },
    ],
  ])('%s', (_, found, expected) => {
    expect(found).toEqual(expected);
  });
});

describe('planServiceRepair', () => {
  const own = service('s', ['10.0.0.7']);
  const other = service('o', ['10.0.0.7']);
  const facts = { isInRange: true, otherService: undefined };
  const strange = { ...address('10.0.0.7', own), spec: { parentRef: { resource: 'gateways', name: 'g' } } };
  it.each([
    [
      'nothing where it is as it should be',
      planServiceRepair(own, '10.0.0.7', address('10.0.0.7', own), facts),
      { act: 'none' },
    ],
    [
      'makes what is missing',
      planServiceRepair(own, '10.0.0.7', undefined, facts),
      { act: 'make', reason: 'ClusterIPNotAllocated' },
    ],
    [
      'tells of one outside all ranges',
      planServiceRepair(own, '10.0.0.7', undefined, { ...facts, isInRange: false }),
      { act: 'tell', reason: 'ClusterIPOutOfRange' },
    ],
    [
      'tells of one that two services have',
      planServiceRepair(own, '10.0.0.7', address('10.0.0.7', other), { ...facts, otherService: other }),
      { act: 'tell', reason: 'ClusterIPAlreadyAllocated' },
    ],
    [
      'makes anew what is of a service that is gone',
      planServiceRepair(own, '10.0.0.7', address('10.0.0.7', other), facts),
      { act: 'make anew', said: { reason: 'ClusterIPNotAllocated' } },
    ],
    ['makes anew what is of no service', planServiceRepair(own, '10.0.0.7', strange, facts), { act: 'make anew' }],
    [
      'makes anew what lacks its labels',
      planServiceRepair(own, '10.0.0.7', address('10.0.0.7', own, { labels: {} }), facts),
      { act: 'make anew' },
    ],
  ])('%s', (_, plan, expected) => {
    expect(plan).toMatchObject(expected);
  });
});

describe('planAddressRepair', () => {
  const own = service('s', ['10.0.0.7']);
  const moved = service('s', ['10.0.0.8']);
  const given = address('10.0.0.7', own);
  const younger = address('10.0.0.7', own, { creationTimestamp: '2026-01-01T00:00:01Z' });
  const strange = { ...given, spec: { parentRef: { resource: 'gateways', name: 'g' } } };
  it.each([
    ['nothing to one that is had', planAddressRepair(given, own, NOW), { act: 'none' }],
    [
      'nothing to one of others',
      planAddressRepair({ ...strange, metadata: { ...given.metadata, labels: {} } }, undefined, NOW),
      { act: 'none' },
    ],
    ['waits for its service', planAddressRepair(given, undefined, NOW + 20_000), { act: 'wait', waitMs: 40_000 }],
    [
      'removes one that leaked',
      planAddressRepair(given, undefined, NOW + 60_000),
      { act: 'remove', reason: 'IPAddressNotAllocated' },
    ],
    [
      'removes one of no service',
      planAddressRepair(strange, undefined, NOW),
      { act: 'remove', reason: 'IPAddressNotAllocated' },
    ],
    [
      'removes one that its service has no more',
      planAddressRepair(given, moved, NOW + 5_000),
      { act: 'remove', reason: 'IPAddressWrongReference' },
    ],
    [
      'waits for an update that follows',
      planAddressRepair(younger, moved, NOW + 2_000),
      { act: 'wait', waitMs: 4_000 },
    ],
    [
      'waits longer for one that had none',
      planAddressRepair(given, service('s', [], { type: 'ExternalName' }), NOW + 2_000),
      { act: 'wait', waitMs: 58_000 },
    ],
  ])('%s', (_, plan, expected) => {
    expect(plan).toMatchObject(expected);
  });

  it('is not made when a service goes, whose address is given back just after it', () => {
    expect(addressRepair.reads?.map(({ resource, wakes }) => [resource.kind, wakes])).toEqual([['Service', undefined]]);
  });
});
