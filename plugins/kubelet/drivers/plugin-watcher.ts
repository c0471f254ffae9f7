import { join } from 'node:path';
import { backoffMs } from '../../../src/base/backoff.ts';
import { failedWith } from '../../../src/base/failed-with.ts';
import { messageOf } from '../../../src/base/message-of.ts';
import { unlessOver } from '../../../src/base/unless-over.ts';
import type { World } from '../../../src/base/world.ts';
import type { Logger } from '../../../src/kernel/logger.ts';
import { MAX_PLUGIN_SOCKETS, REGISTRATION_CALL_MS, REGISTRATION_RETRY } from '../limits.ts';
import type { Peer } from './grpc-peer.ts';
import { getInfo, notifyRegistrationStatus } from './registration-rpcs.ts';

/** Who takes on plugins of one type. */
export interface PluginHandler {
  /** Rejects where the plugin is refused; it is told why. */
  register(plugin: FoundPlugin): Promise<void>;
  unregister(plugin: FoundPlugin): Promise<void>;
}

export interface FoundPlugin {
  readonly name: string;
  /** Socket at which it does its work. */
  readonly endpoint: string;
  readonly versions: readonly string[];
}

export interface PluginWatcherDeps {
  readonly world: Pick<World, 'files' | 'timers'>;
  readonly log: Logger;
  readonly folder: string;
  readonly connect: (socketPath: string) => Promise<Peer>;
  /** By type, `CSIPlugin`. */
  readonly handlers: Readonly<Record<string, PluginHandler>>;
  readonly signal: AbortSignal;
}

interface Known {
  /** Another socket of the same name is another plugin. */
  readonly identity: string;
  readonly gone: AbortController;
  /** Resolves once it was asked for the first time. */
  readonly tried: Promise<void>;
  /** Ends the registration, and what came of it. */
  readonly done: Promise<(() => Promise<void>) | undefined>;
}

/** Takes on each plugin whose socket is in the folder, for as long as it is there. */
export class PluginWatcher {
  readonly #deps: PluginWatcherDeps;
  readonly #known = new Map<string, Known>();
  readonly #looked = Promise.withResolvers<void>();

  constructor(deps: PluginWatcherDeps) {
    this.#deps = deps;
  }

  /** Resolves once each plugin that was there at first has been taken on, or was asked in vain. */
  get looked(): Promise<void> {
    return this.#looked.promise;
  }

  /** Resolves once the folder is watched. */
  async start(): Promise<void> {
    const { world, folder, signal, log } = this.#deps;
    const changes = world.files.watch(folder, { signal })[Symbol.asyncIterator]();
    // It watches from the first question on, so that what comes while it is read is not missed.
    const follow = async (): Promise<void> => {
      for (let next = changes.next(); ; next = changes.next()) {
        await this.#look();
        void Promise.all([...this.#known.values()].map(({ tried }) => tried)).then(() => this.#looked.resolve());
        if ((await next).done === true) return;
      }
    };
    follow().catch(
      unlessOver(signal, error => {
        this.#looked.resolve();
        log.error('plugins are found no more', { folder, error });
      }),
    );
  }

  async #look(): Promise<void> {
    const found = await this.#sockets();
    for (const [path, known] of this.#known) {
      if (found.get(path) !== known.identity) this.#leave(path, known);
    }
    for (const [path, identity] of found) {
      if (this.#known.has(path)) continue;
      const gone = new AbortController();
      const signal = AbortSignal.any([gone.signal, this.#deps.signal]);
      const { promise: tried, resolve } = Promise.withResolvers<void>();
      this.#known.set(path, { identity, gone, tried, done: this.#take(path, signal, resolve) });
    }
  }

  async #sockets(): Promise<ReadonlyMap<string, string>> {
    const { world, folder } = this.#deps;
    const names = (await world.files.readdir(folder)).filter(name => !name.startsWith('.'));
    const found = new Map<string, string>();
    for (const name of names.slice(0, MAX_PLUGIN_SOCKETS)) {
      const path = join(folder, name);
      const info = await world.files.lstat(path, { bigint: true }).catch((error: unknown) => {
        if (failedWith(error, 'ENOENT')) return undefined;
        throw error;
      });
      if (info?.isSocket() === true) found.set(path, `${info.ino} ${info.ctimeNs}`);
    }
    return found;
  }

  #leave(path: string, { gone, done }: Known): void {
    this.#known.delete(path);
    gone.abort();
    done
      .then(async undo => await undo?.())
      .catch((error: unknown) => this.#deps.log.warn('a plugin that is gone was not forgotten', { path, error }));
  }

  /** Tries again as long as the socket is there: it is made before its plugin listens. */
  async #take(path: string, signal: AbortSignal, tried: () => void): Promise<(() => Promise<void>) | undefined> {
    const { timers } = this.#deps.world;
    for (let failures = 1; !signal.aborted; failures++) {
      try {
        return await this.#register(path).finally(tried);
      } catch (error) {
        this.#deps.log.warn('a plugin was not taken on', { path, error });
        await timers.sleep(backoffMs(failures, REGISTRATION_RETRY), signal).catch(unlessOver(signal, ignore));
      }
    }
    return undefined;
  }

  async #register(path: string): Promise<() => Promise<void>> {
    using peer = await this.#deps.connect(path);
    const info = await peer.call(getInfo, {}, REGISTRATION_CALL_MS);
    const { name, type, endpoint, supportedVersions } = info;
    const plugin = { name, endpoint: endpoint === '' ? path : endpoint, versions: supportedVersions };
    const handler = this.#deps.handlers[type];
    try {
      if (handler === undefined) throw new Error(`no handler registered for plugin type: ${type} at socket ${path}`);
      await handler.register(plugin);
    } catch (error) {
      const reason = messageOf(error);
      await peer.call(notifyRegistrationStatus, { pluginRegistered: false, error: reason }, REGISTRATION_CALL_MS);
      throw error;
    }
    await peer.call(notifyRegistrationStatus, { pluginRegistered: true }, REGISTRATION_CALL_MS);
    return () => handler.unregister(plugin);
  }
}

const ignore = (): void => undefined;
