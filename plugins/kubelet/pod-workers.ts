import type { Container, Sandbox } from '../runtime/contract.ts';
import type { PreemptablePod } from './admission/node-admission.ts';
import { MIN_PREEMPTION_MS } from './limits.ts';
import type { Pod } from './pod.ts';
import { PREEMPTION, type Expulsion } from './worker/expulsion.ts';
import { podReferences, type PodReferences } from './worker/pod-references.ts';
import { PodWorker } from './worker/pod-worker.ts';
import type { WorkerDeps } from './worker/worker-deps.ts';

interface Held {
  readonly worker: PodWorker;
  pod: Pod;
  references: PodReferences;
}

/** A pod that this node may end for the sake of others. */
export interface ExpellablePod extends PreemptablePod {
  /** Resolves once it has left the node. */
  readonly expel: (expulsion: Expulsion) => Promise<void>;
}

/** One worker a pod of this node, told only of what concerns it. */
export class PodWorkers {
  readonly #deps: WorkerDeps;
  readonly #held = new Map<string, Held>();

  constructor(deps: Omit<WorkerDeps, 'ended'>, ended: (podUid: string) => void) {
    const drop = (podUid: string): void => {
      this.#held.delete(podUid);
      ended(podUid);
    };
    this.#deps = { ...deps, ended: drop };
  }

  has(podUid: string): boolean {
    return this.#held.has(podUid);
  }
  pods(): readonly Pod[] {
    return [...this.#held.values()].map(({ pod }) => pod);
  }

  /** Those that run and are not on their way out. */
  expellable(): readonly ExpellablePod[] {
    return [...this.#held.values()].flatMap(({ worker, pod }) =>
      worker.isEnding || pod.metadata.deletionTimestamp !== undefined
        ? []
        : [{ pod, expel: expulsion => worker.expel(expulsion), preempt: () => this.#preempt(worker, pod) }],
    );
  }

  /** It has half as much again as it was promised, and not less than what takes an end by force. */
  async #preempt(worker: PodWorker, { spec }: Pod): Promise<void> {
    const { world, signal } = this.#deps;
    const graceMs = (spec.terminationGracePeriodSeconds ?? 0) * 1000;
    const gone = new AbortController();
    const waited = world.timers
      .sleep(Math.max(1.5 * graceMs, MIN_PREEMPTION_MS), AbortSignal.any([signal, gone.signal]))
      .catch(() => undefined);
    await Promise.race([worker.expel(PREEMPTION), waited]);
    gone.abort();
  }

  changed(pod: Pod): void {
    if (pod.spec.nodeName !== this.#deps.node.name) return;
    const held = this.#held.get(pod.metadata.uid);
    if (held !== undefined) {
      held.pod = pod;
      held.references = podReferences(pod);
      held.worker.update(pod);
      return;
    }
    const worker = new PodWorker(this.#deps, pod);
    this.#held.set(pod.metadata.uid, { worker, pod, references: podReferences(pod) });
    worker.wake();
  }

  removed(pod: Pod): void {
    this.#held.get(pod.metadata.uid)?.worker.removed(pod);
  }

  containerExited({ sandboxId }: Container): void {
    const sandbox = this.#deps.runtime.list().find(({ id }) => id === sandboxId);
    if (sandbox !== undefined) this.#held.get(sandbox.config.podUid)?.worker.wake();
  }

  sandboxGone({ config }: Sandbox): void {
    this.#held.get(config.podUid)?.worker.wake();
  }

  /** Something came of a volume of the pod. */
  volumeChanged(podUid: string): void {
    this.#held.get(podUid)?.worker.configurationChanged();
  }

  configurationChanged(kind: 'configMaps' | 'secrets', namespace: string, name: string): void {
    for (const { worker, pod, references } of this.#held.values()) {
      if (pod.metadata.namespace === namespace && references[kind].has(name)) worker.configurationChanged();
    }
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#held.values()].map(({ worker }) => worker.stop()));
    this.#held.clear();
  }
}
