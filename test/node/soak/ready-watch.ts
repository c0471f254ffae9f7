import type { RawApi } from '../raw-api.ts';
import type { PodView } from '../objects.ts';

const PATH = '/api/v1/namespaces/default/pods?labelSelector=soak';

interface Seen {
  readonly type: string;
  readonly object: PodView & {
    readonly metadata: { readonly resourceVersion: string };
    readonly message?: string;
    readonly code?: number;
  };
}

interface PodList {
  readonly metadata: { readonly resourceVersion: string };
  readonly items: readonly PodView[];
}

/**
 * Follows pods over restarts of the daemon, each watch from where the last one broke off, and notes what changed. As
 * every client it lists them anew where their last change is too long ago: more writes than the store keeps went by.
 */
export class ReadyWatch {
  /** Every change of a pod that had been Ready: what must not happen while only the daemon dies. */
  readonly changes: string[] = [];
  /** Watches opened again after one broke off. */
  resumed = 0;
  readonly #api: RawApi;
  readonly #stop = new AbortController();
  readonly #known = new Map<string, string>();
  readonly #running: Promise<void>;

  constructor(api: RawApi) {
    this.#api = api;
    this.#running = this.#follow();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #follow(): Promise<void> {
    const { signal } = this.#stop;
    let revision = await this.#list();
    while (!signal.aborted) {
      try {
        const watch = `${PATH}&watch=true&allowWatchBookmarks=true&resourceVersion=${revision}`;
        for await (const line of this.#api.lines(watch, signal)) {
          const { type, object } = JSON.parse(line) as Seen;
          if (type === 'ERROR' && object.code === 410) {
            revision = await this.#list();
            break;
          }
          if (type === 'ERROR') {
            this.changes.push(`the watch from ${revision} ended: ${object.message}`);
            return;
          }
          revision = object.metadata.resourceVersion;
          if (type !== 'BOOKMARK') this.#note(object);
        }
      } catch {
        // The daemon is down: the watch is taken up again where it broke off.
        await new Promise(resume => setTimeout(resume, 20));
      }
      this.resumed += 1;
    }
  }

  /** Answers where a watch goes on from. */
  async #list(): Promise<string> {
    const { items, metadata } = await this.#api.json<PodList>(PATH);
    for (const pod of items) this.#note(pod);
    return metadata.resourceVersion;
  }

  #note({ metadata: { name }, status }: PodView): void {
    const facts = JSON.stringify([
      status.phase,
      status.podIP,
      status.conditions?.filter(({ type }) => type === 'Ready' || type === 'ContainersReady'),
      status.containerStatuses?.map(({ containerID, restartCount, ready }) => [containerID, restartCount, ready]),
    ]);
    const before = this.#known.get(name);
    if (before !== undefined && before !== facts) this.changes.push(`${name}: ${before} became ${facts}`);
    this.#known.set(name, facts);
  }
}
