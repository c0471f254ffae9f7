import { execFile } from 'node:child_process';
import { mkdir, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  NODE_CAPABILITY,
  nodeExpandVolume,
  nodeGetCapabilities,
  nodeGetInfo,
  nodeGetVolumeStats,
  nodePublishVolume,
  nodeStageVolume,
  nodeUnpublishVolume,
  nodeUnstageVolume,
  USAGE_UNIT,
} from '../csi/csi-rpcs.ts';
import { DriverServer } from './driver-server.ts';

const run = promisify(execFile);

export interface DriverOptions {
  /** The kubelet's. */
  readonly root: string;
  readonly name: string;
  /** Where its volumes are, a folder each, or a link to a block device. */
  readonly volumes: string;
}

/** A small driver of CSI: its volumes are folders, which it stages and publishes by binding them, or devices, which it only publishes. */
export class TestDriver extends DriverServer {
  readonly #options: DriverOptions;

  private constructor(options: DriverOptions) {
    super();
    this.#options = options;
  }

  static async start(options: DriverOptions): Promise<TestDriver> {
    const driver = new TestDriver(options);
    driver.#serve();
    await driver.listen(driver.#socket, driver.#registration);
    return driver;
  }

  get #socket(): string {
    return join(this.#options.root, 'plugins', this.#options.name, 'csi.sock');
  }
  get #registration(): string {
    return join(this.#options.root, 'plugins_registry', `${this.#options.name}-reg.sock`);
  }

  #serve(): void {
    const { name, volumes } = this.#options;
    this.answerAs({ type: 'CSIPlugin', name, endpoint: this.#socket, supportedVersions: ['1.0.0'] });
    this.answer(nodeGetInfo, () => ({
      nodeId: 'here',
      maxVolumesPerNode: 7,
      accessibleTopology: { segments: { [`topology.${name}/rack`]: 'r1' } },
    }));
    this.answer(nodeGetCapabilities, () => ({
      capabilities: [NODE_CAPABILITY.stageUnstage, NODE_CAPABILITY.expand, NODE_CAPABILITY.volumeStats].map(type => ({
        rpc: { type },
      })),
    }));
    this.answer(nodeStageVolume, async ({ volumeId, stagingTargetPath, volumeCapability }) => {
      if (volumeCapability.block !== undefined) return {};
      await mkdir(join(volumes, volumeId), { recursive: true });
      return bind(join(volumes, volumeId), stagingTargetPath);
    });
    this.answer(nodeUnstageVolume, ({ stagingTargetPath }) => unbind(stagingTargetPath));
    this.answer(nodePublishVolume, async ({ volumeId, stagingTargetPath, targetPath, volumeCapability }) => {
      if (volumeCapability.block !== undefined) {
        await writeFile(targetPath, '', { flag: 'a' });
        return bind(join(volumes, volumeId), targetPath);
      }
      const source = stagingTargetPath ?? join(volumes, volumeId);
      for (const folder of [source, targetPath]) await mkdir(folder, { recursive: true });
      return bind(source, targetPath);
    });
    this.answer(nodeGetVolumeStats, () => ({
      usage: [
        { available: 30, total: 100, used: 70, unit: USAGE_UNIT.bytes },
        { available: 8, total: 10, used: 2, unit: USAGE_UNIT.inodes },
      ],
    }));
    this.answer(nodeExpandVolume, ({ capacityRange }) => ({ capacityBytes: capacityRange.requiredBytes }));
    this.answer(nodeUnpublishVolume, async ({ targetPath }) => {
      await unbind(targetPath);
      await ((await stat(targetPath)).isDirectory() ? rmdir : rm)(targetPath);
      return {};
    });
  }
}

const isMounted = (path: string): Promise<boolean> =>
  run('mountpoint', ['-q', path]).then(
    () => true,
    () => false,
  );

/** Once, however often it is asked for. */
async function bind(source: string, target: string): Promise<Record<string, never>> {
  if (!(await isMounted(target))) await run('mount', ['--bind', source, target]);
  return {};
}

async function unbind(target: string): Promise<Record<string, never>> {
  if (await isMounted(target)) await run('umount', [target]);
  return {};
}
