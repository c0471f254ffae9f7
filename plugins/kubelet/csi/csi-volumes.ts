import { join } from 'node:path';
import type { Client } from '../../../src/api/client.ts';
import { failedWith } from '../../../src/base/failed-with.ts';
import { messageOf } from '../../../src/base/message-of.ts';
import { unlessOver } from '../../../src/base/unless-over.ts';
import type { Files, World } from '../../../src/base/world.ts';
import type { Logger } from '../../../src/kernel/logger.ts';
import type { Caches } from '../../../src/sdk/caches.ts';
import type { EventRecorder } from '../../../src/sdk/events.ts';
import { uniqueVolumeName } from '../../kinds/storage/v1/attachment-name.ts';
import { CSIDriver } from '../../kinds/storage/v1/csi-driver.ts';
import type { Pod } from '../pod.ts';
import { VolumeError } from '../volumes/volume-error.ts';
import type { VolumeSources } from '../volumes/volume-sources.ts';
import type { CsiDrivers } from './csi-drivers.ts';
import {
  deviceRecord,
  devicesFolder,
  podDevicesFolder,
  podVolumesFolder,
  publishedFolder,
  type CsiPaths,
} from './csi-paths.ts';
import type { CsiVolume } from './csi-volume.ts';
import { untilDone } from '../drivers/until-done.ts';
import { readVolumeData } from './volume-data.ts';
import { VolumeGrowth } from './volume-growth.ts';
import { Flights, type Look } from '../drivers/flights.ts';
import { VolumeMeter } from './volume-meter.ts';
import { VolumeMounts, type PublishedVolume } from './volume-mounts.ts';
import { lifecycleProblem } from './volume-requests.ts';
import { nodeVolume } from './volume-places.ts';
import { VolumeUses, type NodeVolume } from './volume-uses.ts';
import { waitAttached } from './wait-attached.ts';

export interface CsiVolumesDeps {
  readonly world: World;
  readonly log: Logger;
  readonly client: Client;
  readonly recorder: EventRecorder;
  readonly caches: Caches;
  readonly nodeName: string;
  readonly paths: CsiPaths;
  readonly drivers: Pick<CsiDrivers, 'get'>;
  /** Resolves once those drivers are known that were there before the kubelet. */
  readonly driversKnown: Promise<unknown>;
  readonly sources: Pick<VolumeSources, 'token'>;
  /** What the Node tells to be in use. */
  readonly told: () => readonly string[];
  /** Has it tell what is now; resolves once it does. */
  readonly report: () => Promise<void>;
  /** There is something to look at for the pod. */
  readonly changed: (podUid: string) => void;
  /** Aborted when the kubelet stops; volumes stay mounted. */
  readonly signal: AbortSignal;
}

/** Volumes of drivers of CSI in the pods of this node. */
export class CsiVolumes {
  readonly meter: VolumeMeter;
  readonly #deps: CsiVolumesDeps;
  readonly #uses = new VolumeUses();
  readonly #flights: Flights<PublishedVolume>;
  readonly #mounts: VolumeMounts;
  readonly #growth: VolumeGrowth;

  constructor(deps: CsiVolumesDeps) {
    this.#deps = deps;
    this.#flights = new Flights(deps, 'a volume was not mounted');
    this.#mounts = new VolumeMounts({ ...deps, uses: this.#uses });
    this.meter = new VolumeMeter(deps);
    this.#growth = new VolumeGrowth({ ...deps, mounts: this.#mounts });
  }

  /** How far the volume is; what it lacks is begun, and `changed` tells when to look again. */
  look(pod: Pod, volume: CsiVolume): Look<PublishedVolume> {
    return this.#flights.look(pod.metadata.uid, volume.name, async (signal, before) => {
      const mounted =
        before === undefined ? await this.#bringUp(pod, volume, signal) : await this.#renew(pod, volume, before);
      this.meter.watch(pod.metadata.uid, volume, mounted);
      return this.#growth.look(pod, volume, mounted);
    });
  }

  /** Volumes that wait for a driver need not wait longer, be it to come or to go. */
  retry(): void {
    this.#flights.retryAll();
    for (const podUid of this.#uses.podUids()) this.#deps.changed(podUid);
  }

  /** `status.volumesInUse` of the Node. */
  inUse(): readonly string[] {
    return this.#uses.names();
  }

  /** Ends what is under way for the pod, and has drivers let go of all that it has. Idempotent. */
  async removePod(podUid: string): Promise<void> {
    await this.#flights.end(podUid);
    this.meter.forget(podUid);
    const { paths, world } = this.#deps;
    const { files } = world;
    const folders = [podVolumesFolder(paths, podUid), podDevicesFolder(paths, podUid)] as const;
    const [folder, deviceFolder] = folders;
    const [names, devices] = [await namesIn(files, folder), await namesIn(files, deviceFolder)];
    // One driver that is not there does not keep others from their part.
    const outcomes = await Promise.allSettled([
      ...names.map(name => this.#mounts.unpublish(join(folder, name))),
      ...devices.map(name => this.#mounts.unpublishDevice(podUid, name)),
    ]);
    const failure = outcomes.find(({ status }) => status === 'rejected');
    if (failure?.status === 'rejected') throw failure.reason;
    const uses = this.#uses.of(podUid);
    for (const { volume, user } of uses) {
      this.#uses.remove(volume, user);
      await this.#unstage(volume);
    }
    if (names.length === 0 && devices.length === 0 && uses.length === 0) return;
    for (const each of [...folders.flatMap(each => [each, join(each, '..')]), join(paths.pods, podUid)]) {
      await files.rmdir(each).catch((error: unknown) => {
        if (!failedWith(error, 'ENOENT', 'ENOTEMPTY')) throw error;
      });
    }
    this.#deps.report().catch(unlessOver(this.#deps.signal, error => this.#deps.log.warn(UNTOLD, { error })));
  }

  /** Takes up what an earlier daemon left: nothing of it is forgotten before its driver has let go of it. */
  async recover(): Promise<void> {
    const { paths, world } = this.#deps;
    const { files } = world;
    for (const driver of await namesIn(files, paths.staged)) {
      for (const volume of await namesIn(files, join(paths.staged, driver))) {
        const data = await readVolumeData(files, join(paths.staged, driver, volume));
        if (data !== undefined) this.#uses.add({ driver: data.driverName, handle: data.volumeHandle }, undefined);
      }
    }
    for (const device of await namesIn(files, devicesFolder(paths))) {
      const volume = await this.#deviceOnRecord(device);
      if (volume !== undefined) this.#uses.add(volume, undefined);
    }
    for (const podUid of await namesIn(files, paths.pods)) {
      for (const name of await namesIn(files, podVolumesFolder(paths, podUid))) {
        const data = await readVolumeData(files, publishedFolder(paths, podUid, name));
        if (data === undefined) continue;
        const volume = { driver: data.driverName, handle: data.volumeHandle };
        this.#uses.add(volume, { podUid, name }, data.volumeLifecycleMode !== 'Ephemeral');
      }
      for (const name of await namesIn(files, podDevicesFolder(paths, podUid))) {
        const volume = await this.#deviceOnRecord(name);
        if (volume !== undefined) this.#uses.add(volume, { podUid, name });
      }
    }
  }

  async #deviceOnRecord(device: string): Promise<NodeVolume | undefined> {
    const data = await readVolumeData(this.#deps.world.files, deviceRecord(this.#deps.paths, device));
    return data && { driver: data.driverName, handle: data.volumeHandle, device };
  }

  /** Lets go of what belongs to no pod of the node any more; not waited for, as its driver may have to come first. */
  async removeLeftovers(isWanted: (podUid: string) => boolean): Promise<void> {
    const { paths, world } = this.#deps;
    for (const volume of this.#uses.idle()) void this.#untilDone(volume, () => this.#mounts.unstageIdle(volume));
    for (const podUid of await namesIn(world.files, paths.pods)) {
      if (!isWanted(podUid)) void this.#untilDone({ podUid }, () => this.removePod(podUid));
    }
  }

  /** That a volume cannot be unstaged yet is not the pod's business, which is done with it. */
  async #unstage(volume: NodeVolume): Promise<void> {
    const { log, report } = this.#deps;
    await this.#mounts.unstageIdle(volume).catch((error: unknown) => {
      log.warn('a volume was not unstaged', { ...volume, error });
      void this.#untilDone(volume, async () => {
        await this.#mounts.unstageIdle(volume);
        await report();
      });
    });
  }

  #untilDone(facts: NodeVolume | { readonly podUid: string }, work: () => Promise<void>): Promise<void> {
    return untilDone(this.#deps, { failed: 'a volume of a pod that is no more was not taken down', facts }, work);
  }

  async #bringUp(pod: Pod, volume: CsiVolume, signal: AbortSignal): Promise<PublishedVolume> {
    const { uid } = pod.metadata;
    const user = { podUid: uid, name: volume.name };
    const drivers = this.#deps.caches.of(CSIDriver);
    await Promise.all([drivers.synced, this.#deps.driversKnown]);
    signal.throwIfAborted();
    const spec = drivers.get(volume.driver)?.spec;
    const isAttachable = volume.lifecycle === 'Persistent' && spec?.attachRequired !== false;
    const problem = lifecycleProblem(volume, spec);
    if (problem !== undefined) throw failed('SetUp', volume, new VolumeError('Unsupported', `${CHECKED}: ${problem}`));
    this.#uses.add(nodeVolume(volume), user, isAttachable);
    const context = isAttachable ? await this.#attached(volume, signal).catch(rethrow('WaitForAttach', volume)) : {};
    signal.throwIfAborted();
    const facts = await this.#mounts.facts(pod, volume, spec, context).catch(rethrowUnfound(volume));
    await this.#mounts.stage(volume, facts).catch(rethrow('MountDevice', volume));
    signal.throwIfAborted();
    const published = await this.#mounts.publish(pod, volume, facts, false).catch(rethrow('SetUp', volume));
    if (volume.isBlock) {
      const folder = JSON.stringify(podDevicesFolder(this.#deps.paths, uid));
      const message = `MapVolume.MapPodDevice succeeded for volume "${volume.name}" volumeMapPath ${folder}`;
      this.#tell(pod, 'Normal', 'SuccessfulMountVolume', message);
    }
    return published;
  }

  async #renew(pod: Pod, volume: CsiVolume, { path, facts }: PublishedVolume): Promise<PublishedVolume> {
    const spec = this.#deps.caches.of(CSIDriver).get(volume.driver)?.spec;
    if (spec?.requiresRepublish !== true) return { path, facts };
    return this.#mounts.publish(pod, volume, { ...facts, spec }, true).catch((error: unknown) => {
      // The pod has its volume all the same, and nobody else would tell.
      const failure = failed('SetUp', volume, error);
      this.#tell(pod, 'Warning', volume.isBlock ? 'FailedMapVolume' : 'FailedMount', failure.message);
      throw failure;
    });
  }

  #tell({ metadata }: Pod, type: 'Normal' | 'Warning', reason: string, message: string): void {
    const { name, namespace = '', uid } = metadata;
    this.#deps.recorder.event({ apiVersion: 'v1', kind: 'Pod', name, namespace, uid }, type, reason, message);
  }

  /** Whoever detaches volumes has to know first that this one is in use. */
  async #attached(volume: CsiVolume, signal: AbortSignal): Promise<Readonly<Record<string, string>>> {
    if (!this.#deps.told().includes(uniqueVolumeName(volume))) await this.#deps.report();
    return waitAttached(this.#deps, volume, this.#deps.nodeName, signal);
  }
}

/** Others keep files of theirs there, too. */
async function namesIn(files: Pick<Files, 'readdir'>, folder: string): Promise<readonly string[]> {
  try {
    return await files.readdir(folder);
  } catch (error) {
    if (failedWith(error, 'ENOENT', 'ENOTDIR')) return [];
    throw error;
  }
}

const CHECKED = 'kubernetes.io/csi: mounter.SetUpAt failed to check volume lifecycle mode';
const UNTOLD = 'volumes that are in use no more were not told of';

type Step = 'WaitForAttach' | 'MountDevice' | 'SetUp';

/** What upstream calls them of a device. */
const OF_DEVICES: Readonly<Record<Step, string>> = {
  WaitForAttach: 'WaitForAttach',
  MountDevice: 'SetUpDevice',
  SetUp: 'MapPodDevice',
};

/** In the words of upstream's events. */
const failed = (step: Step, { isBlock, name }: CsiVolume, error: unknown): VolumeError => {
  const told = isBlock ? `MapVolume.${OF_DEVICES[step]}` : `MountVolume.${step}`;
  return new VolumeError(isBlock ? 'Map' : 'Mount', `${told} failed for volume "${name}" : ${messageOf(error)}`, {
    cause: error,
  });
};
const rethrow =
  (step: Step, volume: CsiVolume) =>
  (error: unknown): never => {
    throw failed(step, volume, error);
  };

/** What cannot be asked because there is nobody to ask. */
function rethrowUnfound(volume: CsiVolume): (error: unknown) => never {
  const isInline = volume.lifecycle === 'Ephemeral';
  const what = isInline
    ? 'mounter.SetUpAt failed to get CSI client'
    : volume.isBlock
      ? 'blockMapper.SetUpDevice failed to get CSI client'
      : 'attacher.MountDevice failed to create newCsiDriverClient';
  return error => {
    const isUnfound = error instanceof VolumeError;
    const told = isUnfound ? new VolumeError('NotFound', `kubernetes.io/csi: ${what}: ${error.message}`) : error;
    throw failed(isInline ? 'SetUp' : 'MountDevice', volume, told);
  };
}
