import type { Logger } from '../../../src/kernel/logger.ts';
import { CSI_CALL_MS } from '../limits.ts';
import { NODE_CAPABILITY, nodeGetCapabilities, nodeGetInfo } from './csi-rpcs.ts';
import type { Peer } from '../drivers/grpc-peer.ts';
import type { DriverOnNode } from './plan-csi-node.ts';
import type { FoundPlugin, PluginHandler } from '../drivers/plugin-watcher.ts';
import { versionProblem } from './version-problem.ts';

/** A driver that runs on this node. */
export interface CsiDriver {
  readonly name: string;
  readonly peer: Peer;
  /** What of `NODE_CAPABILITY` its node service can do; asked for once. */
  capabilities(): Promise<ReadonlySet<number>>;
}

export interface CsiDriversDeps {
  readonly log: Logger;
  readonly connect: (socketPath: string) => Promise<Peer>;
  /** Has the API know of it. */
  readonly install: (driver: DriverOnNode) => Promise<void>;
  readonly uninstall: (name: string) => Promise<void>;
  /** Volumes may wait for it. */
  readonly arrived: (name: string) => void;
}

interface Registered extends CsiDriver {
  readonly endpoint: string;
}

/** The drivers of CSI on this node, by name. */
export class CsiDrivers implements PluginHandler, Disposable {
  readonly #deps: CsiDriversDeps;
  readonly #registered = new Map<string, Registered>();

  constructor(deps: CsiDriversDeps) {
    this.#deps = deps;
  }

  get(name: string): CsiDriver | undefined {
    return this.#registered.get(name);
  }

  async register({ name, endpoint, versions }: FoundPlugin): Promise<void> {
    const problem = versionProblem(name, versions);
    if (problem !== undefined) throw new Error(problem);
    const peer = await this.#deps.connect(endpoint);
    try {
      const { nodeId, maxVolumesPerNode, accessibleTopology } = await peer.call(nodeGetInfo, {}, CSI_CALL_MS);
      await this.#deps.install({ name, nodeId, maxVolumes: maxVolumesPerNode, topology: accessibleTopology.segments });
    } catch (error) {
      peer[Symbol.dispose]();
      throw error;
    }
    this.#registered.get(name)?.peer[Symbol.dispose]();
    this.#registered.set(name, { name, endpoint, peer, capabilities: capabilitiesOf(peer) });
    this.#deps.log.info('a driver of CSI was registered', { driver: name, endpoint });
    this.#deps.arrived(name);
  }

  /** A driver that came anew from another socket stays. */
  async unregister({ name, endpoint }: FoundPlugin): Promise<void> {
    const registered = this.#registered.get(name);
    if (registered?.endpoint !== endpoint) return;
    this.#registered.delete(name);
    registered.peer[Symbol.dispose]();
    this.#deps.log.info('a driver of CSI is gone', { driver: name });
    await this.#deps.uninstall(name);
  }

  [Symbol.dispose](): void {
    for (const { peer } of this.#registered.values()) peer[Symbol.dispose]();
    this.#registered.clear();
  }
}

function capabilitiesOf(peer: Peer): () => Promise<ReadonlySet<number>> {
  let asked: Promise<ReadonlySet<number>> | undefined;
  const ask = async (): Promise<ReadonlySet<number>> => {
    const { capabilities } = await peer.call(nodeGetCapabilities, {}, CSI_CALL_MS);
    return new Set(capabilities.map(({ rpc }) => rpc.type).filter(type => KNOWN.has(type)));
  };
  return () => {
    asked ??= ask().catch((error: unknown) => {
      asked = undefined;
      throw error;
    });
    return asked;
  };
}

const KNOWN: ReadonlySet<number> = new Set(Object.values(NODE_CAPABILITY));
