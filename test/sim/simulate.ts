import { seededRandom, type SeededRandom } from '../../src/sdk/testing/seeded-random.ts';
import { STORE_LIMITS } from '../../src/store/limits.ts';
import { MvccStore } from '../../src/store/mvcc-store.ts';
import { StoreError, type Store } from '../../src/store/store.ts';
import { client, seenBatch, watcher, type ClientWorld, type Process } from './clients.ts';
import type { Operation, RunHistory, WatchSession } from './history.ts';
import { judgeRun } from './judge.ts';
import { DISK_BUGS, Platter, SimDisk, type DiskBug } from './sim-disk.ts';
import { SimWorld } from './sim-world.ts';
import { buggyStore, STORE_BUGS, type StoreBug } from './store-bugs.ts';

export interface SimOptions {
  readonly seed: number;
  readonly operations?: number;
  readonly bug?: DiskBug | StoreBug;
}

export interface SimReport {
  readonly problems: readonly string[];
  /** What the run did; one that did too little proves nothing, see `isValid`. */
  readonly did: Readonly<
    Record<'operations' | 'answered' | 'crashes' | 'full' | 'failed' | 'events' | 'resumed' | 'undecided', number>
  >;
}

const CLIENTS = 6;
const WATCHERS = 4;
/** Small, so that trimming and compaction happen within a run. */
const LIMITS = { ...STORE_LIMITS, historyRevisions: 120, historyMs: 2_000 };

/** Clients and watchers on the store, over a disk that crashes, fills up and fails as the seed says; then the judgement. */
export async function simulate({ seed, operations: wanted = 1_200, bug }: SimOptions): Promise<SimReport> {
  const run = new SimRun(seed, wanted, bug);
  const history = await run.history();
  const { operations, sessions } = history;
  const { problems, undecided } = judgeRun(history);
  return {
    problems,
    did: {
      operations: operations.length,
      answered: operations.filter(({ end }) => end !== undefined).length,
      events: sessions.flatMap(({ batches }) => batches).filter(({ changes }) => changes.length > 0).length,
      resumed: sessions.filter(({ resumes, batches }) => resumes && batches.length > 0).length,
      undecided,
      ...run.faults,
    },
  };
}

/** Whether a run did enough for its silence to mean something. */
export const isValid = ({ did }: SimReport): boolean =>
  did.crashes >= 3 &&
  did.answered > did.operations * 0.8 &&
  did.events > 200 &&
  did.resumed >= 2 &&
  did.undecided === 0;

class SimRun {
  readonly faults = { crashes: 0, full: 0, failed: 0 };
  readonly #random: SeededRandom;
  readonly #world: SimWorld;
  readonly #platter = new Platter();
  readonly #wanted: number;
  readonly #bug: DiskBug | StoreBug | undefined;
  readonly #operations: Operation[] = [];
  readonly #sessions: WatchSession[] = [];
  #ticks = 0;
  #process = Promise.withResolvers<Process>();
  #isQuiet = false;

  constructor(seed: number, wanted: number, bug: DiskBug | StoreBug | undefined) {
    this.#random = seededRandom(seed);
    this.#world = new SimWorld(seededRandom(seed + 1_000_003));
    this.#wanted = wanted;
    this.#bug = bug;
  }

  async history(): Promise<RunHistory> {
    const world: ClientWorld = {
      random: this.#random,
      process: () => this.#process.promise,
      sleep: ms => this.#world.timers.sleep(ms),
      isOver: () => this.#isQuiet,
      tick: () => this.#ticks++,
      compacts: true,
    };
    const clientWorld = { ...world, isOver: () => this.#isEnough() };
    const all = [
      ...Array.from({ length: CLIENTS }, (_, id) => client(id, clientWorld, this.#operations)),
      ...Array.from({ length: WATCHERS }, (_, id) => watcher(id, world, this.#sessions)),
    ];
    let isDone = false;
    let failure: unknown;
    Promise.all([...all, this.#keepCrashing()]).then(
      () => (isDone = true),
      (error: unknown) => {
        failure = error;
        isDone = true;
      },
    );
    await this.#world.run(() => isDone);
    if (failure !== undefined) throw failure;
    if (!isDone) throw new Error('the run came to a halt');
    return { operations: this.#operations, sessions: this.#sessions, log: this.#platter.log.map(seenBatch) };
  }

  /** One process after another, each killed after a while or gone with its failed disk; the last one lives on. */
  async #keepCrashing(): Promise<void> {
    for (;;) {
      const process = this.#start();
      await Promise.race([this.#world.timers.sleep(20 + this.#random.below(200)), process.failed]);
      if (this.#isEnough() && process.store.failure === undefined) break;
      this.#kill(process);
      await this.#world.timers.sleep(this.#random.below(20));
    }
    /** Whatever was under way is through when all of its time has passed. */
    await this.#world.timers.sleep(1_000);
    this.#isQuiet = true;
  }

  #isEnough(): boolean {
    return this.#operations.length >= this.#wanted;
  }

  #start(): RunningProcess {
    const bug = DISK_BUGS.find(one => one === this.#bug);
    const storeBug = STORE_BUGS.find(one => one === this.#bug);
    const disk = new SimDisk({
      world: this.#world,
      random: this.#random,
      platter: this.#platter,
      bug,
      isCalm: () => this.#isEnough(),
      faulted: kind => this.faults[kind]++,
    });
    const failed = Promise.withResolvers<StoreError>();
    const killed = Promise.withResolvers<'killed'>();
    const recovered = this.#platter.recovered(bug);
    const store = new MvccStore(this.#world, disk, recovered, LIMITS, error => failed.resolve(error));
    const shown: Store = storeBug === undefined ? store : buggyStore(store, disk, this.#random, storeBug);
    this.#process.resolve({ store: shown, killed: killed.promise });
    return { store, disk, killed: () => killed.resolve('killed'), failed: failed.promise };
  }

  #kill({ store, disk, killed }: RunningProcess): void {
    this.faults.crashes++;
    disk.crash();
    this.#process = Promise.withResolvers();
    killed();
    store.fail(new StoreError('Closed', 'killed'));
  }
}

interface RunningProcess {
  readonly store: MvccStore;
  readonly disk: SimDisk;
  readonly failed: Promise<StoreError>;
  readonly killed: () => void;
}
