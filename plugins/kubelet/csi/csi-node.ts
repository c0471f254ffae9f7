import type { Client } from '../../../src/api/client.ts';
import { unlessOver } from '../../../src/base/unless-over.ts';
import type { World } from '../../../src/base/world.ts';
import type { Logger } from '../../../src/kernel/logger.ts';
import type { Caches } from '../../../src/sdk/caches.ts';
import type { EventRecorder } from '../../../src/sdk/events.ts';
import type { NodeRegistration } from '../node/node-registration.ts';
import { SharedRoot, type SharedRootDeps } from '../volumes/shared-root.ts';
import type { VolumeSources } from '../volumes/volume-sources.ts';
import { CsiDrivers } from './csi-drivers.ts';
import { CsiNodeKeeper } from './csi-node-keeper.ts';
import { csiPaths, type CsiPaths } from './csi-paths.ts';
import { CsiVolumes } from './csi-volumes.ts';
import type { Peer } from './grpc-peer.ts';
import { PluginWatcher } from './plugin-watcher.ts';
import { untilDone } from './until-done.ts';

export interface CsiDeps {
  readonly world: World;
  readonly native: SharedRootDeps['native'];
  readonly log: Logger;
  readonly client: Client;
  readonly recorder: EventRecorder;
  readonly caches: Caches;
  readonly nodeName: string;
  /** Upstream's `--root-dir`. */
  readonly root: string;
  readonly sources: Pick<VolumeSources, 'token'>;
  readonly registration: () => Pick<NodeRegistration, 'node' | 'report'>;
  readonly changed: (podUid: string) => void;
  readonly signal: AbortSignal;
}

/** All that a node has to do with drivers of CSI: it finds them, tells of them, and has them mount volumes. */
export class CsiOnNode implements Disposable {
  readonly volumes: CsiVolumes;
  readonly sharedRoot: SharedRoot;
  readonly #deps: CsiDeps;
  readonly #paths: CsiPaths;
  readonly #drivers: CsiDrivers;
  readonly #keeper: CsiNodeKeeper;
  readonly #watcher: PluginWatcher;
  readonly #known = Promise.withResolvers<void>();

  constructor(deps: CsiDeps) {
    this.#deps = deps;
    const { world, client, nodeName, root, registration } = deps;
    const paths = csiPaths(root);
    this.#paths = paths;
    this.sharedRoot = new SharedRoot(deps);
    const connect = async (socketPath: string): Promise<Peer> => {
      // Most nodes have no drivers, and need no gRPC.
      const { GrpcPeer } = await import('./grpc-peer.ts');
      return new GrpcPeer(socketPath, world.timers);
    };
    this.#keeper = new CsiNodeKeeper(client, nodeName);
    this.#drivers = new CsiDrivers({
      log: deps.log,
      connect,
      install: driver => this.#keeper.install(driver),
      uninstall: name => this.#keeper.uninstall(name),
      arrived: () => this.volumes.retry(),
    });
    const handlers = { CSIPlugin: this.#drivers };
    this.#watcher = new PluginWatcher({ ...deps, connect, folder: paths.registry, handlers });
    this.volumes = new CsiVolumes({
      ...deps,
      paths,
      drivers: this.#drivers,
      driversKnown: this.#known.promise,
      told: () => registration().node?.status?.volumesInUse ?? [],
      report: () => registration().report(),
    });
  }

  /** Before pods are: those of drivers name these folders, and want them to be there. */
  async recover(): Promise<void> {
    const { files } = this.#deps.world;
    const { registry, plugins, pods } = this.#paths;
    for (const folder of [registry, plugins, pods]) await files.mkdir(folder, { recursive: true, mode: 0o750 });
    await this.volumes.recover();
  }

  /** Once the node is registered and its pods are known. The node does not wait for it, nor fail with it. */
  start(isWanted: (podUid: string) => boolean): void {
    const { log, signal } = this.#deps;
    const begin = async (): Promise<void> => {
      await this.#watcher.start();
      await this.#watcher.looked;
      this.#known.resolve();
      await this.volumes.removeLeftovers(isWanted);
    };
    begin().catch(
      unlessOver(signal, error => {
        this.#known.resolve();
        log.error('drivers of CSI are not looked for', { error });
      }),
    );
    void untilDone(this.#deps, { failed: 'the node has no CSINode', facts: {} }, () => this.#keeper.ensure());
  }

  [Symbol.dispose](): void {
    this.#drivers[Symbol.dispose]();
  }
}
