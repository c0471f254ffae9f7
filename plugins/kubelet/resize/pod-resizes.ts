import { messageOf } from '../../../src/base/message-of.ts';
import type { Clock } from '../../../src/base/world.ts';
import { timeMs } from '../../../src/base/timestamp.ts';
import { qosClassOf } from '../../kinds/core/v1/qos-class.ts';
import type { Resources, Runtime } from '../../runtime/contract.ts';
import type { NodeAccount } from '../admission/node-account.ts';
import { mostTaken, takenBy, type Amounts, type Taken } from '../admission/taken.ts';
import { podResources } from '../container/cgroup-numbers.ts';
import type { Pod } from '../pod.ts';
import type { Tell } from '../worker/pod-events.ts';
import type { KnownPod } from '../worker/pod-records.ts';
import {
  allocationOf,
  isSameAmounts,
  toldAllocation,
  withAllocation,
  type Allocation,
  type Requirements,
} from './allocation.ts';
import { planResize, type ResizePlan, type ResizeStep, type RunningContainer } from './plan-resize.ts';
import { resizeMessage } from './resize-message.ts';
import { resizeRefusal } from './resize-refusal.ts';
import type { WaitingResizes } from './waiting-resizes.ts';

export interface ResizeDeps {
  readonly clock: Clock;
  readonly runtime: Pick<Runtime, 'updateContainer' | 'updateSandbox' | 'stats' | 'sandboxStats'>;
  readonly account: NodeAccount;
  /** What the node has for its pods. */
  readonly capacity: Amounts;
  readonly waiting: WaitingResizes;
  readonly pidsLimit: number | null;
  readonly tell: Tell;
  readonly changed: () => void;
}

/** What a condition of the pod tells of a resize. */
export interface ResizeState {
  readonly reason: string;
  readonly message: string;
  readonly generation: number;
  readonly sinceMs: number;
}

/** What a pod was granted of what it asks for, and what of that is set. The API's status remembers it for the next daemon. */
export class PodResizes {
  readonly #deps: ResizeDeps;
  readonly #uid: string;
  #pod: Pod;
  #granted: Allocation;
  #podIs: Resources;
  /** By name: what was set on the container that runs. */
  readonly #actual: Map<string, Requirements>;
  #pending: ResizeState | undefined;
  #inProgress: ResizeState | undefined;

  constructor(deps: ResizeDeps, pod: Pod) {
    this.#deps = deps;
    this.#uid = pod.metadata.uid;
    this.#pod = pod;
    this.#granted = toldAllocation(pod);
    this.#actual = new Map(this.#granted.containers);
    this.#podIs = this.#podShall();
    this.#pending = stateOf(pod, 'PodResizePending');
    this.#inProgress = stateOf(pod, 'PodResizeInProgress');
  }

  get pending(): ResizeState | undefined {
    return this.#pending;
  }
  get inProgress(): ResizeState | undefined {
    return this.#inProgress;
  }
  get actual(): ReadonlyMap<string, Requirements> {
    return this.#actual;
  }

  /** What is set counts until it is taken away, and what is granted before it is set. */
  get taken(): Taken {
    const granted = takenBy(this.granted(this.#pod));
    const actual = takenBy(withAllocation(this.#pod, { pod: this.#granted.pod, containers: this.#actual }));
    return mostTaken(granted, actual);
  }

  /** The pod with what it was granted in place of what it asks for. */
  granted(pod: Pod): Pod {
    return withAllocation(pod, this.#granted);
  }

  /** Grants what the pod asks for where the node has it; else the pod waits, where that can help. */
  judge(pod: Pod): void {
    this.#pod = pod;
    const { account, capacity, waiting, tell, clock } = this.#deps;
    const wanted = allocationOf(pod.spec);
    if (isSameAllocation(wanted, this.#granted)) {
      this.#granted = wanted;
      this.#pending = undefined;
      waiting.settle(this.#uid);
      return;
    }
    const generation = pod.metadata.generation ?? 0;
    const nowMs = clock.now();
    const refusal = resizeRefusal(takenBy(pod).amounts, account.without(this.#uid), capacity);
    if (refusal === undefined) {
      this.#granted = wanted;
      this.#pending = undefined;
      this.#inProgress = { reason: '', message: '', generation, sinceMs: nowMs };
      waiting.settle(this.#uid);
      this.#take();
      tell('Normal', 'ResizeStarted', resizeMessage('started', pod, generation));
      return;
    }
    const before = this.#pending;
    const { reason, message } = refusal;
    const sinceMs = before?.reason === reason ? before.sinceMs : nowMs;
    if (before?.message !== message || before.generation !== generation) {
      this.#pending = { reason, message, generation, sinceMs };
      tell('Warning', `Resize${reason}`, resizeMessage(reason, pod, generation, message));
    }
    if (reason === 'Deferred') this.#wait(sinceMs);
    else waiting.settle(this.#uid);
  }

  /** What running containers lack of what they were granted. */
  plan({ attempts, sandbox }: KnownPod): ResizePlan {
    if (sandbox === undefined) return { steps: [], restarts: new Set() };
    return planResize({ running: this.#running(attempts), podIs: this.#podIs, podShall: this.#podShall() });
  }

  /** Sets limits as planned; false where that has to be tried again. */
  async carryOut({ steps, restarts }: ResizePlan, known: KnownPod): Promise<boolean> {
    const { sandbox, attempts } = known;
    if (sandbox === undefined) return true;
    try {
      for (const { id, resources } of steps) await this.#refuseBelowUse(sandbox.id, id, resources, attempts);
      for (const { id, resources } of steps) {
        if (id !== '') await this.#deps.runtime.updateContainer(id, resources);
        else await this.#deps.runtime.updateSandbox(sandbox.id, resources);
        if (id === '') this.#podIs = merged(this.#podIs, resources);
      }
    } catch (error) {
      this.#failed(messageOf(error));
      return false;
    }
    for (const { container } of this.#running(attempts)) {
      if (!restarts.has(container.name)) this.#actual.set(container.name, container.resources);
    }
    this.#settle(restarts.size === 0);
    return true;
  }

  /** A container was started, with all that it was granted. */
  started(name: string): void {
    const granted = this.#granted.containers.get(name);
    if (granted !== undefined) this.#actual.set(name, granted);
  }

  /** The pod's cgroup was made, with all that the pod was granted. */
  sandboxMade(): void {
    this.#podIs = this.#podShall();
  }

  /** Nothing of this pod will be resized any more. */
  end(): void {
    this.#pending = undefined;
    this.#inProgress = undefined;
    this.#deps.waiting.settle(this.#uid);
    this.#deps.account.release(this.#uid);
  }

  #running(attempts: KnownPod['attempts']): readonly RunningContainer[] {
    const { spec } = this.granted(this.#pod);
    return [...(spec.initContainers ?? []), ...spec.containers].flatMap(container => {
      const latest = attempts.get(container.name)?.[0];
      if (latest?.state !== 'running' || !latest.inSandbox) return [];
      return [{ id: latest.id, container, actual: this.#actual.get(container.name) ?? container.resources }];
    });
  }

  /** A limit below what is in use would end the container that it is set on. */
  async #refuseBelowUse(
    sandboxId: string,
    id: string,
    { memoryBytes }: ResizeStep['resources'],
    attempts: KnownPod['attempts'],
  ): Promise<void> {
    if (memoryBytes === null) return;
    const { runtime } = this.#deps;
    const stats = id === '' ? await runtime.sandboxStats(sandboxId) : await runtime.stats(id);
    if (stats.memoryUsageBytes < memoryBytes) return;
    const name = [...attempts].find(([, [latest]]) => latest?.id === id)?.[0] ?? '';
    const whose = id === '' ? 'pod' : `container ${JSON.stringify(name)}`;
    const amounts = `(${memoryBytes}) below current usage (${stats.memoryUsageBytes})`;
    throw new Error(`attempting to set ${whose} memory limit ${amounts}`);
  }

  #failed(message: string): void {
    const before = this.#inProgress;
    const generation = before?.generation ?? this.#pod.metadata.generation ?? 0;
    if (before?.reason === 'Error' && before.message === message) return;
    const sinceMs = before?.reason === 'Error' ? before.sinceMs : this.#deps.clock.now();
    this.#inProgress = { reason: 'Error', message, generation, sinceMs };
    this.#deps.tell('Warning', 'ResizeError', resizeMessage('error', this.granted(this.#pod), generation, message));
  }

  #settle(isDone: boolean): void {
    if (!isDone || this.#inProgress === undefined) return;
    const { generation } = this.#inProgress;
    this.#inProgress = undefined;
    this.#take();
    this.#deps.tell('Normal', 'ResizeCompleted', resizeMessage('completed', this.granted(this.#pod), generation));
  }

  #podShall(): Resources {
    return podResources(this.granted(this.#pod).spec, this.#deps.pidsLimit);
  }

  #take(): void {
    this.#deps.account.take(this.#uid, this.taken);
  }

  #wait(sinceMs: number): void {
    const { spec } = this.#pod;
    const granted = takenBy(this.granted(this.#pod)).amounts;
    const isMore = ([name, amount]: readonly [string, number]) => amount > (granted.get(name) ?? 0);
    this.#deps.waiting.wait(this.#uid, {
      isGrowing: [...takenBy({ spec, status: this.#pod.status }).amounts].some(isMore),
      priority: spec.priority ?? 0,
      qosClass: qosClassOf(spec),
      sinceMs,
      retry: () => {
        this.judge(this.#pod);
        if (this.#pending === undefined) this.#deps.changed();
      },
    });
  }
}

function isSameAllocation(a: Allocation, b: Allocation): boolean {
  return (
    isSameAmounts(a.pod, b.pod) && [...a.containers].every(([name, one]) => isSameAmounts(one, b.containers.get(name)))
  );
}

function merged(before: Resources, after: Resources): Resources {
  return {
    cpuShares: after.cpuShares ?? before.cpuShares,
    cpuQuotaUs: after.cpuQuotaUs ?? before.cpuQuotaUs,
    cpuPeriodUs: after.cpuPeriodUs ?? before.cpuPeriodUs,
    memoryBytes: after.memoryBytes ?? before.memoryBytes,
    pids: before.pids,
  };
}

function stateOf({ status }: Pod, type: string): ResizeState | undefined {
  const found = status?.conditions?.find(condition => condition.type === type);
  if (found === undefined) return undefined;
  const { reason = '', message = '', observedGeneration = 0, lastTransitionTime } = found;
  return { reason, message, generation: observedGeneration, sinceMs: timeMs(lastTransitionTime ?? undefined) ?? 0 };
}
