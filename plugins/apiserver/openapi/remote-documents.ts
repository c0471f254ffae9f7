import type { Clock } from '../../../src/base/world.ts';
import type { RemoteApi } from '../contract.ts';
import { REMOTE_DOCUMENT_MS } from '../limits.ts';

interface Held {
  readonly remote: RemoteApi;
  readonly bytes: Promise<Buffer | undefined>;
  readonly untilMs: number;
}

/** What other servers describe their APIs by; asked for when somebody asks for it, and again after a while. */
export class RemoteDocuments {
  readonly #clock: Clock;
  readonly #remotes: () => readonly RemoteApi[];
  #held = new Map<string, Held>();

  constructor(clock: Clock, remotes: () => readonly RemoteApi[]) {
    this.#clock = clock;
    this.#remotes = remotes;
  }

  /** `undefined` where there is none; of a server that does not answer what it said last. */
  async get(remote: RemoteApi, path: string): Promise<Buffer | undefined> {
    const remotes = this.#remotes();
    this.#held = new Map([...this.#held].filter(([, { remote: of }]) => remotes.includes(of)));
    const key = `${remote.group}/${remote.version}${path}`;
    const before = this.#held.get(key);
    if (before !== undefined && this.#clock.monotonicMs() < before.untilMs) return before.bytes;
    const bytes = this.#ask(remote, path, before);
    this.#held.set(key, { remote, bytes, untilMs: this.#clock.monotonicMs() + REMOTE_DOCUMENT_MS });
    return bytes;
  }

  async #ask(remote: RemoteApi, path: string, before: Held | undefined): Promise<Buffer | undefined> {
    try {
      const [bytes, last] = await Promise.all([remote.document(path), before?.bytes]);
      return bytes !== undefined && last?.equals(bytes) === true ? last : bytes;
    } catch {
      return before?.bytes;
    }
  }
}
