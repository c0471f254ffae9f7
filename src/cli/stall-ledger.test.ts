import { mkdtemp, mkdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CrashLog, type PluginCrash } from '../kernel/crash-log.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { AnyPlugin } from '../kernel/plugin.ts';
import { silentLogger } from '../kernel/silent-logger.ts';
import { manualWorld } from '../sdk/testing/manual-world.ts';
import { judgeStalls, readStall, StallLedger } from './stall-ledger.ts';
import { ThirdParty } from './third-party.ts';

const record = { modifiedMs: 5, stalls: 1, lastAtMs: 0 };

describe('judgeStalls', () => {
  it.each([
    ['never stalled', undefined, 5, 0, { start: 'after', waitMs: 0 }],
    ['once', record, 5, 0, { start: 'after', waitMs: 10_000 }],
    ['twice', { ...record, stalls: 2 }, 5, 0, { start: 'after', waitMs: 60_000 }],
    ['three times', { ...record, stalls: 3 }, 5, 0, { start: 'never' }],
    ['three times, but the file was changed', { ...record, stalls: 3 }, 6, 0, { start: 'after', waitMs: 0 }],
    ['three times, long ago', { ...record, stalls: 3 }, 5, 86_400_001, { start: 'after', waitMs: 0 }],
  ])('%s', (_, given, modifiedMs, nowMs, verdict) => {
    expect(judgeStalls(given, modifiedMs, nowMs)).toEqual(verdict);
  });
});

describe('readStall', () => {
  const ours = new URL('../../plugins/scheduler/decide.ts', import.meta.url).href;
  it.each([
    [
      'a third party’s frame before ours, the innermost of them',
      `f (${ours}:1:2)\ng (file:///p/a.ts:3:4)\nh (file:///p/b.ts:5:6)\n`,
      { at: 'g (file:///p/a.ts:3:4)', culprit: { file: '/p/a.ts' } },
    ],
    [
      'the built-in plugin where there is no third party',
      `match (node:regexp:1:1)\nf (${ours}:1:2)\n`,
      { at: `f (${ours}:1:2)`, culprit: { builtin: 'scheduler' } },
    ],
    ['nobody', '(not in JavaScript)\n', { at: '(not in JavaScript)', culprit: undefined }],
  ])('finds %s', (_, report, stall) => {
    expect(readStall(report, ['/p/a.ts', '/p/b.ts'])).toEqual(stall);
  });
});

describe('plugins of a folder, one of which made a server stand still', () => {
  let dataDir: string;
  let spinner: string;
  let crashes: PluginCrash[];

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'tiphys-stall-'));
    crashes = [];
    spinner = join(dataDir, 'plugins', 'spinner.ts');
    await mkdir(join(dataDir, 'plugins'));
    await mkdir(join(dataDir, 'server'));
    await writeFile(spinner, "export default { name: 'spinner' };");
    await writeFile(join(dataDir, 'plugins', 'calm.ts'), "export default { name: 'calm' };");
  });
  afterEach(() => rm(dataDir, { recursive: true, force: true }));

  /** One start of a server; the names of the plugins that start with it, and later. */
  const start = async (): Promise<{ readonly atOnce: readonly string[]; readonly later: readonly string[] }> => {
    const world = manualWorld();
    const log = new CrashLog();
    log.follow(crash => crashes.push(crash));
    const thirdParty = new ThirdParty(world, silentLogger, log);
    const atOnce = await thirdParty.load(join(dataDir, 'plugins'), new StallLedger(world, dataDir));
    const later: string[] = [];
    const added = Promise.withResolvers<void>();
    thirdParty.addLater({
      add: (plugin: AnyPlugin) => {
        later.push(plugin.name);
        added.resolve();
      },
    } as Kernel);
    await world.advance(9_999);
    expect(later).toEqual([]);
    await world.advance(60_000);
    const isExpected = atOnce.length < 2 && crashes.at(-1)?.outcome.kind !== 'LeftOut';
    if (isExpected) await added.promise;
    return { atOnce: atOnce.map(({ name }) => name), later };
  };
  const stalled = (): Promise<void> =>
    writeFile(join(dataDir, 'server', 'stall-report'), `spin (file://${spinner}:1:1)\n`);

  it('has to wait twice, and is then left out until its file changes', async () => {
    expect(await start()).toEqual({ atOnce: ['calm', 'spinner'], later: [] });
    await stalled();
    expect(await start()).toEqual({ atOnce: ['calm'], later: ['spinner'] });
    expect(crashes).toMatchObject([
      { plugin: 'spinner', kind: 'stalled', outcome: { kind: 'ServerRestarted', inMs: 10_000 } },
    ]);
    expect(await start(), 'also after an ordinary restart').toEqual({ atOnce: ['calm'], later: ['spinner'] });
    await stalled();
    await start();
    await stalled();
    expect(await start()).toEqual({ atOnce: ['calm'], later: [] });
    expect(crashes.map(({ outcome }) => outcome.kind)).toEqual(['ServerRestarted', 'ServerRestarted', 'LeftOut']);
    await utimes(spinner, 1, 1);
    expect(await start()).toEqual({ atOnce: ['calm', 'spinner'], later: [] });
  });

  it('is not held against it where the ledger cannot be read', async () => {
    await writeFile(join(dataDir, 'server', 'stalls.json'), '{"half');
    expect(await start()).toEqual({ atOnce: ['calm', 'spinner'], later: [] });
  });
});
