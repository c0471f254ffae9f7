import { describe, expect, it } from 'vitest';
import type { Endpoint } from '../../kinds/discovery/v1/endpoint.ts';
import type { EndpointSlice } from '../../kinds/discovery/v1/endpoint-slice.ts';
import { planSlices, type EndpointGroup } from './plan-slices.ts';

const endpoint = (n: number, ready = true): Endpoint => ({
  addresses: [`10.0.0.${n}`],
  conditions: { ready },
  targetRef: { uid: `${n}` },
});
const range = (from: number, to: number): readonly Endpoint[] =>
  Array.from({ length: to - from }, (_, i) => endpoint(from + i));
const ports = [{ name: '', port: 80, protocol: 'TCP' }] as const;
const group = (endpoints: readonly Endpoint[], own: EndpointGroup['ports'] = ports): EndpointGroup => ({
  addressType: 'IPv4',
  ports: own,
  endpoints,
});
const slice = (name: string, endpoints: readonly Endpoint[], own: EndpointGroup['ports'] = ports): EndpointSlice =>
  ({ metadata: { name }, addressType: 'IPv4', ports: own, endpoints }) as unknown as EndpointSlice;

function summary(groups: readonly EndpointGroup[], existing: readonly EndpointSlice[]) {
  const { create, update, remove } = planSlices(groups, existing);
  return {
    create: create.map(({ endpoints }) => endpoints.length),
    update: update.map(({ slice: { metadata }, content }) => `${metadata.name}:${content.endpoints.length}`),
    remove: remove.map(({ metadata }) => metadata.name),
  };
}

describe('planSlices', () => {
  it.each([
    ['nothing yet: one empty slice', [group([], [])], [], { create: [0], update: [], remove: [] }],
    ['the empty slice stays', [group([], [])], [slice('a', [], [])], { create: [], update: [], remove: [] }],
    [
      'the empty slice stays as it is read back',
      [group([], [])],
      [{ ...slice('a', [], []), endpoints: null, ports: null }],
      { create: [], update: [], remove: [] },
    ],
    [
      'the empty slice takes the first endpoints',
      [group(range(0, 2))],
      [slice('a', [], [])],
      { create: [], update: ['a:2'], remove: [] },
    ],
    ['nothing changed', [group(range(0, 3))], [slice('a', range(0, 3))], { create: [], update: [], remove: [] }],
    ['a hundred each', [group(range(0, 250))], [], { create: [100, 100, 50], update: [], remove: [] }],
    [
      'a new one fills the fullest slice with room',
      [group(range(0, 151))],
      [slice('a', range(0, 100)), slice('b', range(100, 150))],
      { create: [], update: ['b:51'], remove: [] },
    ],
    ['one left', [group(range(1, 3))], [slice('a', range(0, 3))], { create: [], update: ['a:2'], remove: [] }],
    [
      'a slice that empties goes',
      [group(range(0, 2))],
      [slice('a', range(0, 2)), slice('b', range(2, 3))],
      { create: [], update: [], remove: ['b'] },
    ],
    [
      'all left: one slice says so',
      [group([])],
      [slice('a', range(0, 2)), slice('b', range(2, 3))],
      { create: [], update: ['a:0'], remove: ['b'] },
    ],
    [
      'changed in place',
      [group([endpoint(0, false)])],
      [slice('a', [endpoint(0)])],
      { create: [], update: ['a:1'], remove: [] },
    ],
  ] as const)('%s', (_, groups, existing, expected) => {
    expect(summary(groups, existing)).toEqual(expected);
  });
});
