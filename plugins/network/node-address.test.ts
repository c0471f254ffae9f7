import { describe, expect, it } from 'vitest';
import type { FoundRoute } from '../../native/network.ts';
import { detectNodeAddress, uplink, type NodeFacts } from './node-address.ts';

const route = (over: Partial<FoundRoute> = {}): FoundRoute => ({
  type: 'unicast',
  ours: false,
  to: { address: '0.0.0.0', prefix: 0 },
  linkIndex: 2,
  gateway: '192.0.2.1',
  source: null,
  metric: 0,
  ...over,
});
const facts = (over: Partial<NodeFacts> = {}): NodeFacts => ({
  family: 4,
  wanted: '',
  routes: [route()],
  links: [
    { index: 1, name: 'lo' },
    { index: 2, name: 'eth0' },
    { index: 3, name: 'eth1' },
  ],
  addresses: [
    { interface: 'docker0', address: '172.17.0.1', family: 4 },
    { interface: 'eth1', address: '198.51.100.7', family: 4 },
    { interface: 'eth0', address: 'fd00::2', family: 6 },
    { interface: 'eth0', address: '192.0.2.2', family: 4 },
  ],
  ...over,
});

describe('detectNodeAddress', () => {
  it.each<[string, Partial<NodeFacts>, string | undefined]>([
    ['what is asked for', { wanted: '203.0.113.9' }, '203.0.113.9'],
    ['the address of the link with the default route', {}, '192.0.2.2'],
    ['the source the default route names', { routes: [route({ source: '192.0.2.77' })] }, '192.0.2.77'],
    [
      'the cheapest of two default routes',
      { routes: [route({ metric: 100 }), route({ linkIndex: 3 })] },
      '198.51.100.7',
    ],
    ['the first address where there is no default route', { routes: [] }, '198.51.100.7'],
    ['never a container bridge', { routes: [], addresses: facts().addresses.slice(0, 1) }, undefined],
    ['nothing where there is none', { routes: [], addresses: [] }, undefined],
  ])('takes %s', (_, over, address) => {
    expect(detectNodeAddress(facts(over))).toBe(address);
  });

  it('takes an unreachable default route for none', () => {
    expect(uplink(facts({ routes: [route({ type: 'unreachable' })] }))).toBeUndefined();
  });
});
