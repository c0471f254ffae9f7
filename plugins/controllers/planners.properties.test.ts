import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Deployment } from '../kinds/apps/v1/deployment.ts';
import type { ReplicaSet } from '../kinds/apps/v1/replica-set.ts';
import type { Pod } from '../kinds/core/v1/pod.ts';
import type { Endpoint } from '../kinds/discovery/v1/endpoint.ts';
import type { EndpointSlice } from '../kinds/discovery/v1/endpoint-slice.ts';
import { planRolling } from './deployment/plan-rolling.ts';
import { maxSurge, maxUnavailable } from './deployment/rollout-size.ts';
import { planSlices, type EndpointGroup } from './endpoints/plan-slices.ts';
import { ENDPOINTS_PER_SLICE, REPLICA_BURST } from './limits.ts';
import { planReplicas } from './replicaset/replicas.ts';

const endpoint = (n: number): Endpoint => ({
  addresses: [`10.0.${n >> 8}.${n & 255}`],
  conditions: { ready: true },
  targetRef: { uid: `${n}` },
});
const groupOf = (port: number, pods: readonly number[]): EndpointGroup => ({
  addressType: 'IPv4',
  ports: [{ name: '', port, protocol: 'TCP' }],
  endpoints: pods.map(endpoint),
});
const sliceOf = (name: string, { addressType, ports, endpoints }: EndpointGroup): EndpointSlice =>
  ({ metadata: { name }, addressType, ports, endpoints }) as unknown as EndpointSlice;
const carriedOut = (groups: readonly EndpointGroup[], slices: readonly EndpointSlice[]): readonly EndpointSlice[] => {
  const { create, update, remove } = planSlices(groups, slices);
  const changed = new Map(update.map(({ slice, content }) => [slice, sliceOf(slice.metadata.name, content)]));
  const kept = slices.filter(slice => !remove.includes(slice)).map(slice => changed.get(slice) ?? slice);
  return [...kept, ...create.map((content, n) => sliceOf(`new-${n}-${slices.length}`, content))];
};

const somePods = fc.uniqueArray(fc.integer({ min: 0, max: 400 }), { maxLength: 2 * ENDPOINTS_PER_SLICE + 40 });

it('endpoints lie in one slice each, whatever was there before, and then nothing is left to do', () => {
  const states = fc.array(fc.tuple(somePods, somePods), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(states, all => {
      let slices: readonly EndpointSlice[] = [];
      for (const [http, dns] of all) {
        const groups = [groupOf(80, http), groupOf(53, dns)];
        slices = carriedOut(groups, slices);
        for (const { ports, endpoints } of groups) {
          const own = slices.filter(slice => slice.ports?.[0]?.port === ports[0]?.port);
          const placed = own.flatMap(slice => (slice.endpoints ?? []).map(({ targetRef }) => Number(targetRef?.uid)));
          expect(placed.toSorted((a, b) => a - b)).toEqual(
            endpoints.map(({ targetRef }) => Number(targetRef?.uid)).toSorted((a, b) => a - b),
          );
          for (const slice of own) expect((slice.endpoints ?? []).length).toBeLessThanOrEqual(ENDPOINTS_PER_SLICE);
        }
        expect(planSlices(groups, slices)).toEqual({ create: [], update: [], remove: [] });
      }
    }),
    { numRuns: 60 },
  );
});

/** A replica set by its numbers; `age` orders the sets. */
interface Numbers {
  readonly age: number;
  replicas: number;
  available: number;
}
const setOf = ({ age, replicas, available }: Numbers): ReplicaSet =>
  ({
    metadata: { name: `s${age}`, creationTimestamp: new Date(age * 1000).toISOString() },
    spec: { replicas },
    status: { replicas, availableReplicas: available },
  }) as unknown as ReplicaSet;
const amount = fc.oneof(
  fc.integer({ min: 0, max: 6 }),
  fc.integer({ min: 0, max: 100 }).map(n => `${n}%`),
);
const rollout = fc.record({
  replicas: fc.integer({ min: 0, max: 12 }),
  surge: amount,
  unavailable: amount,
  /** How much of the missing availability comes up after each step, and how much of what is there breaks. */
  luck: fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.boolean()), { maxLength: 12 }),
});

it('a rollout stays within what may be too many and too few, whatever comes up or breaks, and ends', () => {
  fc.assert(
    fc.property(rollout, ({ replicas, surge, unavailable, luck }) => {
      const rollingUpdate = { maxSurge: surge, maxUnavailable: unavailable };
      const deployment = { spec: { replicas, strategy: { type: 'RollingUpdate', rollingUpdate } } } as Deployment;
      const old: Numbers = { age: 1, replicas, available: replicas };
      const next: Numbers = { age: 2, replicas: 0, available: 0 };
      const atLeast = replicas - maxUnavailable(deployment);
      const step = (): boolean => {
        const before = old.available + next.available;
        const plan = planRolling(deployment, setOf(next), [setOf(old)]);
        for (const { set, replicas: size } of plan) {
          const numbers = set.metadata.name === 's1' ? old : next;
          numbers.replicas = size;
          // Pods that serve nobody are deleted first.
          numbers.available = Math.min(numbers.available, size);
        }
        expect(old.replicas + next.replicas).toBeLessThanOrEqual(replicas + maxSurge(deployment));
        expect(old.available + next.available).toBeGreaterThanOrEqual(Math.min(before, atLeast));
        return plan.length > 0;
      };
      for (const [share, breaks] of luck) {
        step();
        next.available += Math.floor((next.replicas - next.available) * share);
        if (breaks && old.available > 0) old.available -= 1;
      }
      for (let left = 100; left > 0; left--) {
        const moved = step();
        const rose = next.available < next.replicas;
        next.available = next.replicas;
        if (!moved && !rose) break;
      }
      expect([old.replicas, next.replicas]).toEqual([0, replicas]);
    }),
    { numRuns: 500 },
  );
});

const pod = (n: number, ready: boolean, going: boolean): Pod =>
  ({
    metadata: { name: `p${n}`, uid: `${n}`, ...(going ? { deletionTimestamp: '2026-01-01T00:00:00Z' } : {}) },
    spec: { nodeName: 'n' },
    status: { phase: 'Running', conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] },
  }) as unknown as Pod;
const isReady = ({ status }: Pod): boolean => status.conditions?.[0]?.status === 'True';

it('replicas are made or removed as many as are lacking or too many, those that serve nobody first', () => {
  const kinds = fc.array(fc.tuple(fc.boolean(), fc.boolean()), { maxLength: 30 });
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 40 }), kinds, (replicas, all) => {
      const pods = all.map(([ready, going], n) => pod(n, ready, going));
      const active = pods.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
      const { create, remove } = planReplicas(replicas, pods, pods, 0);
      expect(active.length + create - remove.length).toBe(replicas);
      expect(create === 0 || remove.length === 0).toBe(true);
      expect(create + remove.length).toBeLessThanOrEqual(REPLICA_BURST);
      expect(remove.every(each => active.includes(each))).toBe(true);
      const kept = active.filter(each => !remove.includes(each));
      if (remove.some(isReady)) expect(kept.every(isReady)).toBe(true);
    }),
    { numRuns: 500 },
  );
});
