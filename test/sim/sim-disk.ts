import { OrderedMap } from '../../src/base/ordered-map.ts';
import type { SeededRandom } from '../../src/sdk/testing/seeded-random.ts';
import type { Commit } from '../../src/store/group-commit.ts';
import type { Batch, Version } from '../../src/store/batch.ts';
import { replay } from '../../src/store/history.ts';
import type { Driver } from '../../src/store/mvcc-store.ts';
import { NOTHING_RECOVERED, type Recovered } from '../../src/store/recovered.ts';
import { pastOf } from '../../src/store/past.ts';
import { StoreError, type Change, type Entry, type Revision } from '../../src/store/store.ts';
import type { SimWorld } from './sim-world.ts';

/** Defects a disk can be given, so that the checkers are seen to find them. */
export const DISK_BUGS = ['ack before sync', 'reordered groups', 'dropped tail', 'revision reuse'] as const;
export type DiskBug = (typeof DISK_BUGS)[number];

/** What survives a crash: every transaction that was synced, in order. */
export class Platter {
  readonly log: { readonly revision: Revision; readonly changes: readonly Change[] }[] = [];
  compacted: Revision = 0;

  recovered(bug: DiskBug | undefined): Recovered {
    let root = OrderedMap.empty<Entry>();
    const batches: Batch[] = [];
    for (const { revision, changes } of this.log) {
      root = replay(root, changes);
      if (revision > this.compacted) batches.push({ revision, changes, atMs: 0, bytes: 0 });
    }
    const newest = this.log.at(-1)?.revision ?? NOTHING_RECOVERED.revision;
    const revision = bug === 'revision reuse' ? Math.max(1, this.compacted, newest - 1) : newest;
    return { compacted: this.compacted, past: pastOf(batches, 0), revision, root, deadlines: [] };
  }
}

export interface DiskOptions {
  readonly world: SimWorld;
  readonly random: SeededRandom;
  readonly platter: Platter;
  readonly bug: DiskBug | undefined;
  /** No faults any more. */
  readonly isCalm: () => boolean;
  /** Told of each fault that met a write. */
  readonly faulted: (kind: 'full' | 'failed') => void;
}

/** One process's way to the platter. After `crash` nothing reaches it and nobody is answered. */
export class SimDisk implements Driver {
  readonly #options: DiskOptions;
  #isCrashed = false;
  #compacted = 0;
  #held: readonly Commit[] = [];
  /** Groups on their way, for the defects that show them. */
  unsynced: readonly Commit[] = [];

  constructor(options: DiskOptions) {
    this.#options = options;
    this.#compacted = options.platter.compacted;
  }

  crash(): void {
    this.#isCrashed = true;
  }

  defer(flush: () => void): void {
    this.#options.world.timers.after(this.#options.random.fraction() / 10, () => {
      if (!this.#isCrashed) flush();
    });
  }

  async write(commits: readonly Commit[]): Promise<void> {
    const { world, random, bug, faulted, isCalm } = this.#options;
    this.unsynced = commits;
    const tookMs = random.chance(0.02) ? random.below(80) : random.fraction() * 4;
    const hasPut = commits.some(({ changes }) => changes.some(({ type }) => type === 'put'));
    if (bug === 'ack before sync') {
      void world.timers.sleep(tookMs).then(() => this.#keep(commits));
      return;
    }
    await world.timers.sleep(tookMs / 2);
    if (hasPut && !isCalm() && random.chance(0.01)) {
      faulted('full');
      throw new StoreError('Full', 'simulated: no space');
    }
    const fails = !isCalm() && random.chance(0.005);
    /** A write that failed may have come through all the same. */
    if (!fails || random.chance(0.5)) this.#keep(commits);
    await world.timers.sleep(tookMs / 2);
    if (fails) {
      faulted('failed');
      throw new Error('simulated: EIO');
    }
    if (this.#isCrashed) await new Promise(() => undefined);
    this.unsynced = [];
  }

  forget(_gone: readonly Version[], compacted: Revision): void {
    this.#compacted = compacted;
  }

  backup = (): Promise<void> => Promise.resolve();
  close = (): Promise<void> => Promise.resolve();

  #keep(commits: readonly Commit[]): void {
    if (this.#isCrashed) return;
    const { platter, bug, random } = this.#options;
    platter.compacted = Math.max(platter.compacted, this.#compacted);
    if (bug === 'reordered groups' && this.#held.length === 0 && random.chance(0.3)) {
      this.#held = commits;
      return;
    }
    const dropped = bug === 'dropped tail' && commits.length > 1 && random.chance(0.05) ? 1 : 0;
    platter.log.push(...commits.slice(0, commits.length - dropped), ...this.#held);
    this.#held = [];
  }
}
