import { dirname } from 'node:path';
import type { Client } from '../../../src/api/client.ts';
import { failedWith, presentOr } from '../../../src/base/failed-with.ts';
import { TurnsByKey } from '../../../src/base/turns-by-key.ts';
import type { World } from '../../../src/base/world.ts';
import { Secret } from '../../kinds/core/v1/secret.ts';
import { attachmentName, uniqueVolumeName } from '../../kinds/storage/v1/attachment-name.ts';
import type { CSIDriver } from '../../kinds/storage/v1/csi-driver.ts';
import { CSI_CALL_MS, REPUBLISH_MS } from '../limits.ts';
import type { Pod } from '../pod.ts';
import { applyFsGroup } from '../volumes/fs-group.ts';
import { VolumeError } from '../volumes/volume-error.ts';
import type { VolumeSources } from '../volumes/volume-sources.ts';
import type { CsiDriver, CsiDrivers } from './csi-drivers.ts';
import {
  deviceRecord,
  podDevicesFolder,
  publishedDevices,
  publishedFolder,
  targetPath,
  type CsiPaths,
} from './csi-paths.ts';
import {
  NODE_CAPABILITY,
  nodeExpandVolume,
  nodePublishVolume,
  nodeStageVolume,
  nodeUnpublishVolume,
  nodeUnstageVolume,
} from './csi-rpcs.ts';
import type { CsiVolume, ObjectPlace } from './csi-volume.ts';
import { readVolumeData, removeVolumeData, writeVolumeData, type VolumeData } from './volume-data.ts';
import { deviceLink, nodeVolume, publishedDevice, publishedPath, stagedPlaces } from './volume-places.ts';
import { expandRequest, publishRequest, stageRequest, takesFsGroup, type RequestFacts } from './volume-requests.ts';
import { volumeTokens } from './volume-tokens.ts';
import type { NodeVolume, VolumeUses } from './volume-uses.ts';

export interface VolumeMountsDeps {
  readonly world: Pick<World, 'clock' | 'files'>;
  readonly client: Client;
  readonly nodeName: string;
  readonly paths: CsiPaths;
  readonly drivers: Pick<CsiDrivers, 'get'>;
  readonly uses: VolumeUses;
  readonly sources: Pick<VolumeSources, 'token'>;
}

export interface PublishedVolume {
  readonly path: string;
  /** What its driver was asked by. */
  readonly facts: RequestFacts;
  /** When the driver wants to be called again. */
  readonly renewAtMs?: number;
}

type DriverSpec = CSIDriver['spec'] | undefined;

/** Has drivers mount volumes and let go of them; each step may be done again. */
export class VolumeMounts {
  readonly #deps: VolumeMountsDeps;
  /** A volume is not staged while it is unstaged. */
  readonly #turns = new TurnsByKey();

  constructor(deps: VolumeMountsDeps) {
    this.#deps = deps;
  }

  /** What requests tell of; rejects while the driver is not there. */
  async facts(pod: Pod, { driver }: CsiVolume, spec: DriverSpec, publishContext: Readonly<Record<string, string>>) {
    const capabilities = await this.#driver(driver).capabilities();
    return { spec, capabilities, fsGroup: pod.spec.securityContext?.fsGroup, publishContext };
  }

  /** Mounts it once for all pods of the node, where its driver does so. A device is on record from here on in any case. */
  async stage(volume: CsiVolume, facts: RequestFacts): Promise<void> {
    const isStaged = stages(volume, facts.capabilities);
    if (!isStaged && !volume.isBlock) return;
    await this.#turns.take(uniqueVolumeName(volume), async () => {
      const { files } = this.#deps.world;
      const { path, record } = stagedPlaces(this.#deps.paths, nodeVolume(volume));
      const secrets = isStaged ? await this.#secrets(volume.stageSecret) : {};
      for (const folder of isStaged ? [path, record] : [record]) await files.mkdir(folder, FOLDER);
      const { handle: volumeHandle, driver: driverName } = volume;
      await writeVolumeData(files, record, volume.isBlock ? this.#dataOf(volume) : { volumeHandle, driverName });
      if (!isStaged) return;
      const { peer } = this.#driver(volume.driver);
      await peer.call(nodeStageVolume, stageRequest(volume, facts, path, secrets), CSI_CALL_MS);
    });
  }

  /** Mounts it for one pod, or, for a driver that wants that, asks for it once more. */
  async publish(pod: Pod, volume: CsiVolume, facts: RequestFacts, isAgain: boolean): Promise<PublishedVolume> {
    const { world, paths, sources } = this.#deps;
    const { files } = world;
    const { uid } = pod.metadata;
    const target = publishedPath(paths, uid, volume);
    const secrets = await this.#secrets(volume.publishSecret);
    const tokens = volume.isBlock ? undefined : await volumeTokens(pod, facts.spec, sources);
    if (!isAgain) await (volume.isBlock ? this.#link(uid, volume.name) : this.#record(uid, volume));
    const given = { secrets, tokens: tokens?.text, pod };
    const places = { target, staging: this.#stagingOf(volume, facts) };
    const request = publishRequest(volume, facts, places, given);
    await this.#driver(volume.driver).peer.call(nodePublishVolume, request, CSI_CALL_MS);
    const { fsGroup } = facts;
    if (!isAgain && takesFsGroup(volume, facts) && fsGroup !== undefined) await applyFsGroup(files, target, fsGroup);
    if (facts.spec?.requiresRepublish !== true) return { path: target, facts };
    return {
      path: target,
      facts,
      renewAtMs: Math.min(tokens?.renewAtMs ?? Infinity, world.clock.now() + REPUBLISH_MS),
    };
  }

  /** Has the file system of a mounted volume take what the volume has. */
  async expand(volume: CsiVolume, { path, facts }: PublishedVolume, bytes: number): Promise<void> {
    const secrets = await this.#secrets(volume.expandSecret);
    const places = { target: path, staging: this.#stagingOf(volume, facts) };
    const request = expandRequest(volume, facts, places, { bytes, secrets });
    await this.#driver(volume.driver).peer.call(nodeExpandVolume, request, CSI_CALL_MS);
  }

  #stagingOf(volume: CsiVolume, { capabilities }: RequestFacts): string | undefined {
    return stages(volume, capabilities) ? stagedPlaces(this.#deps.paths, nodeVolume(volume)).path : undefined;
  }

  async #record(podUid: string, volume: CsiVolume): Promise<void> {
    const { paths, world } = this.#deps;
    const folder = publishedFolder(paths, podUid, volume.name);
    await world.files.mkdir(folder, FOLDER);
    await writeVolumeData(world.files, folder, this.#dataOf(volume));
  }

  #dataOf(volume: CsiVolume): VolumeData {
    const { nodeName } = this.#deps;
    return {
      specVolID: volume.name,
      volumeHandle: volume.handle,
      driverName: volume.driver,
      nodeName,
      attachmentID: attachmentName(volume, nodeName),
      volumeLifecycleMode: volume.lifecycle,
    };
  }

  /** Before the driver is asked, as `#record` is. */
  async #link(podUid: string, name: string): Promise<void> {
    const { paths, world } = this.#deps;
    for (const folder of [publishedDevices(paths, name), podDevicesFolder(paths, podUid)])
      await world.files.mkdir(folder, FOLDER);
    const link = deviceLink(paths, podUid, name);
    await world.files.symlink(publishedDevice(paths, podUid, name), link).catch((error: unknown) => {
      if (!failedWith(error, 'EEXIST')) throw error;
    });
  }

  /** Undoes `publish` in the folder of a pod's volume, by what is kept there. */
  async unpublish(folder: string): Promise<void> {
    const { files } = this.#deps.world;
    const data = await readVolumeData(files, folder);
    const target = targetPath(folder);
    if (data !== undefined) {
      const request = { volumeId: data.volumeHandle, targetPath: target };
      await this.#driver(data.driverName).peer.call(nodeUnpublishVolume, request, CSI_CALL_MS);
    }
    // Never with what is in it: of a volume that is mounted still that would be its data.
    await this.#removeEmpty(target);
    if (data !== undefined) await removeVolumeData(files, folder);
    await this.#removeEmpty(folder);
  }

  /** The same of a device. */
  async unpublishDevice(podUid: string, name: string): Promise<void> {
    const { paths, world } = this.#deps;
    const target = publishedDevice(paths, podUid, name);
    const data = await readVolumeData(world.files, deviceRecord(paths, name));
    if (data !== undefined) {
      const request = { volumeId: data.volumeHandle, targetPath: target };
      await this.#driver(data.driverName).peer.call(nodeUnpublishVolume, request, CSI_CALL_MS);
    }
    // The driver's own to remove; that of a device which is mounted there still cannot be.
    await world.files.rm(target, { force: true });
    await world.files.rm(deviceLink(paths, podUid, name), { force: true });
  }

  /** Undoes `stage`, unless a pod has come to use it meanwhile. */
  async unstageIdle(volume: NodeVolume): Promise<void> {
    const { uses, paths, world } = this.#deps;
    const { driver, handle, device } = volume;
    await this.#turns.take(uniqueVolumeName(volume), async () => {
      if (uses.isUsed(volume)) return;
      const { path, record } = stagedPlaces(paths, volume);
      if ((await readVolumeData(world.files, record)) !== undefined) {
        const request = { volumeId: handle, stagingTargetPath: path };
        // Of a device that its driver does not stage there is a record all the same.
        if (device === undefined || (await this.#isThere(path)))
          await this.#driver(driver).peer.call(nodeUnstageVolume, request, CSI_CALL_MS);
        for (const folder of device === undefined ? [path] : [path, publishedDevices(paths, device)])
          await this.#removeEmpty(folder);
        await removeVolumeData(world.files, record);
        await this.#removeEmpty(record);
        await this.#removeEmpty(dirname(record), 'ENOTEMPTY');
      }
      if (!uses.isUsed(volume)) uses.drop(volume);
    });
  }

  #driver(name: string): CsiDriver {
    const driver = this.#deps.drivers.get(name);
    if (driver !== undefined) return driver;
    const message = `driver name ${name} not found in the list of registered CSI drivers`;
    throw new VolumeError('NotFound', message);
  }

  async #secrets(place: ObjectPlace | undefined): Promise<Readonly<Record<string, string>>> {
    if (place === undefined) return {};
    const { data = {} } = await this.#deps.client.get(Secret, place);
    return Object.fromEntries(
      Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'base64').toString('utf8')]),
    );
  }

  async #isThere(path: string): Promise<boolean> {
    return (await presentOr(undefined, () => this.#deps.world.files.stat(path))) !== undefined;
  }

  async #removeEmpty(folder: string, ...unless: readonly string[]): Promise<void> {
    await this.#deps.world.files.rmdir(folder).catch((error: unknown) => {
      if (!failedWith(error, 'ENOENT', ...unless)) throw error;
    });
  }
}

const FOLDER = { recursive: true, mode: 0o750 } as const;

const stages = ({ lifecycle }: CsiVolume, capabilities: ReadonlySet<number>): boolean =>
  lifecycle === 'Persistent' && capabilities.has(NODE_CAPABILITY.stageUnstage);
