import type { Files } from '../../../src/base/world.ts';
import type { ImageDisk } from '../../images/contract.ts';
import { memoryLine } from '../node/machine.ts';
import type { Observation } from './thresholds.ts';

/**
 * What the node has left right now. A file system without a count of inodes has none to run out of; images that
 * are on the node's own have nothing else to run out of.
 */
export async function observeNode(
  files: Files,
  dataDir: string,
  imageDisk: () => Promise<ImageDisk>,
): Promise<readonly Observation[]> {
  const [meminfo, disk, pidMax, loadavg, { dev }, images] = await Promise.all([
    files.readFile('/proc/meminfo', 'utf8'),
    files.statfs(dataDir),
    files.readFile('/proc/sys/kernel/pid_max', 'utf8'),
    files.readFile('/proc/loadavg', 'utf8'),
    files.stat(dataDir),
    imageDisk(),
  ]);
  const [, processes = '0'] = /\/(\d+) /.exec(loadavg) ?? [];
  const pids = Number(pidMax);
  const ofImages: readonly Observation[] =
    images.device === dev
      ? []
      : [
          { signal: 'imagefs.available', available: images.availableBytes, capacity: images.capacityBytes },
          { signal: 'imagefs.inodesFree', available: images.inodesFree, capacity: images.inodes },
        ];
  return [
    {
      signal: 'memory.available',
      available: memoryLine(meminfo, 'MemAvailable'),
      capacity: memoryLine(meminfo, 'MemTotal'),
    },
    { signal: 'nodefs.available', available: disk.bavail * disk.bsize, capacity: disk.blocks * disk.bsize },
    { signal: 'nodefs.inodesFree', available: disk.ffree, capacity: disk.files },
    ...ofImages,
    { signal: 'pid.available', available: pids - Number(processes), capacity: pids },
  ];
}
