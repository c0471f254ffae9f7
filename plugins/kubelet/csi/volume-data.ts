import { join } from 'node:path';
import { presentOr } from '../../../src/base/failed-with.ts';
import { isRecord } from '../../../src/base/is-record.ts';
import type { Files } from '../../../src/base/world.ts';
import { writeDurably } from '../../../src/base/durable-file.ts';

/** What has to be known of a volume to take it down again, beside its mount point; upstream's names and file. */
export interface VolumeData {
  readonly specVolID?: string;
  readonly volumeHandle: string;
  readonly driverName: string;
  readonly nodeName?: string;
  readonly attachmentID?: string;
  readonly volumeLifecycleMode?: 'Persistent' | 'Ephemeral';
}

const FILE = 'vol_data.json';

/** Before the driver is asked: whatever becomes of that, a later daemon knows whom to ask to undo it. */
export const writeVolumeData = (files: Files, folder: string, data: VolumeData): Promise<void> =>
  writeDurably(files, join(folder, FILE), JSON.stringify(data), 0o600);

/** `undefined` where there is none: then nothing was asked of a driver. One that is no JSON was not written here. */
export async function readVolumeData(files: Pick<Files, 'readFile'>, folder: string): Promise<VolumeData | undefined> {
  const data = parsed(await presentOr('null', () => files.readFile(join(folder, FILE), 'utf8')));
  if (!isRecord(data)) return undefined;
  const { volumeHandle, driverName, specVolID, volumeLifecycleMode } = data;
  if (typeof volumeHandle !== 'string' || typeof driverName !== 'string') return undefined;
  return {
    volumeHandle,
    driverName,
    ...(typeof specVolID === 'string' ? { specVolID } : {}),
    volumeLifecycleMode: volumeLifecycleMode === 'Ephemeral' ? 'Ephemeral' : 'Persistent',
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

export const removeVolumeData = (files: Pick<Files, 'rm'>, folder: string): Promise<void> =>
  files.rm(join(folder, FILE), { force: true });
