import type { Container, Sandbox } from '../runtime/contract.ts';
import type { Pod } from './pod.ts';
import { podReferences, type PodReferences } from './worker/pod-references.ts';
import { PodWorker } from './worker/pod-worker.ts';
import type { WorkerDeps } from './worker/worker-deps.ts';

interface Held {
  readonly worker: PodWorker;
  pod: Pod;
  references: PodReferences;
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
  evictable(): readonly { readonly pod: Pod; readonly evict: (message: string) => void }[] {
    return [...this.#held.values()].flatMap(({ worker, pod }) =>
      worker.isEnding || pod.metadata.deletionTimestamp !== undefined
        ? []
        : [{ pod, evict: (message: string) => worker.evict(message) }],
    );
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
