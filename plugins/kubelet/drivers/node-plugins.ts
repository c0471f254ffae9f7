import { join } from 'node:path';
import { unlessOver } from '../../../src/base/unless-over.ts';
import type { World } from '../../../src/base/world.ts';
import type { Logger } from '../../../src/kernel/logger.ts';
import type { Peer } from './grpc-peer.ts';
import { PluginWatcher, type PluginHandler } from './plugin-watcher.ts';

export interface NodePluginsDeps {
  readonly world: World;
  readonly log: Logger;
  /** Upstream's `--root-dir`. */
  readonly root: string;
  readonly signal: AbortSignal;
}

/** The drivers of this node, found by their sockets: of volumes and of devices. */
export class NodePlugins {
  readonly #deps: NodePluginsDeps;
  readonly #looked = Promise.withResolvers<void>();

  constructor(deps: NodePluginsDeps) {
    this.#deps = deps;
  }

  /** Resolves once each driver that was there at first has been taken on, or was asked in vain. */
  get looked(): Promise<void> {
    return this.#looked.promise;
  }

  readonly connect = async (socketPath: string): Promise<Peer> => {
    // Most nodes have no drivers, and need no gRPC.
    const { GrpcPeer } = await import('./grpc-peer.ts');
    return new GrpcPeer(socketPath, this.#deps.world.timers);
  };

  /** The node does not wait for it, nor fail with it. `handlers` by type, `CSIPlugin`. */
  start(handlers: Readonly<Record<string, PluginHandler>>): void {
    const { log, signal, root } = this.#deps;
    const folder = join(root, 'plugins_registry');
    const watcher = new PluginWatcher({ ...this.#deps, connect: this.connect, folder, handlers });
    watcher
      .start()
      .then(() => watcher.looked)
      .catch(unlessOver(signal, error => log.error('drivers are not looked for', { error })))
      .finally(() => this.#looked.resolve());
  }
}
