import type { Files } from '../../../src/base/world.ts';
import { memoryLine } from '../node/machine.ts';
import type { Observation } from './thresholds.ts';

/** What the node has left right now. A file system without a count of inodes has none to run out of. */
export async function observeNode(files: Files, dataDir: string): Promise<readonly Observation[]> {
  const [meminfo, disk, pidMax, loadavg] = await Promise.all([
    files.readFile('/proc/meminfo', 'utf8'),
    files.statfs(dataDir),
    files.readFile('/proc/sys/kernel/pid_max', 'utf8'),
    files.readFile('/proc/loadavg', 'utf8'),
  ]);
  const [, processes = '0'] = /\/(\d+) /.exec(loadavg) ?? [];
  const pids = Number(pidMax);
  return [
    {
      signal: 'memory.available',
      available: memoryLine(meminfo, 'MemAvailable'),
      capacity: memoryLine(meminfo, 'MemTotal'),
    },
    { signal: 'nodefs.available', available: disk.bavail * disk.bsize, capacity: disk.blocks * disk.bsize },
    { signal: 'nodefs.inodesFree', available: disk.ffree, capacity: disk.files },
    { signal: 'pid.available', available: pids - Number(processes), capacity: pids },
  ];
}
