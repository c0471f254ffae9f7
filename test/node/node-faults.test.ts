import { readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { runDirectoryOf } from './host-traces.ts';
import { nodeFixture, nodeIsRunnable } from './node-fixture.ts';
import { pod, shell, type PodView } from './objects.ts';

/** One for each harm: a pod that starts again and again has to wait longer each time. */
const ILL = ['unshimmed', 'orphaned', 'torn'] as const;
const WELL = ['unleased', 'well'] as const;
const PODS = [...ILL, ...WELL];

describe.skipIf(!nodeIsRunnable('what becomes of pods whose node fails is'))('a node that fails', () => {
  const node = nodeFixture(14, { flags: ['--disable', 'dns'] });

  beforeAll(async () => {
    await node.kubectl.apply(...PODS.map(name => pod(name, shell('echo started; exec sleep 1000'))));
    await node.untilReady(...PODS);
  });

  const facts = ({ status }: PodView): unknown => [status.podIP, status.conditions, status.containerStatuses];
  const restartsOf = ({ status }: PodView): number | undefined => status.containerStatuses?.[0]?.restartCount;
  /** Those that no harm is done to but the machine's. */
  const all = (): Promise<readonly PodView[]> => Promise.all(WELL.map(name => node.getPod(name)));

  /** The state directory of a pod's sandbox. */
  const sandboxOf = async (name: string): Promise<string> => {
    const folder = join(runDirectoryOf(node.server.dataDir), 'pods');
    for (const each of await readdir(folder)) {
      const description = await readFile(join(folder, each, 'sandbox.json'), 'utf8').catch(() => '');
      if (description.includes(`"podName":"${name}"`)) return join(folder, each);
    }
    throw new Error(`no sandbox of ${name}`);
  };
  const shimOf = async (name: string): Promise<number> => {
    const directory = await sandboxOf(name);
    for (const pid of (await readdir('/proc')).filter(each => /^\d+$/.test(each))) {
      const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
      if (commandLine.startsWith('tiphys-shim') && commandLine.includes(directory)) return Number(pid);
    }
    throw new Error(`no shim of ${name}`);
  };

  /** `name` starts once more and the others do not notice. */
  const onlySuffers = async (name: (typeof ILL)[number], harm: () => Promise<void>): Promise<void> => {
    const [ill, well] = [await node.getPod(name), await node.getPod('well')];
    await harm();
    const restarted = (restartsOf(ill) ?? 0) + 1;
    await node.podWhere(name, now => {
      expect(now.status.containerStatuses?.[0]).toMatchObject({ ready: true, restartCount: restarted });
      expect(now.status.containerStatuses?.[0]?.containerID).not.toBe(ill.status.containerStatuses?.[0]?.containerID);
    });
    expect(facts(await node.getPod('well'))).toEqual(facts(well));
    expect(await node.inPod(name, 'echo works')).toBe('works\n');
  };

  it('repairs the pod whose shim was killed, and it alone', () =>
    onlySuffers('unshimmed', async () => void process.kill(await shimOf('unshimmed'), 'SIGKILL')));

  it('restarts the pod alone whose shim was killed while no daemon ran', () =>
    onlySuffers('orphaned', async () => {
      const shim = await shimOf('orphaned');
      await node.server.end('SIGKILL');
      process.kill(shim, 'SIGKILL');
      await node.server.launch();
    }));

  it('restarts the pod alone whose description is torn', () =>
    onlySuffers('torn', async () => {
      const directory = await sandboxOf('torn');
      await node.server.end('SIGKILL');
      await truncate(join(directory, 'sandbox.json'), 40);
      await node.server.launch();
    }));

  it('keeps all pods at work where the lease of one is torn', async () => {
    const [unleased, well] = await all();
    await node.server.end('SIGKILL');
    await truncate(join(node.server.dataDir, 'agent/network/leases', unleased?.status.podIP ?? ''), 7);
    await node.server.launch();
    await node.podWhere('unleased', ({ status }) =>
      expect(status.containerStatuses?.[0]).toMatchObject({ ready: true }),
    );
    expect(await node.inPod('unleased', 'ip -o -4 addr show scope global')).toContain(
      (await node.getPod('unleased')).status.podIP,
    );
    expect((await node.getPod('well')).status.containerStatuses).toEqual(well?.status.containerStatuses);
  });

  it('takes every container for dead once after a reboot', async () => {
    const before = await all();
    const again = async (times: number): Promise<void> => {
      for (const [i, name] of WELL.entries()) {
        await node.podWhere(name, now =>
          expect(now.status.containerStatuses?.[0]).toMatchObject({
            ready: true,
            restartCount: (restartsOf(before[i] ?? now) ?? 0) + times,
            lastState: { terminated: expect.anything() as unknown },
          }),
        );
      }
    };
    await node.server.end('SIGKILL');
    await writeFile(join(runDirectoryOf(node.server.dataDir), 'boot-id'), 'c0ffee00-0000-4000-8000-000000000000');
    await node.server.launch();
    await again(1);
    await node.server.end('SIGKILL');
    await node.server.launch();
    await again(1);
    // A machine that comes up has an empty /run, and nothing runs.
    await node.server.end('SIGKILL');
    await node.server.tiphys('killall');
    await node.server.launch();
    await again(2);
    const { containerStatuses = [] } = (await node.getPod(WELL[0])).status;
    expect(containerStatuses[0]?.lastState.terminated).toMatchObject({ reason: 'ContainerStatusUnknown' });
  });
});
