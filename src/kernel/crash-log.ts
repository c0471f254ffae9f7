/** What became of a plugin whose code failed. */
export interface PluginCrash {
  /** `undefined`: the core's own code, or nobody could tell whose. */
  readonly plugin: string | undefined;
  readonly atMs: number;
  /** It threw, or it kept the event loop from going on. */
  readonly kind: 'threw' | 'stalled';
  readonly message: string;
  readonly outcome: CrashOutcome;
}

export type CrashOutcome =
  /** It alone, with those that need it; `crashes` counts those in a row. */
  | { readonly kind: 'PluginRestarts'; readonly inMs: number; readonly crashes: number }
  /** The whole process was; the plugin is started `inMs` after the others. */
  | { readonly kind: 'ServerRestarted'; readonly inMs: number }
  /** It is not started any more until its file changes. */
  | { readonly kind: 'LeftOut' };

/** The crashes of this process's plugins, and what is known of those that ended the process before it. */
export class CrashLog {
  readonly #crashes: PluginCrash[] = [];
  readonly #followers = new Set<(crash: PluginCrash) => void>();

  tell(crash: PluginCrash): void {
    this.#crashes.push(crash);
    if (this.#crashes.length > REMEMBERED) this.#crashes.shift();
    for (const follower of this.#followers) follower(crash);
  }

  /** Tells those there were, at once, and each that comes. */
  follow(follower: (crash: PluginCrash) => void): Disposable {
    for (const crash of this.#crashes) follower(crash);
    this.#followers.add(follower);
    return { [Symbol.dispose]: () => void this.#followers.delete(follower) };
  }
}

const REMEMBERED = 100;
