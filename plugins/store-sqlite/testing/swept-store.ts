import { setTimeout } from 'node:timers/promises';
import { must } from '../../../src/base/must.ts';
import type { World } from '../../../src/base/world.ts';
import { hostWorld } from '../../../src/kernel/host-world.ts';
import { StoreError, type Store } from '../../../src/store/store.ts';
import { openMendingSqliteStore } from '../mending-sqlite-store.ts';
import { Ledger } from './ledger.ts';
import { LAST, scriptOf, writesOf, type Step } from './script.ts';

const STEPS = scriptOf({ seed: 5, groups: 5, largeBytes: 3_000 });
/** Keys beside the script. */
export const BALLAST = '/ballast/';

/** `full` and `failed`: what a client was told, the worst of it. */
export type SweepOutcome = 'passed' | 'not opened' | 'full' | 'failed';

/** A store that lives through a short script while its disk fails once. */
export class SweptStore {
  readonly ledger = new Ledger(STEPS.flat());
  outcome: SweepOutcome = 'passed';
  readonly #folder: string;
  readonly #world = new HurriedWorld();
  #unmended: unknown;
  #store: (Store & AsyncDisposable) | undefined;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async run(): Promise<void> {
    try {
      this.#store = await this.#open();
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      this.outcome = 'not opened';
      return;
    }
    for (let n = 0; n < 2; n++) await this.#tell(() => this.#put(`${BALLAST}${n}`));
    for (const group of STEPS) {
      const told = await Promise.all(group.map(step => this.#send(step)));
      if (told.includes('full')) await this.#isOpenWhileFull();
      if (told.includes('failed')) await this.#mended();
      await this.#tell(() => this.#theStore.compact(this.#theStore.committed - 1));
    }
  }

  /** Without anybody's help; a store that did not open is opened as the next start would. */
  async comesBack(): Promise<void> {
    this.#store ??= await this.#open();
    await this.#mended();
    this.#world.skip(1_000);
    /** A failure of what was written last, when nobody waited, may come to light only now. */
    if ((await this.#tell(() => this.#put(`${BALLAST}last`))) === 'failed') {
      await this.#mended();
      await this.#put(`${BALLAST}last`);
    }
    await this.#store[Symbol.asyncDispose]();
  }

  get #theStore(): Store {
    return must(this.#store, 'it is open');
  }

  #open(): Promise<Store & AsyncDisposable> {
    const onUnmended = (error: unknown): void => void (this.#unmended = error);
    return openMendingSqliteStore({ folder: this.#folder, world: this.#world, checkpointBytes: 64 * 1024, onUnmended });
  }

  #put(key: string): Promise<unknown> {
    return this.#theStore.transact({ guards: [], writes: [{ put: key, value: Buffer.alloc(100, 'x') }] });
  }

  async #send(step: Step): Promise<'ok' | 'full' | 'failed'> {
    this.ledger.note({ sent: step.index });
    return this.#tell(
      async () => {
        const { revision } = await this.#theStore.transact({ guards: [], writes: writesOf(step) });
        this.ledger.note({ acked: step.index, revision });
      },
      () => this.ledger.note({ refused: step.index }),
    );
  }

  async #tell(run: () => Promise<unknown>, refused = (): void => undefined): Promise<'ok' | 'full' | 'failed'> {
    try {
      await run();
      return 'ok';
    } catch (error) {
      if (!(error instanceof StoreError) || (error.code !== 'Full' && error.code !== 'Failed')) throw error;
      if (error.code === 'Failed') this.outcome = 'failed';
      else if (this.outcome === 'passed') this.outcome = 'full';
      if (error.code === 'Full') refused();
      return error.code === 'Full' ? 'full' : 'failed';
    }
  }

  /** Reads are answered, and a deletion is taken, unless the disk refuses even that. */
  async #isOpenWhileFull(): Promise<void> {
    await this.#theStore.list('/');
    await this.#tell(() => this.#theStore.transact({ guards: [], writes: [{ delete: `${BALLAST}0` }] }));
    this.#world.skip(1_000);
  }

  /** What is on the disk of the steps that were not answered is settled by what is read then. */
  async #mended(): Promise<void> {
    const begun = performance.now();
    while (this.#theStore.failure !== undefined) {
      if (performance.now() - begun > 30_000) {
        throw new Error(`it stays failed: ${this.#theStore.failure.message}`, { cause: this.#unmended });
      }
      await setTimeout(5);
    }
    const { entry, revision } = await this.#theStore.get(LAST);
    this.ledger.note({ found: Number(entry?.value ?? 0), revision });
  }
}

/** Waits between attempts are left out, and the clock can be put forward. */
class HurriedWorld implements Pick<World, 'clock' | 'timers' | 'processes'> {
  readonly #host = hostWorld();
  #skippedMs = 0;
  readonly processes = this.#host.processes;
  readonly timers = { ...this.#host.timers, sleep: () => setTimeout(1) };
  readonly clock = {
    now: () => this.#host.clock.now() + this.#skippedMs,
    monotonicMs: () => this.#host.clock.monotonicMs() + this.#skippedMs,
    cpuMs: () => 0,
  };

  skip(ms: number): void {
    this.#skippedMs += ms;
  }
}
