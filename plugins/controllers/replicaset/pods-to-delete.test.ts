import { describe, expect, it } from 'vitest';
import type { Pod } from '../../kinds/core/v1/pod.ts';
import { podsToDelete } from './pods-to-delete.ts';

const NOW = Date.UTC(2026, 0, 2);
interface Facts {
  readonly node?: string;
  readonly phase?: string;
  readonly readyMs?: number;
  readonly cost?: string;
  readonly restarts?: number;
  readonly ageMs?: number;
}
const at = (agoMs: number): string => new Date(NOW - agoMs).toISOString();
const pod = (
  name: string,
  { node = 'a', phase = 'Running', readyMs, cost, restarts = 0, ageMs = 60_000 }: Facts = {},
): Pod =>
  ({
    metadata: {
      name,
      uid: name,
      creationTimestamp: at(ageMs),
      ...(cost === undefined ? {} : { annotations: { 'controller.kubernetes.io/pod-deletion-cost': cost } }),
    },
    spec: { nodeName: node },
    status: {
      phase,
      conditions: readyMs === undefined ? [] : [{ type: 'Ready', status: 'True', lastTransitionTime: at(readyMs) }],
      containerStatuses: [{ restartCount: restarts }],
    },
  }) as unknown as Pod;

describe('podsToDelete', () => {
  it.each([
    ['one without a node', pod('x', { node: '' }), pod('y')],
    ['a pending one', pod('x', { phase: 'Pending' }), pod('y')],
    ['one that is not ready', pod('x'), pod('y', { readyMs: 1000 })],
    ['the cheaper one', pod('x', { readyMs: 9_000_000, cost: '-5' }), pod('y', { readyMs: 1000 })],
    ['the one ready for a shorter time', pod('x', { readyMs: 1000 }), pod('y', { readyMs: 100_000 })],
    ['the one that restarted more', pod('x', { restarts: 3 }), pod('y')],
    ['the younger one', pod('x', { ageMs: 1000 }), pod('y', { ageMs: 100_000 })],
    ['of those alike the lower uid', pod('x', { ageMs: 60_000 }), pod('y', { ageMs: 61_000 })],
  ])('takes %s', (_, first, second) => {
    expect(podsToDelete([second, first], [], 1, NOW).map(({ metadata }) => metadata.name)).toEqual(['x']);
  });

  it('takes from the node that holds most siblings', () => {
    const pods = [pod('a1', { node: 'a' }), pod('b1', { node: 'b' })];
    expect(podsToDelete(pods, [...pods, pod('b2', { node: 'b' })], 1, NOW)[0]?.metadata.name).toBe('b1');
  });
});
