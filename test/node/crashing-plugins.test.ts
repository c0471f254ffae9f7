import { stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { eventually } from './eventually.ts';
import { nodeFixture, nodeIsRunnable } from './node-fixture.ts';
import { object, pod, shell, type PodView } from './objects.ts';
import { ServerProcess, serverOptions } from './server-process.ts';

const FOLDER = resolve(import.meta.dirname, '../crashing-plugins');
const SABOTEUR = join(FOLDER, 'saboteur.ts');
const STALL_SECONDS = 4;
const MIN_UPTIME_MS = 5000;

describe.skipIf(!nodeIsRunnable('a node with a plugin that crashes is'))('a node with a plugin that crashes', () => {
  const node = nodeFixture(12, {
    flags: ['--plugins-dir', FOLDER, '--disable', 'dns', '--stall-seconds', String(STALL_SECONDS)],
  });

  let readyAtMs = 0;
  beforeAll(() => {
    readyAtMs = performance.now();
  });

  /** Its answer may be cut off by what it brings about. */
  const write = (name: string, data: Readonly<Record<string, string>>): Promise<unknown> =>
    node.kubectl.answer(['apply', '-f', '-'], JSON.stringify(object('v1', 'ConfigMap', name, { data })));
  const sabotage = (how: string): Promise<unknown> => write('sabotage', { how });

  /** Events of the node that tell of the plugins here, as `Reason message`. */
  const told = async (): Promise<readonly string[]> => {
    const { items } = await node.kubectl.json<{
      items: readonly { involvedObject: { kind: string }; type: string; reason: string; message: string }[];
    }>('get', 'events', '-n', 'default');
    return items
      .filter(({ involvedObject, message }) => involvedObject.kind === 'Node' && /saboteur|vital/.test(message))
      .map(({ type, reason, message }) => `${type} ${reason} ${message}`);
  };
  const untilTold = (pattern: RegExp): Promise<unknown> =>
    eventually(told, events => expect(events).toContainEqual(expect.stringMatching(pattern)), 60_000);

  const facts = ({ status }: PodView): unknown => [status.podIP, status.conditions, status.containerStatuses];

  it.each([
    ['throws', 'throw', 'thrown on purpose'],
    ['rejects', 'reject', 'rejected on purpose'],
  ])('goes on when one %s, tells of it, and starts it again', async (_, how, message) => {
    const { pid } = node.server;
    await sabotage(how);
    await untilTold(new RegExp(`^Warning PluginCrashed Plugin saboteur crashed: ${message}; it starts again in `));
    // It is told the same again after each of its starts.
    await untilTold(new RegExp(`${message}.*crash \\d+ in a row`));
    await node.kubectl.run('delete', 'configmap', 'sabotage');
    expect(node.server.pid).toBe(pid);
    expect(node.server.output).toMatch(new RegExp(`"plugin":"saboteur".*${message}`));
  });

  it('starts anew in place when an essential one throws; pods run on', async () => {
    await node.kubectl.apply(pod('steady', shell('exec sleep 1000')));
    await node.untilReady('steady');
    const before = facts(await node.getPod('steady'));
    await write('sabotage-vital', {});
    // A younger server ends instead: it might never come up.
    await eventually(
      async () => performance.now() - readyAtMs,
      age => expect(age).toBeGreaterThan(MIN_UPTIME_MS),
    );
    await write('sabotage-vital', { how: 'throw' });
    await untilTold(/^Warning PluginCrashed Plugin vital crashed: thrown on purpose; the server was started anew/);
    expect(node.server.isRunning, 'the same process goes on').toBe(true);
    expect(facts(await node.getPod('steady'))).toEqual(before);
  });

  it('starts anew in place when one spins, the third time without it; pods run on', async () => {
    // Two stalls before this one: their waits are too long for a test.
    const ledger = join(node.server.dataDir, 'server', 'stalls.json');
    const modifiedMs = Math.floor((await stat(SABOTEUR)).mtimeMs);
    await writeFile(ledger, JSON.stringify({ [SABOTEUR]: { modifiedMs, stalls: 2, lastAtMs: Date.now() } }));
    const before = facts(await node.getPod('steady'));
    await sabotage('spin');
    await untilTold(
      /^Warning PluginStalled Plugin saboteur kept .*\(file:\/\/.*saboteur\.ts:\d+:\d+\); .*left out until/,
    );
    await eventually(
      async () => node.server.output,
      said => expect(said).toMatch(/the event loop stands still; starting anew[^]*node .* is Ready/),
    );
    expect(node.server.isRunning, 'the same process goes on').toBe(true);
    expect(facts(await node.getPod('steady'))).toEqual(before);
    await node.kubectl.apply(pod('later', shell('exec sleep 1000')));
    await node.untilReady('later');
    // What told it to spin is still there: nobody reads it any more.
    expect(await node.kubectl.run('get', 'configmap', 'sabotage', '-o', 'jsonpath={.data.how}')).toBe('spin');
  });

  it('starts at its leisure from a disk that is slower than a plugin may be', async () => {
    const slowly = `data:text/javascript,${encodeURIComponent(`
      import { registerHooks } from 'node:module';
      const pause = new Int32Array(new SharedArrayBuffer(4));
      registerHooks({
        load: (url, context, next) => {
          if (url.endsWith('/server.js')) Atomics.wait(pause, 0, 0, ${(STALL_SECONDS + 1) * 1000});
          return next(url, context);
        },
      });`)}`;
    const flags = ['--stall-seconds', String(STALL_SECONDS), '--disable', 'dns'];
    const server = await ServerProcess.start({ ...serverOptions(13), flags, nodeFlags: ['--import', slowly] });
    expect(server.startedInMs).toBeGreaterThan(STALL_SECONDS * 1000);
    expect(server.output).not.toContain('stands still');
    await server.destroy();
  });
});
