import * as files from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { hostWorld } from '../../../src/kernel/host-world.ts';
import { silentLogger } from '../../../src/kernel/silent-logger.ts';
import { startCluster, type TestCluster } from '../../../src/sdk/testing/cluster.ts';
import { caches } from '../../../src/sdk/caches.ts';
import { CSIDriver } from '../../kinds/storage/v1/csi-driver.ts';
import { REPUBLISH_MS } from '../limits.ts';
import { podOf } from '../testing/pod-fixtures.ts';
import type { CsiDriver } from './csi-drivers.ts';
import { csiPaths } from './csi-paths.ts';
import { inlineCsiVolume } from './csi-volume.ts';
import { CsiVolumes } from './csi-volumes.ts';

let cluster: TestCluster;
let root = '';
const stop = new AbortController();
beforeAll(async () => {
  root = await files.mkdtemp(join(tmpdir(), 'kubelet-csi-'));
  cluster = await startCluster({ without: ['scheduler', 'controllers'] });
});
afterAll(async () => {
  stop.abort();
  await cluster[Symbol.asyncDispose]();
  await files.rm(root, { recursive: true });
});

it('a driver that is called again and fails is told of, and the pod keeps its volume', async () => {
  const spec = { requiresRepublish: true, volumeLifecycleModes: ['Ephemeral' as const] };
  await cluster.client.create(CSIDriver, { metadata: { name: 'd' }, spec });
  const world = hostWorld();
  let laterMs = 0;
  let asked = 0;
  let failure: Error | undefined;
  const events: unknown[] = [];
  const driver: CsiDriver = {
    name: 'd',
    capabilities: () => Promise.resolve(new Set()),
    peer: {
      call: rpc => {
        asked++;
        return failure === undefined ? Promise.resolve(rpc.answer.decode(Buffer.alloc(0))) : Promise.reject(failure);
      },
      [Symbol.dispose]: () => undefined,
    },
  };
  const volumes = new CsiVolumes({
    world: { ...world, clock: { ...world.clock, now: () => world.clock.now() + laterMs } },
    log: silentLogger,
    client: cluster.client,
    recorder: { event: (_about, ...told) => void events.push(told) },
    caches: cluster.kernel.service(caches),
    nodeName: 'n',
    paths: csiPaths(root),
    drivers: { get: () => driver },
    driversKnown: Promise.resolve(),
    sources: { token: () => Promise.reject(new Error('no token')) },
    told: () => [],
    report: () => Promise.resolve(),
    changed: () => undefined,
    signal: stop.signal,
  });
  const pod = podOf({});
  const look = () => volumes.look(pod, inlineCsiVolume(pod, 'v', { driver: 'd' }));
  await vi.waitFor(() => expect(look().state).toBe('ready'), { timeout: 20_000 });
  expect([asked, events]).toEqual([1, []]);
  failure = new Error('no token for you');
  laterMs = REPUBLISH_MS + 1000;
  expect(look().state).toBe('ready');
  const message = 'MountVolume.SetUp failed for volume "v" : no token for you';
  await vi.waitFor(() => expect(events).toEqual([['Warning', 'FailedMount', message]]), {
    timeout: 20_000,
  });
  expect(look().state).toBe('ready');
});
