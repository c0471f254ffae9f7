import { describe, expect, it } from 'vitest';
import { must } from '../../../src/base/must.ts';
import { hostWorld } from '../../../src/kernel/host-world.ts';
import { silentLogger } from '../../../src/kernel/silent-logger.ts';
import { RuntimeError, type Runtime } from '../../runtime/contract.ts';
import { podOf, recordOf } from '../testing/pod-fixtures.ts';
import { ContainerKills } from './container-kills.ts';

describe('a container that cannot be killed', () => {
  it('is told of by an event, and may be killed again', async () => {
    const told: string[] = [];
    const asked: number[] = [];
    const runtime: Pick<Runtime, 'exec' | 'stopContainer'> = {
      exec: () => Promise.reject(new Error('there is no hook')),
      async stopContainer(_id, { graceMs }) {
        asked.push(graceMs);
        throw new RuntimeError('DeadlineExceeded', 'container app-id did not end within 60000 ms of SIGKILL');
      },
    };
    const container = must(podOf({}).spec.containers[0], 'the fixture has a container');
    const { promise, resolve } = Promise.withResolvers<void>();
    const kills = new ContainerKills({
      world: hostWorld(),
      runtime,
      log: silentLogger,
      tell: ({ name }, type, reason, message) => void told.push(`${name} ${type} ${reason} ${message}`),
      changed: resolve,
    });
    kills.kill(container, recordOf('app'), '', 5000, 'Stopping container app');
    expect(kills.isIdle).toBe(false);
    await promise;
    expect(kills.isIdle).toBe(true);
    kills.kill(container, recordOf('app'), '', 5000, 'Stopping container app');
    await expect.poll(() => asked).toEqual([5000, 5000]);
    expect(told.slice(0, 2)).toEqual([
      'app Normal Killing Stopping container app',
      'app Warning FailedKillPod error killing pod: failed to "KillContainer" for "app" with KillContainerError: ' +
        '"container app-id did not end within 60000 ms of SIGKILL"',
    ]);
  });
});
