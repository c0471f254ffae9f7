import { join } from 'node:path';
import {
  deviceRecord,
  deviceStagingPath,
  podDevicesFolder,
  publishedDevices,
  publishedFolder,
  stagedFolder,
  stagingPath,
  targetPath,
  type CsiPaths,
} from './csi-paths.ts';
import type { CsiVolume } from './csi-volume.ts';
import type { NodeVolume } from './volume-uses.ts';

/** Of a volume on the node. */
export interface StagedPlaces {
  /** What the driver is given to stage it. */
  readonly path: string;
  /** The folder in which there is on record what is staged. */
  readonly record: string;
}

export const nodeVolume = ({ driver, handle, isBlock, name }: CsiVolume): NodeVolume =>
  isBlock ? { driver, handle, device: name } : { driver, handle };

export function stagedPlaces(paths: CsiPaths, { driver, handle, device }: NodeVolume): StagedPlaces {
  if (device !== undefined) return { path: deviceStagingPath(paths, device), record: deviceRecord(paths, device) };
  const record = stagedFolder(paths, driver, handle);
  return { path: stagingPath(record), record };
}

/** What the driver is given to show a volume to a pod. */
export const publishedPath = (paths: CsiPaths, podUid: string, { isBlock, name }: CsiVolume): string =>
  isBlock ? publishedDevice(paths, podUid, name) : targetPath(publishedFolder(paths, podUid, name));

export const publishedDevice = (paths: CsiPaths, podUid: string, name: string): string =>
  join(publishedDevices(paths, name), podUid);
/** By this link it is on record that a pod has a device. */
export const deviceLink = (paths: CsiPaths, podUid: string, name: string): string =>
  join(podDevicesFolder(paths, podUid), name);
