import { CsiOnNode, type CsiDeps } from './csi/csi-node.ts';
import { DevicesOnNode, type DevicesOnNodeDeps } from './dra/devices-on-node.ts';
import { NodePlugins } from './drivers/node-plugins.ts';

export type NodeDriversDeps = Omit<CsiDeps & DevicesOnNodeDeps, 'plugins'>;

/** The drivers of this node: of volumes, and of devices. */
export class NodeDrivers implements Disposable {
  readonly csi: CsiOnNode;
  readonly devices: DevicesOnNode;
  readonly #plugins: NodePlugins;

  constructor(deps: NodeDriversDeps) {
    const plugins = new NodePlugins(deps);
    this.#plugins = plugins;
    this.csi = new CsiOnNode({ ...deps, plugins });
    this.devices = new DevicesOnNode({ ...deps, plugins });
  }

  /** Takes up what an earlier daemon left. */
  async recover(): Promise<void> {
    await Promise.all([this.csi.recover(), this.devices.recover()]);
  }

  /** Once the node is registered and its pods are known. */
  start(isWanted: (podUid: string) => boolean): void {
    this.#plugins.start({ CSIPlugin: this.csi.drivers, DRAPlugin: this.devices.drivers });
    for (const drivers of [this.csi, this.devices]) drivers.start(isWanted);
  }

  [Symbol.dispose](): void {
    for (const drivers of [this.csi, this.devices]) drivers[Symbol.dispose]();
  }
}
