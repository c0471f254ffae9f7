import { describe, expect, it } from 'vitest';
import { memoryPlace } from '../../src/base/testing/memory-place.ts';
import { scratchFolder } from '../../src/base/testing/scratch-folder.ts';
import { openEtcdStore } from '../../plugins/store-etcd/etcd-store.ts';
import { EtcdProcess, hasEtcd } from '../../plugins/store-etcd/testing/etcd-process.ts';
import { openSqliteStore } from '../../plugins/store-sqlite/sqlite-store.ts';
import { hostWorld } from '../../src/kernel/host-world.ts';
import { createMemoryStore } from '../../src/store/memory-store.ts';
import { exercise } from './exercise.ts';
import { judgeRun } from './judge.ts';
import { DISK_BUGS } from './sim-disk.ts';
import { isValid, simulate } from './simulate.ts';
import { STORE_BUGS } from './store-bugs.ts';

/** More: `TIPHYS_SEEDS=1000`, or `npm run sim`. */
const SEEDS = Number(process.env['TIPHYS_SEEDS'] ?? 30);

describe('a simulated store', () => {
  it(
    'is linearizable, reuses no revision and keeps its watches through crashes, full disks and failed writes',
    async () => {
      const sum = { valid: 0, full: 0, failed: 0 };
      for (let seed = 1; seed <= SEEDS; seed++) {
        const report = await simulate({ seed });
        expect([`npm run sim -- --seed ${seed}`, report.problems]).toEqual([`npm run sim -- --seed ${seed}`, []]);
        if (isValid(report)) sum.valid++;
        sum.full += report.did.full;
        sum.failed += report.did.failed;
      }
      /** Runs that did too little prove nothing. */
      expect(sum.valid).toBeGreaterThanOrEqual(Math.floor(SEEDS * 0.95));
      expect(sum.full).toBeGreaterThan(SEEDS / 2);
      expect(sum.failed).toBeGreaterThan(SEEDS / 3);
    },
    120_000 + SEEDS * 1_000,
  );

  it.each([...DISK_BUGS, ...STORE_BUGS])('with a defect (%s) is found out', async bug => {
    const found: string[] = [];
    for (let seed = 1; seed <= 8 && found.length === 0; seed++) found.push(...(await simulate({ seed, bug })).problems);
    expect(found).not.toEqual([]);
  });
});

describe('every driver, in real time', () => {
  it('memory', async () => {
    const history = await exercise({
      seed: 1,
      operations: 1_500,
      restarts: 0,
      open: async () => createMemoryStore(hostWorld()),
    });
    expect(judgeRun(history)).toEqual({ problems: [], undecided: 0 });
    expect(history.log.length).toBeGreaterThan(300);
  });

  it('SQLite, closed and opened anew meanwhile', async () => {
    const folder = await scratchFolder(memoryPlace());
    const open = () => openSqliteStore({ folder, world: hostWorld() });
    const history = await exercise({ seed: 2, operations: 1_500, restarts: 3, open });
    expect(judgeRun(history)).toEqual({ problems: [], undecided: 0 });
    expect(history.log.length).toBeGreaterThan(300);
    expect(history.sessions.filter(({ resumes }) => resumes).length).toBeGreaterThan(3);
  }, 60_000);

  it.skipIf(!hasEtcd('linearizability of two servers over one etcd is'))(
    'etcd, opened by two servers at the same time',
    async () => {
      await using etcd = await EtcdProcess.start();
      const open = () => openEtcdStore({ endpoints: [etcd.clientUrl], tls: {}, world: hostWorld(), prefix: '/' });
      const history = await exercise({ seed: 3, operations: 1_500, restarts: 1, open, servers: 2 });
      expect(judgeRun(history)).toEqual({ problems: [], undecided: 0 });
      expect(history.log.length).toBeGreaterThan(300);
      expect(history.sessions.filter(({ resumes }) => resumes).length).toBeGreaterThan(3);
    },
    60_000,
  );
});
