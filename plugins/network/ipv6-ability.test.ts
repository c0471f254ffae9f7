import { expect, it } from 'vitest';
import type { FoundRoute } from '../../native/network.ts';
import { ipv6Ability } from './ipv6-ability.ts';

const links = [{ index: 2, name: 'eth0' }];
const route: FoundRoute = {
  type: 'unicast',
  ours: false,
  to: { address: '::', prefix: 0 },
  linkIndex: 2,
  gateway: 'fe80::1',
  source: null,
  metric: 1_024,
};

it.each([
  ['kernel and way out', { hasKernel: true, routes: [route] }, 'ok', 'ok', 'the default route is over eth0'],
  ['no way out', { hasKernel: true, routes: [] }, 'degraded', 'ok', 'no default route of IPv6'],
  ['no IPv6', { hasKernel: false, routes: [] }, 'degraded', 'ok', 'the kernel has none'],
] as const)('%s', (_, facts, whenUsed, otherwise, detail) => {
  expect(ipv6Ability({ ...facts, links }, true)).toMatchObject({ state: whenUsed });
  const idle = ipv6Ability({ ...facts, links }, false);
  expect(idle).toMatchObject({ name: 'IPv6', state: otherwise, remedy: '' });
  expect(idle.detail).toContain(detail);
});
