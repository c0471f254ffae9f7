import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from './eventually.ts';
import { runDirectoryOf, traceable, type HostTraces } from './host-traces.ts';
import { NodeFixture, nodeIsRunnable } from './node-fixture.ts';
import { pod, shell } from './objects.ts';
import { serverOptions } from './server-process.ts';

/** Steps tried, spread over all of them; `all` tries each. */
const STEPS = process.env['TIPHYS_STEPS'] ?? '4';
/** A pod takes about 12 steps until it runs. */
const FIRST_STEP = 2;
const STRIDE = 3;
const PRELOAD = resolve(import.meta.dirname, 'kill-at-step.ts');

describe.skipIf(!nodeIsRunnable('a daemon killed at each step of a sandbox is'))(
  'a daemon killed while it makes a sandbox',
  () => {
    let node: NodeFixture;
    let traces: HostTraces;
    let order: string;
    let idle: readonly string[];

    /** Everything of a pod that may lie on this machine: what the host shows, and the node's own files. */
    const remains = async (): Promise<readonly string[]> => {
      const { dataDir } = node.server;
      const folders = [
        join(runDirectoryOf(dataDir), 'pods'),
        join(dataDir, 'agent/pods'),
        join(dataDir, 'agent/runtime/containers'),
        join(dataDir, 'agent/network/leases'),
      ];
      const listed = await Promise.all(
        folders.map(async folder => (await readdir(folder)).map(name => `file ${join(folder, name)}`)),
      );
      // Each daemon has a service namespace of its own, whose link is named after it.
      const found = (await traces()).map(trace =>
        trace.replace(/\btp[0-9a-f]{6}s\w+/, 'service').replace(/@if\d+/, ''),
      );
      return [...found, ...listed.flat()];
    };

    beforeAll(async () => {
      const traced = await traceable(serverOptions(13));
      ({ traces } = traced);
      order = join(traced.options.dataDir ?? '', 'kill-at');
      // Nothing is made ahead: each pod goes through all steps.
      const config = join(traced.options.dataDir ?? '', 'config.yaml');
      await writeFile(config, 'plugins: { runtime: { spareShims: 0 } }');
      node = new NodeFixture({
        ...traced.options,
        nodeFlags: ['--import', PRELOAD],
        env: { TIPHYS_TEST_KILL_AT: order },
        flags: ['--disable', 'dns', '--config', config],
      });
      await node.start();
      // The first pod makes what stays: folders and cgroups of the classes.
      await node.kubectl.apply(pod('first', shell('exec sleep 1000')));
      await node.untilReady('first');
      await node.kubectl.run('delete', 'pod', 'first');
      await eventually(remains, left => expect(left.filter(trace => trace.startsWith('file'))).toEqual([]));
      idle = await remains();
    });
    afterAll(() => node?.stop());

    /** The calls made until the daemon died, the last one not carried out; `undefined` when it made fewer. */
    const killedAt = async (step: number): Promise<readonly string[] | undefined> => {
      const { server, kubectl } = node;
      const name = `pod-${step}`;
      await writeFile(order, String(step));
      await kubectl.apply(
        pod(name, shell('exec sleep 1000'), {}, { annotations: { 'tiphys.dev/step': String(step) } }),
      );
      const isOver = async (): Promise<boolean> => !server.isRunning || (await isReady(name));
      await eventually(isOver, over => expect(over).toBe(true));
      await rm(order);
      // From here on it does not die; it may just have.
      const isAlive = server.isRunning && (await isReady(name));
      const calls = isAlive ? undefined : (await readFile(`${order}.seen`, 'utf8')).split(' ');
      if (!isAlive) {
        await eventually(
          async () => server.isRunning,
          running => expect(running).toBe(false),
        );
        await server.launch();
      }
      await node.untilReady(name);
      await kubectl.run('delete', 'pod', name);
      await eventually(remains, left =>
        expect(beyond(idle, left), `left after step ${step}, ${calls?.at(-1)}`).toEqual([]),
      );
      return calls;
    };

    /** Also while the daemon dies: then nobody knows, and it is not. */
    const isReady = async (name: string): Promise<boolean> => {
      const { code, stdout } = await node.kubectl.answer(['get', 'pod', name, '-o', 'jsonpath={.status.phase}']);
      return code === 0 && stdout === 'Running';
    };

    it(`leaves nothing behind and runs the pod after all (${STEPS} steps)`, async () => {
      const seen = new Set<string>();
      if (STEPS === 'all') {
        for (let step = 1; ; step++) {
          const calls = await killedAt(step);
          if (calls === undefined) break;
          console.info(`step ${step}: ${calls.at(-1)}`);
          for (const call of calls) seen.add(call);
        }
      } else {
        for (let i = 0; i < Number(STEPS); i++) {
          for (const call of (await killedAt(FIRST_STEP + i * STRIDE)) ?? []) seen.add(call);
        }
      }
      expect([...seen]).toEqual(expect.arrayContaining(['makeFiles', 'spawnShim', 'send']));
    }, 900_000);
  },
);

/** What `now` has more of than `before`. */
function beyond(before: readonly string[], now: readonly string[]): readonly string[] {
  const known = [...before];
  return now.filter(each => {
    const at = known.indexOf(each);
    if (at >= 0) known.splice(at, 1);
    return at < 0;
  });
}
