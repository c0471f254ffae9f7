import type { SpawnedShim } from '../../native/runtime.ts';
import { freshDirectoryStep } from '../../src/base/file-steps.ts';
import { LIMITS } from './limits.ts';
import { REQUEST } from './protocol.ts';
import type { RuntimeEnvironment } from './runtime-environment.ts';
import { sparePlan, SHIMS_CGROUP, shapeNamespaces, type SandboxShape } from './sandbox-plan.ts';
import { ShimClient } from './shim-client.ts';

/** A shim in its namespaces that belongs to no pod yet; its files are in the folder that `state.spare(id)` names. */
export interface SpareShim {
  readonly id: string;
  readonly shim: SpawnedShim;
  readonly client: ShimClient;
}

/** Names of a namespace and a pod, and what is between them. */
const LONGEST_LABEL = 63 + 1 + 253;
const SIGKILL = 9;
const COMMON: SandboxShape = { hostNetwork: false, hostIpc: false };

/**
 * What takes longest of a sandbox and depends on no pod is made ahead: some shims stand ready in namespaces of their
 * own, made anew once no pod has started for a while. They end, and leave nothing, when this daemon does, however it
 * does.
 */
export class SpareShims {
  readonly #environment: RuntimeEnvironment;
  readonly #count: number;
  readonly #spares: SpareShim[] = [];
  #timer: Disposable | undefined;
  #isFilling = false;
  #isClosed = false;

  constructor(environment: RuntimeEnvironment, count: number) {
    this.#environment = environment;
    this.#count = count;
  }

  /** From then on: what an earlier daemon left has been cleared away, and its start is over. */
  fill(): void {
    this.#fillIn(LIMITS.spareFirstMs);
  }

  /** One that is ready, or else made now. */
  async take(shape: SandboxShape): Promise<SpareShim> {
    this.#fillIn(LIMITS.spareQuietMs);
    const isCommon = shapeNamespaces(shape) === shapeNamespaces(COMMON);
    const ready = isCommon ? this.#spares.shift() : undefined;
    return ready ?? this.#make(shape);
  }

  close(): void {
    this.#isClosed = true;
    this.#timer?.[Symbol.dispose]();
    for (const spare of this.#spares.splice(0)) this.#end(spare);
  }

  #fillIn(delayMs: number): void {
    this.#timer?.[Symbol.dispose]();
    if (this.#isClosed || this.#count === 0) return;
    this.#timer = this.#environment.world.timers.after(delayMs, () => void this.#fillUp());
  }

  /** One after the other, so that a pod that comes meanwhile waits for one at most. */
  async #fillUp(): Promise<void> {
    if (this.#isFilling) return;
    this.#isFilling = true;
    const timer = this.#timer;
    try {
      while (!this.#isClosed && this.#spares.length < this.#count && this.#timer === timer) {
        const spare = await this.#make(COMMON);
        if (this.#isClosed) this.#end(spare);
        else this.#spares.push(spare);
      }
    } catch (error) {
      this.#environment.log.warn('cannot make a shim ahead of its pod', { error });
    } finally {
      this.#isFilling = false;
    }
  }

  async #make(shape: SandboxShape): Promise<SpareShim> {
    const { native, world, state, cgroups, shimProgram } = this.#environment;
    const id = world.random.bytes(32).toString('hex');
    const directory = state.spare(id);
    const spawned = native.spawnShim({
      files: [freshDirectoryStep(directory, 0o700)],
      program: shimProgram,
      args: ['tiphys-shim', directory, ' '.repeat(LONGEST_LABEL)],
      namespaces: shapeNamespaces(shape),
      cgroup: cgroups.enter(SHIMS_CGROUP).unified,
    });
    const shim = await spawned.catch(async (error: unknown) => {
      await state.forgetSandbox(id, []);
      throw error;
    });
    const firstRequest = world.random.bytes(4).readUInt32LE(0);
    const client = new ShimClient(native, world.timers, shim.socket, firstRequest, {
      onEvent: () => undefined,
      onEnd: () => this.#lost(spare),
    });
    const spare = { id, shim, client };
    try {
      await client.request(REQUEST.prepare, sparePlan(shape, cgroups).encode());
    } catch (error) {
      // Whatever it is that refuses: it must not stay.
      native.signalPidfd(shim.pidfd, SIGKILL);
      this.#end(spare);
      await state.forgetSandbox(id, []);
      throw error;
    }
    return spare;
  }

  /** It died, and could not clear its files away. */
  #lost(spare: SpareShim): void {
    const { state, log } = this.#environment;
    const index = this.#spares.indexOf(spare);
    if (index < 0) return;
    this.#spares.splice(index, 1);
    this.#end(spare);
    state.forgetSandbox(spare.id, []).catch((error: unknown) => {
      log.warn('cannot remove the files of a shim that died', { directory: state.spare(spare.id), error });
    });
    this.#fillIn(LIMITS.spareQuietMs);
  }

  /** It goes by itself once nobody is connected. */
  #end({ shim, client }: SpareShim): void {
    client.close();
    this.#environment.native.watchPidfd(shim.pidfd, () => undefined);
  }
}
