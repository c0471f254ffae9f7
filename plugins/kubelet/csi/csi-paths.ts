import { createHash } from 'node:crypto';
import { join } from 'node:path';

/** Where things of drivers are below the kubelet's folder; drivers and their manifests count on each of them. */
export interface CsiPaths {
  /** Where plugins put the sockets by which they are found. */
  readonly registry: string;
  /** Where drivers keep the sockets by which they are asked. */
  readonly plugins: string;
  /** A folder a driver, in it one a volume that is staged. */
  readonly staged: string;
  /** A folder a pod uid. */
  readonly pods: string;
}

export const csiPaths = (root: string): CsiPaths => ({
  registry: join(root, 'plugins_registry'),
  plugins: join(root, 'plugins'),
  staged: join(root, 'plugins', 'kubernetes.io', 'csi'),
  pods: join(root, 'pods'),
});

const DEVICES = 'volumeDevices';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Of a file system that is staged: its folder, in which `globalmount` is what the driver is given. */
export const stagedFolder = ({ staged }: CsiPaths, driver: string, handle: string): string =>
  join(staged, driver, sha256(handle));
export const stagingPath = (folder: string): string => join(folder, 'globalmount');

export const podVolumesFolder = ({ pods }: CsiPaths, podUid: string): string =>
  join(pods, podUid, 'volumes', 'kubernetes.io~csi');
/** Of a volume in a pod: its folder, in which `mount` is what containers see. */
export const publishedFolder = (paths: CsiPaths, podUid: string, name: string): string =>
  join(podVolumesFolder(paths, podUid), name);
export const targetPath = (folder: string): string => join(folder, 'mount');

/** Of block devices, beside the folders of drivers; a device goes by the name of its PersistentVolume. */
export const devicesFolder = ({ staged }: CsiPaths): string => join(staged, DEVICES);
/** Where what has to be known of a device is kept, for all pods that have it. */
export const deviceRecord = (paths: CsiPaths, name: string): string => join(devicesFolder(paths), name, 'data');
/** The folder that a driver is given to stage it. */
export const deviceStagingPath = (paths: CsiPaths, name: string): string => join(devicesFolder(paths), 'staging', name);
/** In it, a file for each pod, that a driver makes. */
export const publishedDevices = (paths: CsiPaths, name: string): string => join(devicesFolder(paths), 'publish', name);
/** Of a pod: a link for each device, to its file there. */
export const podDevicesFolder = ({ pods }: CsiPaths, podUid: string): string =>
  join(pods, podUid, DEVICES, 'kubernetes.io~csi');

/** Of a volume that is no object of its own, but one pod's. */
export const inlineHandle = (podUid: string, name: string): string => `csi-${sha256(`${podUid}${name}`)}`;
