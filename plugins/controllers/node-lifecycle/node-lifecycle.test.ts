import { describe, expect, it } from 'vitest';
import { manualWorld } from '../../../src/sdk/testing/manual-world.ts';
import { StatusError } from '../../../src/api/status-error.ts';
import type { Node } from '../../kinds/core/v1/node.ts';
import type { Pod } from '../../kinds/core/v1/pod.ts';
import { Heartbeats } from './heartbeats.ts';
import { nodeLifecycleController } from './node-lifecycle.ts';
import { plannedTaints, silentConditions } from './plan-node.ts';
import { isSurplus } from './pod-gc.ts';
import { evictionDueMs } from './taint-eviction.ts';

const node = (spec: object, conditions: readonly object[] = []): Node =>
  ({
    metadata: { name: 'n', creationTimestamp: '2026-01-01T00:00:00Z' },
    spec,
    status: { conditions },
  }) as unknown as Node;

describe('Heartbeats', () => {
  it('give a node up after the grace without a new beat, whatever the wall clock says', async () => {
    const world = manualWorld();
    const beats = new Heartbeats(world.clock);
    expect(beats.leftMs('n', '1')).toBe(50_000);
    for (let s = 10; s < 50; s += 10) {
      await world.advance(10_000);
      expect(beats.leftMs('n', '1')).toBe(50_000 - s * 1000);
    }
    expect(beats.leftMs('n', '2')).toBe(50_000);
    await world.advance(50_000);
    expect(beats.leftMs('n', '2')).toBe(0);
  });

  it('do not blame nodes for a stop of this process', async () => {
    const world = manualWorld();
    const beats = new Heartbeats(world.clock);
    beats.leftMs('n', '1');
    await world.advance(600_000);
    expect(beats.leftMs('n', '1')).toBe(10_000);
    await world.advance(10_000);
    expect(beats.leftMs('n', '1')).toBe(0);
  });
});

describe('the controller of nodes', () => {
  it('gives no node up for a silence in which nothing could be written', async () => {
    const world = manualWorld();
    const controller = nodeLifecycleController(world.clock);
    const said: string[] = [];
    let refusal: StatusError | undefined = new StatusError('ServiceUnavailable', 'the store is full');
    const updateStatus = async (_kind: unknown, object: Node): Promise<Node> => {
      if (refusal !== undefined) throw refusal;
      return object;
    };
    const look = () =>
      controller.reconcile({
        object: node({}, [{ type: 'Ready', status: 'True' }]),
        caches: { of: () => ({ get: () => undefined, indexed: () => [] }) },
        client: { updateStatus, update: async (_kind: unknown, object: Node) => object },
        nowMs: world.clock.now(),
        event: (_type: string, reason: string) => void said.push(reason),
      } as unknown as Parameters<typeof controller.reconcile>[0]);
    await look();
    await world.advance(50_000);
    await expect(look()).rejects.toBe(refusal);
    refusal = undefined;
    await world.advance(49_000);
    expect(await look()).toEqual({ requeueAfterMs: 1_001 });
    expect(said).toEqual([]);
    await world.advance(1_001);
    await look();
    expect(said).toEqual(['NodeNotReady']);
  });
});

describe('silentConditions', () => {
  it('turn what was said to Unknown, and say what never was', () => {
    const said = node({}, [{ type: 'Ready', status: 'True', lastHeartbeatTime: '2026-01-01T00:01:00Z' }]);
    expect(silentConditions(said, Date.UTC(2026, 0, 2))).toMatchObject([
      {
        type: 'Ready',
        status: 'Unknown',
        reason: 'NodeStatusUnknown',
        message: 'Kubelet stopped posting node status.',
        lastHeartbeatTime: '2026-01-01T00:01:00Z',
        lastTransitionTime: '2026-01-02T00:00:00Z',
      },
      { type: 'MemoryPressure', reason: 'NodeStatusNeverUpdated', message: 'Kubelet never posted node status.' },
      { type: 'DiskPressure' },
      { type: 'PIDPressure' },
    ]);
  });
});

describe('plannedTaints', () => {
  const keys = (given: Node) => plannedTaints(given, 0).map(({ key, effect }) => `${key}:${effect}`);
  const prefix = 'node.kubernetes.io';
  const own = { key: `${prefix}/not-ready`, effect: 'NoSchedule' };
  const users = { key: 'gpu', effect: 'NoExecute' };
  it.each([
    ['ready', node({ taints: [own, users] }, [{ type: 'Ready', status: 'True' }]), ['gpu:NoExecute']],
    [
      'not ready',
      node({ taints: [own] }, [{ type: 'Ready', status: 'False' }]),
      [`${prefix}/not-ready:NoSchedule`, `${prefix}/not-ready:NoExecute`],
    ],
    [
      'silent',
      node({}, [{ type: 'Ready', status: 'Unknown' }]),
      [`${prefix}/unreachable:NoSchedule`, `${prefix}/unreachable:NoExecute`],
    ],
    [
      'cordoned',
      node({ unschedulable: true }, [{ type: 'Ready', status: 'True' }]),
      [`${prefix}/unschedulable:NoSchedule`],
    ],
    [
      'short of disk',
      node({}, [
        { type: 'Ready', status: 'True' },
        { type: 'DiskPressure', status: 'True' },
      ]),
      [`${prefix}/disk-pressure:NoSchedule`],
    ],
  ])('%s', (_, given, expected) => {
    expect(keys(given)).toEqual(expected);
  });

  it('are the very same when nothing changes', () => {
    const given = node({ taints: [users] }, [{ type: 'Ready', status: 'True' }]);
    expect(plannedTaints(given, 0)).toBe(given.spec.taints);
  });
});

describe('evictionDueMs', () => {
  const S = 1000;
  const at = (seconds: number): string => new Date(seconds * S).toISOString();
  const taint = { key: 'a', effect: 'NoExecute', timeAdded: at(10) } as const;
  const undated = { key: 'a', effect: 'NoExecute' } as const;
  const exists = { key: 'a', operator: 'Exists' } as const;
  it.each([
    ['not tolerated', [taint], [], 0, 20],
    ['tolerated for good', [taint], [exists], 0, undefined],
    ['for a time, from when the taint came', [taint], [{ ...exists, tolerationSeconds: 300 }], 0, 310],
    ['from when the pod came after it', [taint], [{ ...exists, tolerationSeconds: 300 }], 15, 315],
    ['from when it was seen, where nothing tells', [undated], [{ ...exists, tolerationSeconds: 300 }], 0, 318],
    ['not from what has yet to be', [{ ...taint, timeAdded: at(99) }], [{ ...exists, tolerationSeconds: 5 }], 0, 23],
    ['by the first of several', [taint], [{ operator: 'Exists', tolerationSeconds: 60 }, exists], 0, 70],
    ['and not by others', [taint], [exists, { operator: 'Exists', tolerationSeconds: 60 }], 0, undefined],
    [
      'of several taints the shortest',
      [taint, { key: 'b', effect: 'NoExecute', timeAdded: at(0) }],
      [
        { ...exists, tolerationSeconds: 60 },
        { key: 'b', operator: 'Exists', tolerationSeconds: 30 },
      ],
      0,
      30,
    ],
  ] as const)('%s', (_, taints, tolerations, cameS, dueS) => {
    const pod = { metadata: { creationTimestamp: at(cameS) }, spec: { tolerations } } as unknown as Pod;
    expect(evictionDueMs(taints, pod, 18 * S, 20 * S)).toBe(dueS === undefined ? undefined : dueS * S);
  });
});

describe('isSurplus', () => {
  it('holds for the oldest beyond the limit', () => {
    const pods = [3, 1, 2].map(
      day => ({ metadata: { uid: `${day}`, creationTimestamp: `2026-01-0${day}T00:00:00Z` } }) as unknown as Pod,
    );
    expect(pods.map(pod => isSurplus(pod, pods, 2))).toEqual([false, true, false]);
    expect(pods.map(pod => isSurplus(pod, pods, 3))).toEqual([false, false, false]);
  });
});
