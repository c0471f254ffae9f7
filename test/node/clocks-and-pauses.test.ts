import { globSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { eventually } from './eventually.ts';
import { nodeFixture, nodeIsRunnable } from './node-fixture.ts';
import { BUSYBOX, object, pod, shell, type PodView } from './objects.ts';

const runnable = nodeIsRunnable('clocks that are set, and daemons that are stopped for a while, are');
/** Debian's package `faketime` has it. It fakes the wall clock of a program and leaves the monotonic one alone. */
const [library] = globSync('/usr/lib/*/faketime/libfaketimeMT.so.1');
if (runnable && library === undefined) console.warn('! no faketime: clocks that are set are NOT tested');

const HOUR_S = 3600;
const STALL_SECONDS = 2;
const READY_PROBE = { exec: { command: ['true'] }, periodSeconds: 1 };
const steady = object('apps/v1', 'Deployment', 'steady', {
  spec: {
    replicas: 3,
    selector: { matchLabels: { app: 'steady' } },
    template: {
      metadata: { labels: { app: 'steady' } },
      spec: { containers: [shell('trap exit TERM; while :; do sleep 0.2; done', { readinessProbe: READY_PROBE })] },
    },
  },
});

interface NodeView {
  readonly status: { readonly conditions: readonly { readonly type: string; readonly status: string }[] };
}

describe.skipIf(!runnable)('a daemon whose time is not even', () => {
  const clock = join('/tmp', `tiphys-clock-${process.pid}`);
  const setClock = (offsetSeconds: number): void =>
    writeFileSync(clock, `${offsetSeconds < 0 ? '' : '+'}${offsetSeconds}\n`);
  // Its certificates are as old as that, and good from then on.
  setClock(-72 * HOUR_S);
  // Of the daemon alone: that its shims have the machine's, it takes for exits in the future.
  const faked = {
    LD_PRELOAD: library ?? '',
    FAKETIME_TIMESTAMP_FILE: clock,
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
    FAKETIME_NO_CACHE: '1',
  };
  const node = nodeFixture(23, {
    flags: [`--stall-seconds=${STALL_SECONDS}`],
    env: library === undefined ? {} : faked,
  });

  beforeAll(async () => {
    await node.kubectl.apply(steady);
    await node.kubectl.run('rollout', 'status', 'deployment/steady', '--timeout=90s');
  });

  /** With the times of their conditions: none may have flipped. */
  const steadyPods = async (): Promise<readonly unknown[]> => {
    const { items } = await node.kubectl.json<{ items: readonly PodView[] }>('get', 'pods', '-l', 'app=steady');
    return items
      .map(({ metadata, status }) => ({
        name: metadata.name,
        conditions: status.conditions,
        containers: status.containerStatuses?.map(({ containerID, ready }) => ({ containerID, ready })),
      }))
      .sort((one, other) => one.name.localeCompare(other.name));
  };
  const isNodeReady = async (): Promise<string | undefined> => {
    const { items } = await node.kubectl.json<{ items: readonly NodeView[] }>('get', 'nodes');
    return items[0]?.status.conditions.find(({ type }) => type === 'Ready')?.status;
  };
  const pullsOf = async (name: string): Promise<number> => {
    const { items } = await node.kubectl.json<{ items: readonly { readonly count?: number }[] }>(
      'get',
      'events',
      `--field-selector=involvedObject.name=${name},reason=Pulling`,
    );
    return items.reduce((sum, { count = 1 }) => sum + count, 0);
  };
  const startsPod = async (name: string): Promise<void> => {
    await node.kubectl.apply(pod(name, shell('sleep 1000'), { containers: [shell('sleep 1000', { image: BUSYBOX })] }));
    await node.untilReady(name);
    await node.kubectl.run('delete', 'pod', name, '--timeout=90s');
  };

  it.skipIf(library === undefined)(
    'goes on when its clock is set on, back and about; no wait grows by what it was set back',
    async () => {
      const before = await steadyPods();
      setClock(-24 * HOUR_S);
      await startsPod('later');
      setClock(-48 * HOUR_S);
      await startsPod('earlier');
      for (let flip = 0; flip < 10; flip++) {
        setClock((flip % 2 === 0 ? -24 : -48) * HOUR_S);
        await sleep(200);
      }
      await node.kubectl.apply(
        pod('crashing', shell('exit 3')),
        pod('nowhere', { name: 'main', image: '127.0.0.1:1/nothing:1' }),
      );
      await node.podWhere('crashing', ({ status }) => expect(restartsOf(status)).toBe(1));
      await eventually(
        () => pullsOf('nowhere'),
        pulls => expect(pulls).toBe(1),
      );
      // Both wait for ten seconds when the clock is set back by another half a day.
      setClock(-60 * HOUR_S);
      await node.podWhere('crashing', ({ status }) => expect(restartsOf(status)).toBe(2), 60_000);
      await eventually(
        () => pullsOf('nowhere'),
        pulls => expect(pulls).toBeGreaterThan(1),
        60_000,
      );
      expect(await steadyPods()).toEqual(before);
      expect(await isNodeReady()).toBe('True');
    },
  );

  it('goes on after it was stopped for longer than its watchdog waits', async () => {
    const before = await steadyPods();
    const { pid } = node.server;
    process.kill(pid, 'SIGSTOP');
    await sleep(2 * STALL_SECONDS * 1000);
    process.kill(pid, 'SIGCONT');
    await startsPod('afterwards');
    expect(node.server.isRunning).toBe(true);
    expect(node.server.output).not.toContain('stands still');
    expect(await steadyPods()).toEqual(before);
    expect(await isNodeReady()).toBe('True');
  });
});

const restartsOf = (status: PodView['status']): number => status.containerStatuses?.[0]?.restartCount ?? 0;
