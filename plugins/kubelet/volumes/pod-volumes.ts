import { failedWith } from '../../../src/base/failed-with.ts';
import { join } from 'node:path';
import type { FilesNative } from '../../../native/files.ts';
import type { KubeletNative } from '../../../native/kubelet.ts';
import { removeTrees } from '../../../native/remove-trees.ts';
import { messageOf } from '../../../src/base/message-of.ts';
import { parseQuantity, wholeUnits } from '../../../src/base/quantity.ts';
import type { World } from '../../../src/base/world.ts';
import type { Pod, Volume } from '../pod.ts';
import { ownClaimName } from '../../kinds/core/v1/pod-claims.ts';
import { inlineCsiVolume, persistentCsiVolume, type CsiVolume } from '../csi/csi-volume.ts';
import type { CsiVolumes } from '../csi/csi-volumes.ts';
import { writeAtomically } from './atomic-writer.ts';
import { applyFsGroup } from './fs-group.ts';
import { localDevice, readyPersistentVolume } from './persistent-volume.ts';
import { prepareHostPath } from './host-path.ts';
import { mountsBeneath } from './mount-table.ts';
import { modeProblem } from './mode-problem.ts';
import { volumePayload } from './volume-payload.ts';
import { VolumeError } from './volume-error.ts';
import type { VolumeSources } from './volume-sources.ts';

export interface VolumeDeps {
  readonly world: World;
  readonly native: Pick<KubeletNative, 'mountTmpfs' | 'unmount'> & FilesNative;
  readonly sources: VolumeSources;
  readonly csi: Pick<CsiVolumes, 'look' | 'removePod'>;
  /** `<dataDir>/agent/pods` */
  readonly podsDirectory: string;
  /** A tmpfs shared by all pods: what is secret never reaches the disk. */
  readonly secretsDirectory: string;
}

/** Where each volume of a pod is, once set up. */
export interface MountedVolumes {
  readonly pathOf: ReadonlyMap<string, string>;
  /** These are shown read-only whatever the mount asks for. */
  readonly managed: ReadonlySet<string>;
  /** Those that are block devices, which have no path. */
  readonly devices: ReadonlyMap<string, MappedDevice>;
  readonly renewAtMs: number | undefined;
  readonly failures: readonly VolumeFailure[];
  /** Whether others are still under way. */
  readonly isWaiting: boolean;
}
/** A block device of this node that containers may have. */
export interface MappedDevice {
  readonly path: string;
  readonly isReadOnly: boolean;
}
export interface VolumeFailure {
  readonly volume: string;
  /** The reason of the Event. */
  readonly reason: 'FailedMount' | 'FailedMapVolume';
  readonly message: string;
}

/** Sets up what is missing, and brings configuration up to date; safe to call again and again. */
export async function mountVolumes(deps: VolumeDeps, pod: Pod): Promise<MountedVolumes> {
  const pathOf = new Map<string, string>();
  const managed = new Set<string>();
  const devices = new Map<string, MappedDevice>();
  const failures: VolumeFailure[] = [];
  let renewAtMs: number | undefined;
  let isWaiting = false;
  for (const volume of pod.spec.volumes ?? []) {
    // The runtime shows it, once it was pulled for a container.
    if (volume.image !== undefined) continue;
    try {
      const mounted = await mountOne(deps, pod, volume);
      if (mounted === undefined) {
        isWaiting = true;
        continue;
      }
      const { path, managed: isReadOnly, isDevice } = mounted;
      if (isDevice === true) devices.set(volume.name, { path, isReadOnly });
      else pathOf.set(volume.name, path);
      if (isReadOnly) managed.add(volume.name);
      if (mounted.renewAtMs !== undefined) renewAtMs = Math.min(renewAtMs ?? Infinity, mounted.renewAtMs);
    } catch (error) {
      failures.push(failureOf(volume.name, error));
    }
  }
  return { pathOf, managed, devices, renewAtMs, failures, isWaiting };
}

function failureOf(volume: string, error: unknown): VolumeFailure {
  const message = messageOf(error);
  const code = error instanceof VolumeError ? error.code : undefined;
  if (code === 'Map') return { volume, reason: 'FailedMapVolume', message };
  const told = code === 'Mount' ? message : `MountVolume.SetUp failed for volume "${volume}" : ${message}`;
  return { volume, reason: 'FailedMount', message: told };
}

interface MountedVolume {
  readonly path: string;
  readonly managed: boolean;
  readonly isDevice?: boolean;
  readonly renewAtMs?: number;
}

/** `undefined` while it is under way. */
async function mountOne(deps: VolumeDeps, pod: Pod, volume: Volume): Promise<MountedVolume | undefined> {
  if (volume.hostPath !== undefined) {
    await prepareHostPath(deps.world.files, volume.hostPath.path, volume.hostPath.type ?? '');
    return { path: volume.hostPath.path, managed: false };
  }
  if (volume.persistentVolumeClaim !== undefined)
    return mountClaimed(deps, pod, volume.name, volume.persistentVolumeClaim);
  if (volume.ephemeral !== undefined)
    return mountClaimed(deps, pod, volume.name, { claimName: ownClaimName(pod, volume) });
  if (volume.csi !== undefined) return mountCsi(deps, pod, inlineCsiVolume(pod, volume.name, volume.csi), false);
  if (volume.emptyDir !== undefined) return { path: await mountEmptyDir(deps, pod, volume), managed: false };
  const isSecret = volume.secret !== undefined || volume.projected !== undefined;
  if (!isSecret && volume.configMap === undefined && volume.downwardAPI === undefined) {
    const kind = Object.keys(volume).find(key => key !== 'name') ?? 'unknown';
    throw new VolumeError('Unsupported', `volumes of type ${kind} are not supported by this node`);
  }
  const { files, renewAtMs } = await volumePayload(pod, volume, deps.sources);
  const root = isSecret
    ? join(deps.secretsDirectory, pod.metadata.uid)
    : join(deps.podsDirectory, pod.metadata.uid, 'volumes');
  const path = join(root, volume.name);
  await writeAtomically(deps, path, files, { gid: pod.spec.securityContext?.fsGroup });
  return { path, managed: true, ...(renewAtMs === undefined ? {} : { renewAtMs }) };
}

async function mountClaimed(
  deps: VolumeDeps,
  pod: Pod,
  name: string,
  { claimName, readOnly = false }: NonNullable<Volume['persistentVolumeClaim']>,
): Promise<MountedVolume | undefined> {
  const { files } = deps.world;
  const claimed = await deps.sources.claimed(pod, claimName);
  const { csi, volumeMode } = claimed.spec;
  const problem = modeProblem(pod, name, volumeMode);
  if (problem !== undefined) throw new VolumeError('Invalid', problem);
  if (csi !== undefined) return mountCsi(deps, pod, persistentCsiVolume(claimed, csi, readOnly), readOnly);
  if (volumeMode === 'Block') return { path: await localDevice(files, claimed), managed: readOnly, isDevice: true };
  const { path, isLocal } = await readyPersistentVolume(files, claimed);
  const { fsGroup } = pod.spec.securityContext ?? {};
  if (isLocal && !readOnly && fsGroup !== undefined) await applyFsGroup(files, path, fsGroup);
  return { path, managed: readOnly };
}

function mountCsi({ csi }: VolumeDeps, pod: Pod, volume: CsiVolume, isManaged: boolean): MountedVolume | undefined {
  const look = csi.look(pod, volume);
  const { isBlock } = volume;
  if (look.state === 'failed') throw new VolumeError(isBlock ? 'Map' : 'Mount', look.message);
  return look.state === 'ready' ? { ...look.outcome, managed: isManaged, isDevice: isBlock } : undefined;
}

async function mountEmptyDir({ world, native, podsDirectory }: VolumeDeps, pod: Pod, volume: Volume): Promise<string> {
  const { files } = world;
  const path = join(podsDirectory, pod.metadata.uid, 'volumes', volume.name);
  const { medium = '', sizeLimit } = volume.emptyDir ?? {};
  if (medium !== '' && medium !== 'Memory') throw new VolumeError('Unsupported', `unknown storage medium "${medium}"`);
  if (medium === 'Memory') {
    await files.mkdir(path, { recursive: true });
    if ((await mountsBeneath(native, path)).includes(path)) return path;
    native.mountTmpfs(path, {
      sizeBytes: sizeLimit === undefined ? null : wholeUnits(parseQuantity(sizeLimit)),
      mode: 0o777,
    });
  } else {
    const parent = join(path, '..');
    await files.mkdir(parent, { recursive: true });
    const fresh = await files.mkdir(path).then(
      () => true,
      (error: unknown) => {
        if (failedWith(error, 'EEXIST')) return false;
        throw error;
      },
    );
    if (!fresh) return path;
    await files.chmod(path, 0o777);
  }
  const { fsGroup } = pod.spec.securityContext ?? {};
  if (fsGroup !== undefined) await applyFsGroup(files, path, fsGroup);
  return path;
}

/** Unmounts and deletes everything of a pod but its logs. Idempotent; works for pods of an earlier daemon. */
export async function removePodFiles(deps: Omit<VolumeDeps, 'sources'>, podUid: string): Promise<void> {
  const { csi, native, podsDirectory, secretsDirectory } = deps;
  const directory = join(podsDirectory, podUid);
  await csi.removePod(podUid);
  const mounts = await mountsBeneath(native, directory);
  for (const mount of mounts) native.unmount(mount);
  if (mounts.length > 0 && (await mountsBeneath(native, directory)).length > 0) {
    throw new VolumeError('Io', `volumes of pod ${podUid} are still mounted`);
  }
  await removeTrees(native, [directory, join(secretsDirectory, podUid)]);
}

/** Mounts the tmpfs of all secrets, unless an earlier daemon has. */
export async function mountSecretsDirectory({
  world,
  native,
  secretsDirectory,
}: Omit<VolumeDeps, 'sources'>): Promise<void> {
  await world.files.mkdir(secretsDirectory, { recursive: true, mode: 0o711 });
  if ((await mountsBeneath(native, secretsDirectory)).includes(secretsDirectory)) return;
  native.mountTmpfs(secretsDirectory, { sizeBytes: null, mode: 0o711 });
}
