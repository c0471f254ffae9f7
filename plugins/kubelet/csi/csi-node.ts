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
import type { NodePlugins } from '../drivers/node-plugins.ts';
import { untilDone } from '../drivers/until-done.ts';

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
  readonly plugins: Pick<NodePlugins, 'connect' | 'looked'>;
  readonly sources: Pick<VolumeSources, 'token'>;
  readonly registration: () => Pick<NodeRegistration, 'node' | 'report'>;
  readonly changed: (podUid: string) => void;
  readonly signal: AbortSignal;
}

/** All that a node has to do with drivers of CSI: it tells of them, and has them mount volumes. */
export class CsiOnNode implements Disposable {
  readonly volumes: CsiVolumes;
  readonly drivers: CsiDrivers;
  readonly sharedRoot: SharedRoot;
  readonly #deps: CsiDeps;
  readonly #paths: CsiPaths;
  readonly #keeper: CsiNodeKeeper;

  constructor(deps: CsiDeps) {
    this.#deps = deps;
    const { client, nodeName, root, plugins, registration } = deps;
    const paths = csiPaths(root);
    this.#paths = paths;
    this.sharedRoot = new SharedRoot(deps);
    this.#keeper = new CsiNodeKeeper(client, nodeName);
    this.drivers = new CsiDrivers({
      log: deps.log,
      connect: plugins.connect,
      install: driver => this.#keeper.install(driver),
      uninstall: name => this.#keeper.uninstall(name),
      arrived: () => this.volumes.retry(),
    });
    this.volumes = new CsiVolumes({
      ...deps,
      paths,
      drivers: this.drivers,
      driversKnown: plugins.looked,
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
    const { log, signal, plugins } = this.#deps;
    plugins.looked
      .then(() => this.volumes.removeLeftovers(isWanted))
      .catch(unlessOver(signal, error => log.error('volumes of pods that are no more stay', { error })));
    void untilDone(this.#deps, { failed: 'the node has no CSINode', facts: {} }, () => this.#keeper.ensure());
  }

  [Symbol.dispose](): void {
    this.drivers[Symbol.dispose]();
  }
}
