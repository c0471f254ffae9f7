import { describe, expect, it } from 'vitest';
import type { Node } from '../kinds/core/v1/node.ts';
import type { Pod } from '../kinds/core/v1/pod.ts';
import { helpfulChanges, mayHelp } from './helpful-changes.ts';

const node = (over: { readonly metadata?: object; readonly spec?: object; readonly status?: object }): Node =>
  ({
    metadata: { name: 'n', labels: { zone: 'a' }, ...over.metadata },
    spec: { ...over.spec },
    status: { allocatable: { cpu: '2' }, conditions: [], ...over.status },
  }) as never;
const pod = (metadata: object = {}, cpu = '1'): Pod =>
  ({
    metadata: { name: 'p', labels: { app: 'a' }, ...metadata },
    spec: { containers: [{ name: 'c', resources: { requests: { cpu } } }] },
    status: {},
  }) as never;

describe('a node that changes', () => {
  it.each([
    ['spec', { spec: { unschedulable: true } }, true],
    ['labels', { metadata: { labels: { zone: 'b' } } }, true],
    ['what it has to give', { status: { allocatable: { cpu: '3' } } }, true],
    ['annotations', { metadata: { annotations: { a: 'b' } } }, false],
    ['conditions', { status: { conditions: [{ type: 'Ready', lastHeartbeatTime: 'now' }] } }, false],
  ])('in its %s', (_, change, helps) => {
    expect(mayHelp(node({}), node(change))).toBe(helps);
  });
});

describe('a pod on a node makes room', () => {
  const leaving = { deletionTimestamp: '2026-01-01T00:00:00Z' };
  it.each([
    ['by nothing', pod(), pod(), []],
    ['by beginning to leave', pod(), pod(leaving), ['pod-leaving']],
    ['not by leaving still', pod(leaving), pod(leaving), []],
    ['by other labels', pod(), pod({ labels: {} }), ['pod-changed']],
    ['by other requests', pod(), pod({}, '500m'), ['pod-resized']],
    ['by several at once', pod(), pod({ labels: {}, ...leaving }, '2'), ['pod-leaving', 'pod-changed', 'pod-resized']],
  ])('%s', (_, before, now, changes) => {
    expect(helpfulChanges(before, now)).toEqual(changes);
  });
});
