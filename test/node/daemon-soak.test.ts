import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from './eventually.ts';
import { traceable, type HostTraces } from './host-traces.ts';
import { NodeFixture, nodeIsRunnable } from './node-fixture.ts';
import type { PodView } from './objects.ts';
import { RawApi } from './raw-api.ts';
import { serverOptions } from './server-process.ts';
import { FollowedLines } from './soak/followed-lines.ts';
import { ReadyWatch } from './soak/ready-watch.ts';
import { exitCodeOf, leaverName, leaverPods, survivorPods } from './soak/soak-pods.ts';
import { Writers } from './soak/writers.ts';

const CYCLES = Number(process.env['TIPHYS_CYCLES'] ?? 3);
const PODS = Number(process.env['TIPHYS_PODS'] ?? 9);
const LEAVERS = 3;
const WRITERS = 8;
/** Followed logs and exec streams that each death of the daemon breaks. */
const STREAMS = 3;

describe.skipIf(!nodeIsRunnable('a daemon killed again and again under load is'))(
  'a daemon that is killed again and again under load',
  () => {
    let node: NodeFixture;
    let api: RawApi;
    let traces: HostTraces;
    let clean: readonly string[];
    let notes: string;

    beforeAll(async () => {
      const traced = await traceable(serverOptions(11));
      ({ traces } = traced);
      clean = await traces();
      node = new NodeFixture(traced.options);
      await node.start();
      notes = join(node.server.dataDir, 'notes');
      await mkdir(notes);
      api = await RawApi.from(node.server.kubeconfig);
      await node.kubectl.apply(...survivorPods(PODS));
      await node.kubectl.run('wait', '--for=condition=Ready', 'pod', '-l', 'soak', '--timeout=90s');
    });

    afterAll(async () => {
      api?.close();
      await node?.stop();
      await eventually(traces, left => expect(left.filter(trace => !clean.includes(trace))).toEqual([]));
    });

    /** Follows logs and talks to commands in containers; once all speak, answers how to wait for their end. */
    const streams = async (): Promise<() => Promise<readonly string[]>> => {
      const stop = new AbortController();
      const logs = Array.from({ length: STREAMS }, (_, i) => {
        const path = `/api/v1/namespaces/default/pods/survivor-${i}/log?container=main&follow=true`;
        return new FollowedLines(api.lines(path, stop.signal));
      });
      const execs = Array.from({ length: STREAMS }, (_, i) => {
        const command = ['exec', '-i', `survivor-${i}`, '-c', 'main', '--', 'cat'];
        return spawn(node.kubectlBinary, ['--kubeconfig', node.server.kubeconfig, ...command], {
          stdio: ['pipe', 'pipe', 'ignore'],
        });
      });
      for (const exec of execs) exec.stdin.on('error', () => undefined).write('hello\n');
      await Promise.all([...logs.map(log => log.first), ...execs.map(exec => once(exec.stdout, 'data'))]);
      return async () => {
        await Promise.all(logs.map(log => log.ended));
        stop.abort();
        for (const exec of execs) exec.kill('SIGKILL');
        return logs.map(log => log.text);
      };
    };

    const aliveAgain = async (): Promise<number> => {
      const beganMs = performance.now();
      const launched = node.server.launch();
      await eventually(
        () => api.send('GET', '/readyz'),
        ({ code }) => expect(code).toBe(200),
      );
      const tookMs = performance.now() - beganMs;
      await launched;
      return tookMs;
    };

    const cycle = async (number: number): Promise<number> => {
      await node.kubectl.apply(...leaverPods(number, LEAVERS, notes));
      await node.kubectl.run('wait', '--for=condition=Ready', 'pod', '-l', `leaver=${number}`, '--timeout=90s');
      const broken = await streams();
      await new Promise(resume => setTimeout(resume, Math.random() * 1000));
      await node.server.end('SIGKILL');
      await writeFile(join(notes, `go-${number}`), '');
      const followed = await broken();
      // Those that leave look for their file each 50 ms; some may be found by the next daemon while they end.
      await new Promise(resume => setTimeout(resume, Math.random() * 500));
      const tookMs = await aliveAgain();
      for (const [i, text] of followed.entries()) {
        const whole = await node.kubectl.run('logs', `survivor-${i}`, '-c', 'main');
        expect(whole.startsWith(text), `what was followed of survivor-${i} is the beginning of its log`).toBe(true);
      }
      for (let i = 0; i < LEAVERS; i++) {
        const gone = await node.podWhere(leaverName(number, i), ({ status }) => expect(status.phase).toBe('Failed'));
        expect(gone.status.containerStatuses?.[0]?.state.terminated).toMatchObject({
          exitCode: exitCodeOf(i),
          reason: 'Error',
        });
        expect(await node.kubectl.run('logs', leaverName(number, i))).toBe('last words\n');
      }
      await node.kubectl.run('delete', 'pod', '-l', `leaver=${number}`, '--wait=false');
      return tookMs;
    };

    it(
      `loses nothing and disturbs no container in ${CYCLES} deaths`,
      async () => {
        const watch = new ReadyWatch(api);
        const writers = new Writers(api, WRITERS);
        const backMs: number[] = [];
        try {
          for (let i = 1; i <= CYCLES; i++) backMs.push(await cycle(i));
        } finally {
          await writers.stop();
          await watch.stop();
        }
        console.info(
          `${CYCLES} deaths, ${PODS} pods, ${writers.acknowledged} writes acknowledged, API back after ` +
            `${backMs.map(each => each.toFixed(0)).join(', ')} ms`,
        );
        expect(watch.changes).toEqual([]);
        expect(watch.resumed).toBeGreaterThanOrEqual(CYCLES);
        expect(writers.acknowledged, 'writes under way at the deaths').toBeGreaterThan(CYCLES * 20);
        expect(await writers.lost()).toEqual([]);
        const { items } = await api.json<{ items: readonly PodView[] }>(
          '/api/v1/namespaces/default/pods?labelSelector=soak',
        );
        expect(
          items.flatMap(({ status }) => status.containerStatuses ?? []).map(({ restartCount }) => restartCount),
        ).toEqual(items.flatMap(({ status }) => status.containerStatuses ?? []).map(() => 0));
        for (const { metadata } of items) {
          const lines = (await node.kubectl.run('logs', metadata.name, '-c', 'main')).trimEnd().split('\n');
          expect(lines, `the log of ${metadata.name} is whole`).toEqual(lines.map((_, i) => String(i)));
        }
        const events = await node.kubectl.run(
          'get',
          'events',
          '-o',
          'jsonpath={range .items[*]}{.involvedObject.name} {.reason}{"\\n"}{end}',
        );
        expect(events.split('\n').filter(line => /^survivor-\d+ (Killing|BackOff|SandboxChanged)/.test(line))).toEqual(
          [],
        );
      },
      60_000 + CYCLES * 60_000,
    );
  },
);
