import { expect, it } from 'vitest';
import { planPeers } from './plan-peers.ts';

const links = [
  { index: 2, name: 'eth0', mtu: 1500 },
  { index: 3, name: 'eth1', mtu: 9000 },
];
const route = (address: string, prefix: number, linkIndex: number, gateway: string | null = null, metric = 0) =>
  ({ type: 'unicast', ours: false, to: { address, prefix }, linkIndex, gateway, source: null, metric }) as const;
const routes = [
  route('0.0.0.0', 0, 2, '192.0.2.254'),
  route('192.0.2.0', 24, 2),
  route('198.51.100.0', 24, 3),
  route('198.51.100.128', 25, 3, '198.51.100.1'),
];
const peer = (address: string) => ({ podCidr: '10.42.1.0/24', address });

it.each([
  ['a neighbour', '192.0.2.7', 'eth0'],
  ['a neighbour on another link', '198.51.100.7', 'eth1'],
  ['one behind a router', '203.0.113.7', undefined],
  ['one behind a router by a nearer route', '198.51.100.200', undefined],
])('%s', (_, address, link) => {
  const { direct, tunneled } = planPeers([peer(address)], { routes, links });
  expect(direct).toEqual(link === undefined ? [] : [{ ...peer(address), link }]);
  expect(tunneled).toEqual(link === undefined ? [peer(address)] : []);
});

it('makes the tunnel as wide as the narrowest way to one that it leads to', () => {
  const mtu = (...addresses: readonly string[]): number => planPeers(addresses.map(peer), { routes, links }).tunnelMtu;
  expect(mtu('198.51.100.200')).toBe(8950);
  expect(mtu('198.51.100.200', '203.0.113.7', '192.0.2.7')).toBe(1450);
});

it('tunnels to whom no route leads, and the less wanted of two routes counts for nothing', () => {
  expect(planPeers([peer('203.0.113.7')], { routes: routes.slice(1), links })).toMatchObject({
    tunneled: [peer('203.0.113.7')],
    tunnelMtu: 1450,
  });
  const wanted = [route('192.0.2.0', 24, 3, '198.51.100.1', 100), ...routes];
  expect(planPeers([peer('192.0.2.7')], { routes: wanted, links }).direct).toMatchObject([{ link: 'eth0' }]);
});
