import { join } from 'node:path';
import { deviceNumbers } from '../../src/base/device-numbers.ts';
import type { Files } from '../../src/base/world.ts';
import type { DeviceNode } from './plan.ts';

/** Folders of /dev that a container gets as mounts of its own. */
const OWN = new Set(['pts', 'shm', 'mqueue', 'fd', 'console', 'ptmx']);
const MOST_DEVICES = 4096;

/** Every device node of the host's /dev, as privileged containers see it. */
export async function hostDevices(files: Files, folder = '/dev', depth = 0): Promise<readonly DeviceNode[]> {
  const found: DeviceNode[] = [];
  for (const entry of await files.readdir(folder, { withFileTypes: true })) {
    if (depth === 0 && OWN.has(entry.name)) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory() && depth < 4) found.push(...(await hostDevices(files, path, depth + 1)));
    if (!entry.isCharacterDevice() && !entry.isBlockDevice()) continue;
    const { rdev, mode } = await files.lstat(path);
    found.push({ path, type: entry.isBlockDevice() ? 'b' : 'c', ...deviceNumbers(rdev), mode: mode & 0o777 });
    if (found.length >= MOST_DEVICES) break;
  }
  return found;
}
