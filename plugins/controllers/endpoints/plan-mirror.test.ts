import { describe, expect, it } from 'vitest';
import type { EndpointSubset } from '../../kinds/core/v1/endpoint-subset.ts';
import type { EndpointSlice } from '../../kinds/discovery/v1/endpoint-slice.ts';
import { mirrorOf, planMirror } from './plan-mirror.ts';

const port = (number: number) => ({ name: '', port: number, protocol: 'TCP' as const });
const subset = (ips: readonly string[], number = 80): EndpointSubset => ({
  addresses: ips.map(ip => ({ ip })),
  ports: [port(number)],
});
const endpoint = (ip: string, ready = true) => ({ addresses: [ip], conditions: { ready } });
const slice = (name: string, ips: readonly string[], number = 80, addressType = 'IPv4'): EndpointSlice =>
  ({
    metadata: { name },
    addressType,
    ports: [port(number)],
    endpoints: ips.map(ip => endpoint(ip)),
  }) as unknown as EndpointSlice;

describe('mirrorOf', () => {
  it('tells families apart, takes subsets of the same ports together, and says who is ready', () => {
    const not: EndpointSubset = {
      notReadyAddresses: [{ ip: '10.0.0.3', hostname: 'h', nodeName: 'n' }],
      ports: [port(80)],
    };
    expect(mirrorOf([subset(['10.0.0.1', 'FD00::1']), not, subset(['10.0.0.2', '10.0.0.2'], 81)])).toEqual({
      skipped: 0,
      groups: [
        {
          addressType: 'IPv4',
          ports: [port(80)],
          endpoints: [endpoint('10.0.0.1'), { ...endpoint('10.0.0.3', false), hostname: 'h', nodeName: 'n' }],
        },
        { addressType: 'IPv6', ports: [port(80)], endpoints: [endpoint('fd00::1')] },
        { addressType: 'IPv4', ports: [port(81)], endpoints: [endpoint('10.0.0.2')] },
      ],
    });
  });

  it('leaves out what is beyond a thousand of one subset', () => {
    const ips = Array.from({ length: 1003 }, (_, i) => `10.0.${i >> 8}.${i & 255}`);
    const { groups, skipped } = mirrorOf([subset(ips), subset(['10.1.0.1'], 81)]);
    expect([skipped, ...groups.map(({ endpoints }) => endpoints.length)]).toEqual([3, 1000, 1]);
  });
});

describe('planMirror', () => {
  it.each([
    ['makes what is not there', [subset(['10.0.0.1'])], [], { create: [80], update: [], remove: [] }],
    [
      'leaves what is as it should be',
      [subset(['10.0.0.1', '10.0.0.2'])],
      [slice('a', ['10.0.0.2', '10.0.0.1'])],
      { create: [], update: [], remove: [] },
    ],
    [
      'changes what differs',
      [subset(['10.0.0.1'])],
      [slice('a', ['10.0.0.2'])],
      { create: [], update: ['a:80'], remove: [] },
    ],
    ['removes what nobody says any more', [], [slice('a', ['10.0.0.2'])], { create: [], update: [], remove: ['a'] }],
    [
      'removes a second one',
      [subset(['10.0.0.1'])],
      [slice('a', ['10.0.0.1']), slice('b', ['10.0.0.1'])],
      { create: [], update: [], remove: ['b'] },
    ],
    [
      'takes one of other ports for new ones',
      [subset(['10.0.0.1'], 81)],
      [slice('a', ['10.0.0.1'])],
      { create: [], update: ['a:81'], remove: [] },
    ],
    [
      'takes none of another family',
      [subset(['10.0.0.1'])],
      [slice('a', ['fd00::1'], 80, 'IPv6')],
      { create: [80], update: [], remove: ['a'] },
    ],
  ])('%s', (_, subsets, slices, expected) => {
    const plan = planMirror(mirrorOf(subsets).groups, slices);
    expect({
      create: plan.create.map(({ ports }) => ports[0]?.port),
      update: plan.update.map(({ slice: { metadata }, content }) => `${metadata.name}:${content.ports[0]?.port}`),
      remove: plan.remove.map(({ metadata }) => metadata.name),
    }).toEqual(expected);
  });
});
