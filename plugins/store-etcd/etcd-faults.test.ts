import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hostWorld } from '../../src/kernel/host-world.ts';
import { silentLogger } from '../../src/kernel/silent-logger.ts';
import type { Opened } from '../../src/store/mending-store.ts';
import type { Store, StoreError, WatchBatch } from '../../src/store/store.ts';
import { putOf } from '../../src/store/testing/trial.ts';
import { manualWorld } from '../../src/sdk/testing/manual-world.ts';
import { serveHealth } from '../apiserver/health.ts';
import { HEALTH_CHECK_MS } from '../apiserver/limits.ts';
import { openEtcdStore, type EtcdStoreOptions } from './etcd-store.ts';
import { REQUEST_MS } from './limits.ts';
import { Doorman } from './testing/doorman.ts';
import { EtcdProcess, hasEtcd } from './testing/etcd-process.ts';
import { brokenPromises, WRITERS, writeThreeKeys, type Acknowledged } from './testing/three-keys.ts';

const opened = (endpoints: readonly string[], more: Partial<EtcdStoreOptions> = {}): Promise<Opened> =>
  openEtcdStore({ endpoints, tls: {}, world: hostWorld(), prefix: '/registry/', ...more });

const put = (store: Store, name: string, text = 'x') =>
  store.transact({ guards: [], writes: [putOf(`/registry/${name}`, text)] });

/** Tells all that a watch tells until `over`. */
async function watched(store: Store, after: number, over: AbortSignal): Promise<readonly WatchBatch[]> {
  const batches: WatchBatch[] = [];
  for await (const batch of store.watch('/registry/', { after, signal: over })) batches.push(batch);
  return batches;
}

/** Six writers and a watch while `disturb` does its work; then they are held to what they were told. */
async function disturbed(store: Store, disturb: () => Promise<void>): Promise<readonly Acknowledged[]> {
  const told: Acknowledged[] = [];
  let isOver = false;
  const watching = new AbortController();
  const after = store.committed;
  const seen = watched(store, after, watching.signal);
  const writers = Array.from({ length: WRITERS }, (_, writer) =>
    writeThreeKeys(
      store,
      writer,
      () => isOver,
      line => void told.push(line),
    ),
  );
  await disturb();
  isOver = true;
  await Promise.all(writers);
  expect(await brokenPromises(store, told)).toEqual([]);
  const { revision } = await store.get('/registry/');
  watching.abort();
  const revisions = (await seen).map(batch => batch.revision);
  expect(revisions).toEqual(Array.from({ length: revision - after }, (_, n) => after + 1 + n));
  return told;
}

/** Until so many more writes were acknowledged, by whatever is there to acknowledge them. */
async function progress(store: Store, revisions: number): Promise<void> {
  const { committed } = store;
  for (let attempt = 0; store.committed < committed + revisions; attempt++) {
    if (attempt > 2_500) throw new Error(`the store stands at ${store.committed}: ${store.failure?.message}`);
    await setTimeout(10);
  }
}

describe.skipIf(!hasEtcd('what becomes of writes when etcd fails is'))('the etcd store', () => {
  let etcd: EtcdProcess;
  beforeAll(async () => {
    etcd = await EtcdProcess.start();
  });
  afterAll(() => etcd[Symbol.asyncDispose]());

  it('loses nothing, halves nothing and leaves no gap in a watch where etcd is killed again and again', async () => {
    await using store = await opened([etcd.clientUrl]);
    await disturbed(store, async () => {
      for (let cycle = 0; cycle < 4; cycle++) {
        await progress(store, 40);
        await etcd.kill();
        await etcd.run();
      }
      await progress(store, 40);
    });
    expect(store.failure).toBeUndefined();
  }, 60_000);

  it('loses nothing where the server is killed again and again', async () => {
    const told: Acknowledged[] = [];
    for (let cycle = 0; cycle < 3; cycle++) {
      told.push(...(await writeUntilKilled(etcd, 150 + 100 * cycle)));
      await using store = await opened([etcd.clientUrl]);
      expect(await brokenPromises(store, told)).toEqual([]);
    }
    expect(told.length).toBeGreaterThan(30);
  }, 60_000);

  it('goes on where its connections are cut, without a gap or an event twice', async () => {
    await using doorman = await Doorman.before(etcd.clientUrl);
    await using store = await opened([doorman.url]);
    await disturbed(store, async () => {
      for (let cycle = 0; cycle < 6; cycle++) {
        await progress(store, 20);
        doorman.cut();
      }
      await progress(store, 20);
    });
  }, 60_000);

  it('says of a request that is not answered in time that it may have been done', async () => {
    await using doorman = await Doorman.before(etcd.clientUrl);
    const world = manualWorld();
    await using store = await opened([doorman.url], { world });
    doorman.hold();
    const answers = [put(store, 'held'), store.get('/registry/held')].map(answer =>
      answer.catch((error: StoreError) => error),
    );
    await world.advance(REQUEST_MS);
    for (const answer of answers) {
      expect(await answer).toMatchObject({
        code: 'Unanswered',
        message: expect.stringContaining('no answer in 5000 ms'),
      });
    }
  });

  it('makes the server not ready as soon as etcd says nothing more', async () => {
    await using doorman = await Doorman.before(etcd.clientUrl);
    const world = manualWorld();
    await using store = await opened([doorman.url], { world });
    const ready = () =>
      serveHealth(
        { world, log: silentLogger, checks: [], store, series: { observe: () => undefined } },
        ['readyz', 'etcd'],
        new URLSearchParams(),
      );
    expect(await ready()).toMatchObject({ code: 200 });
    doorman.hold();
    const answer = ready();
    await world.advance(HEALTH_CHECK_MS);
    expect(await answer).toMatchObject({ code: 500, text: 'internal server error: timed out\n' });
  });

  it('is not ready while etcd is away, and comes back by itself', async () => {
    await using doorman = await Doorman.before(etcd.clientUrl);
    await using store = await opened([doorman.url]);
    doorman.shut();
    await expect(put(store, 'away')).rejects.toMatchObject({ code: 'Unanswered' });
    await expect.poll(() => store.failure?.code).toBe('Unanswered');
    doorman.open();
    await expect.poll(() => store.failure, { timeout: 10_000 }).toBeUndefined();
    expect(await put(store, 'back')).toMatchObject({ ok: true });
  }, 20_000);

  it('tells watches that they missed something where it was away for longer than etcd remembers', async () => {
    await using doorman = await Doorman.before(etcd.clientUrl);
    const failures: string[] = [];
    await using store = await opened([doorman.url], { onFailed: error => void failures.push(error.message) });
    await using other = await opened([etcd.clientUrl]);
    await put(other, 'before');
    const watch = store.watch('/registry/', { after: store.committed, signal: AbortSignal.timeout(15_000) });
    const told = (async () => {
      for await (const batch of watch) if (batch.changes.some(change => change.type === 'delete')) return 'no gap';
      return 'aborted';
    })().catch((error: StoreError) => error.code);
    await store.get('/registry/before');
    doorman.shut();
    await put(other, 'meanwhile');
    const { revision } = await put(other, 'meanwhile', 'again');
    await other.compact(revision);
    doorman.open();
    expect(await told).toBe('Overrun');
    expect((await store.get('/registry/meanwhile')).entry?.value.toString()).toBe('again');
    await expect(store.list('/registry/', { revision: revision - 1 })).rejects.toMatchObject({ code: 'Compacted' });
    expect(failures).toEqual([expect.stringMatching(/^etcd's history begins at revision \d+, after \d+$/)]);
  }, 30_000);
});

describe.skipIf(!hasEtcd('a cluster of three is'))('the etcd store over three members', () => {
  it('loses nothing where the leader is killed, and asks another where one does not answer', async () => {
    const members = await EtcdProcess.startThree();
    await using all = new AsyncDisposableStack();
    for (const member of members) all.use(member);
    await using store = await opened(members.map(({ clientUrl }) => clientUrl));
    await disturbed(store, async () => {
      for (let cycle = 0; cycle < 1; cycle++) {
        await progress(store, 30);
        const leads = await Promise.all(members.map(member => member.status()));
        const leader = members[leads.findIndex(({ isLeader }) => isLeader)];
        await leader?.kill();
        await progress(store, 30);
        await leader?.run();
      }
      members[0]?.pause();
      await progress(store, 30);
      members[0]?.resume();
    });
  }, 90_000);
});

/** Lets a process of its own write for a while, kills it without warning, and answers what it had said. */
async function writeUntilKilled(etcd: EtcdProcess, runMs: number): Promise<readonly Acknowledged[]> {
  const script = join(import.meta.dirname, 'testing', 'crash-writer.ts');
  const path = join(etcd.folder, 'said');
  const said = await open(path, 'w');
  const child = spawn(process.execPath, [script, etcd.clientUrl], { stdio: ['ignore', said.fd, 'inherit'] });
  const exited = once(child, 'exit');
  while ((await said.stat()).size === 0 && child.exitCode === null) await setTimeout(5);
  await setTimeout(runMs);
  child.kill('SIGKILL');
  expect(await exited).toEqual([null, 'SIGKILL']);
  await said.close();
  /** A line that the kill cut short was not said. */
  const whole = (await readFile(path, 'utf8')).split('\n').slice(0, -1);
  await rm(path);
  return whole.map(line => JSON.parse(line) as Acknowledged);
}
