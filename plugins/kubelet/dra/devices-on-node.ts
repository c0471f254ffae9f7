import { join } from 'node:path';
import type { Client } from '../../../src/api/client.ts';
import { unlessOver } from '../../../src/base/unless-over.ts';
import type { World } from '../../../src/base/world.ts';
import type { Logger } from '../../../src/kernel/logger.ts';
import { CdiRegistry } from '../cdi/cdi-registry.ts';
import { containerEdits, NO_EDITS, type ContainerEdits } from '../cdi/container-edits.ts';
import type { NodePlugins } from '../drivers/node-plugins.ts';
import type { ContainerSpec, Pod } from '../pod.ts';
import { DraDrivers } from './dra-drivers.ts';
import { PodDevices } from './pod-devices.ts';
import { PreparedClaims } from './prepared-claims.ts';

export interface DevicesOnNodeDeps {
  readonly world: World;
  readonly log: Logger;
  readonly client: Client;
  readonly nodeName: string;
  /** Upstream's `--root-dir`. */
  readonly root: string;
  /** Where CDI tells what devices are to containers; what stands in a later one goes before. */
  readonly cdiFolders: readonly string[];
  readonly plugins: Pick<NodePlugins, 'connect' | 'looked'>;
  readonly changed: (podUid: string) => void;
  readonly signal: AbortSignal;
}

/** All that a node has to do with drivers of devices: it finds them, has them make devices ready, and shows those to containers. */
export class DevicesOnNode implements Disposable {
  readonly drivers: DraDrivers;
  readonly pods: PodDevices;
  readonly #deps: DevicesOnNodeDeps;
  readonly #prepared: PreparedClaims;
  readonly #registry: CdiRegistry;

  constructor(deps: DevicesOnNodeDeps) {
    this.#deps = deps;
    const { world, root, log, plugins } = deps;
    this.#prepared = new PreparedClaims(world.files, join(root, 'dra_manager_state'), log);
    this.#registry = new CdiRegistry(world.files, deps.cdiFolders);
    this.drivers = new DraDrivers({ ...deps, connect: plugins.connect, arrived: () => this.pods.retry() });
    this.pods = new PodDevices({
      ...deps,
      drivers: this.drivers,
      driversKnown: plugins.looked,
      prepared: this.#prepared,
    });
  }

  /** Takes up what an earlier daemon had made ready. */
  recover(): Promise<void> {
    return this.#prepared.read();
  }

  /** Once the node is registered and its pods are known. */
  start(isWanted: (podUid: string) => boolean): void {
    const { log, signal, plugins } = this.#deps;
    const begin = async (): Promise<void> => {
      await plugins.looked;
      this.pods.removeLeftovers(isWanted);
      await this.drivers.withdrawOthers();
    };
    begin().catch(unlessOver(signal, error => log.error('slices of drivers that are gone stay', { error })));
  }

  /** How a container is changed so that it sees what it asks for. Throws `ContainerConfigError`. */
  async editsOf(pod: Pod, container: ContainerSpec): Promise<ContainerEdits> {
    const ids = this.pods.cdiIdsOf(pod, container);
    return ids.length === 0 ? NO_EDITS : containerEdits(this.#deps.world.files, await this.#registry.find(ids));
  }

  [Symbol.dispose](): void {
    this.drivers[Symbol.dispose]();
  }
}
