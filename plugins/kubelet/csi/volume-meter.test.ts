import { expect, it, vi } from 'vitest';
import { hostWorld } from '../../../src/kernel/host-world.ts';
import { silentLogger } from '../../../src/kernel/silent-logger.ts';
import { claimMetrics, claimVolumes } from '../metrics/claim-fill.ts';
import { podOf } from '../testing/pod-fixtures.ts';
import { NODE_CAPABILITY, nodeGetVolumeStats, USAGE_UNIT } from './csi-rpcs.ts';
import type { CsiVolume } from './csi-volume.ts';
import { VolumeMeter } from './volume-meter.ts';

const bytes = { available: 30, total: 100, used: 70, unit: USAGE_UNIT.bytes };
const claim = { name: 'c', namespace: 'shop' };
const volume = { name: 'pv', driver: 'd', handle: 'h', claim } as unknown as CsiVolume;
const publishedBy = (...capabilities: readonly number[]) => ({
  path: '/there',
  facts: { spec: undefined, capabilities: new Set(capabilities), fsGroup: undefined, publishContext: {} },
});

/** With a clock that is turned by hand, and a driver that answers when it is told to. */
function meterOf() {
  const stop = new AbortController();
  const answers: PromiseWithResolvers<object>[] = [];
  const asked: unknown[] = [];
  let tick = (): void => undefined;
  const every = (_periodMs: number, run: () => void): Disposable => {
    tick = run;
    return { [Symbol.dispose]: () => undefined };
  };
  const world = hostWorld();
  const peer = {
    call: (_rpc: unknown, request: unknown) => {
      asked.push(request);
      const answer = Promise.withResolvers<object>();
      answers.push(answer);
      return answer.promise;
    },
    [Symbol.dispose]: () => undefined,
  };
  const driver = { name: 'd', capabilities: () => Promise.resolve(new Set<number>()), peer };
  const meter = new VolumeMeter({
    world: { clock: { ...world.clock, now: () => 0 }, timers: { ...world.timers, every } },
    log: silentLogger,
    drivers: { get: () => driver as never },
    signal: stop.signal,
  });
  return { meter, asked, answers, tick: () => tick() };
}

it('a driver is asked again and again, never twice at once, and what it told last is known until it fails', async () => {
  const { meter, asked, answers, tick } = meterOf();
  for (let times = 0; times < 2; times++) meter.watch('u1', volume, publishedBy(NODE_CAPABILITY.volumeStats));
  tick();
  expect([asked, meter.all()]).toEqual([[{ volumeId: 'h', volumePath: '/there' }], []]);
  answers[0]?.resolve({ usage: [bytes] });
  await vi.waitFor(() => expect(meter.of('u1')).toMatchObject([{ claim, usedBytes: 70, inodes: 0 }]));
  tick();
  expect(asked).toHaveLength(2);
  expect(meter.all()).toHaveLength(1);
  answers[1]?.reject(new Error('not now'));
  await vi.waitFor(() => expect(meter.all()).toEqual([]));
  tick();
  answers[2]?.resolve({ usage: [bytes] });
  await vi.waitFor(() => expect(meter.all()).toHaveLength(1));
  meter.forget('u1');
  tick();
  expect([asked.length, meter.all()]).toEqual([3, []]);
});

it('a driver that does not count is not asked, nor for a volume that nobody claims', () => {
  const { meter, asked } = meterOf();
  meter.watch('u1', volume, publishedBy());
  const { claim: _claim, ...unclaimed } = volume;
  meter.watch('u1', unclaimed, publishedBy(NODE_CAPABILITY.volumeStats));
  expect(asked).toEqual([]);
});

it('is told by the pod’s name of the volume, and once a claim', () => {
  const counts = { availableBytes: 30, capacityBytes: 100, usedBytes: 70, inodesFree: 8, inodes: 10, inodesUsed: 2 };
  const fill = { claim, atMs: 0, ...counts };
  const pod = podOf({
    volumes: [
      { name: 'data', persistentVolumeClaim: { claimName: 'c' } },
      { name: 'other', persistentVolumeClaim: { claimName: 'd' } },
    ],
  });
  expect(claimVolumes(pod, [fill])).toEqual([{ time: '1970-01-01T00:00:00Z', ...counts, name: 'data', pvcRef: claim }]);
  const metrics = claimMetrics([fill, fill]);
  const labels = { namespace: 'shop', persistentvolumeclaim: 'c' };
  expect(metrics.map(({ name, samples }) => [name.slice('kubelet_volume_stats_'.length), samples])).toEqual([
    ['available_bytes', [{ labels, value: 30 }]],
    ['capacity_bytes', [{ labels, value: 100 }]],
    ['inodes', [{ labels, value: 10 }]],
    ['inodes_free', [{ labels, value: 8 }]],
    ['inodes_used', [{ labels, value: 2 }]],
    ['used_bytes', [{ labels, value: 70 }]],
  ]);
});

it('reads on the wire as the protocol has it', () => {
  // 1: {1: 30, 2: 100, 3: 70, 4: 1}
  const answer = Buffer.from('0a08081e106418462001', 'hex');
  expect(nodeGetVolumeStats.answer.decode(answer)).toEqual({ usage: [bytes] });
  const request = nodeGetVolumeStats.request.encode({ volumeId: 'h', volumePath: '/t' });
  expect(request.toString('hex')).toBe('0a016812022f74');
});
