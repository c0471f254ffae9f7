import { failedWith } from '../../../src/base/failed-with.ts';
import type { Files } from '../../../src/base/world.ts';
import { memoryLine } from './machine.ts';

/** The kubelet's hard eviction thresholds. */
export const MEMORY_RESERVE_BYTES = 100 * 1024 * 1024;
const DISK_FREE_SHARE = 0.1;
const INODES_FREE_SHARE = 0.05;

export interface Pressure {
  readonly memory: boolean;
  readonly disk: boolean;
  readonly pids: boolean;
}

/** Whether the node runs short of something right now. */
export async function readPressure(files: Files, dataDir: string): Promise<Pressure> {
  const meminfo = await files.readFile('/proc/meminfo', 'utf8');
  const disk = await files.statfs(dataDir);
  const pidMax = Number(await files.readFile('/proc/sys/kernel/pid_max', 'utf8'));
  const [, running = '0'] = /\/(\d+) /.exec(await files.readFile('/proc/loadavg', 'utf8')) ?? [];
  return {
    memory: memoryLine(meminfo, 'MemAvailable') < MEMORY_RESERVE_BYTES,
    disk:
      disk.bavail < disk.blocks * DISK_FREE_SHARE || (disk.files > 0 && disk.ffree < disk.files * INODES_FREE_SHARE),
    pids: Number(running) > pidMax * (1 - DISK_FREE_SHARE),
  };
}

/** Bytes of the file system that holds `dataDir`; 0 when it cannot be told. */
export async function diskBytes(files: Files, dataDir: string): Promise<number> {
  const disk = await files.statfs(dataDir).catch((error: unknown) => {
    if (failedWith(error, 'ENOENT')) return undefined;
    throw error;
  });
  return disk === undefined ? 0 : disk.blocks * disk.bsize;
}
