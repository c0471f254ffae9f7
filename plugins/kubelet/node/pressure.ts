import { failedWith } from '../../../src/base/failed-with.ts';
import type { Files } from '../../../src/base/world.ts';

/** What the node's conditions say that it is short of. */
export interface Pressure {
  readonly memory: boolean;
  readonly disk: boolean;
  readonly pids: boolean;
}

/** Bytes of the file system that holds `dataDir`; 0 when it cannot be told. */
export async function diskBytes(files: Files, dataDir: string): Promise<number> {
  const disk = await files.statfs(dataDir).catch((error: unknown) => {
    if (failedWith(error, 'ENOENT')) return undefined;
    throw error;
  });
  return disk === undefined ? 0 : disk.blocks * disk.bsize;
}
