import { dirname } from 'node:path';
import { native as loadNative } from '../../native/index.ts';
import type { NetworkNative } from '../../native/network.ts';
import { ipv6Ability } from '../../plugins/network/ipv6-ability.ts';
import { networkAbilities } from '../../plugins/network/network-abilities.ts';
import { hasIpv6 } from '../../plugins/network/node-ipv6.ts';
import { judgeMachine } from '../../plugins/runtime/abilities/judge-machine.ts';
import { readMachineFacts } from '../../plugins/runtime/abilities/machine-facts.ts';
import type { Ability } from '../../plugins/runtime/contract.ts';
import { failedWith } from '../base/failed-with.ts';
import type { Files, World } from '../base/world.ts';

/** Everything that a server would want of this machine, found out without changing it. */
export async function checkMachine({ files }: World, dataDir: string): Promise<readonly Ability[]> {
  const native = loadNative();
  const facts = await readMachineFacts(files, native);
  const network = [...(await networkAbilities(native)), await ipv6OfMachine(native, files)];
  return [...judgeMachine(facts), ...network, await dataDirectory(files, dataDir)];
}

async function ipv6OfMachine(native: NetworkNative, files: Files): Promise<Ability> {
  const [hasKernel, routes, links] = await Promise.all([
    hasIpv6(files),
    native.networkRoutes(null, 6),
    native.networkLinks(null),
  ]);
  return ipv6Ability({ hasKernel, routes, links }, false);
}

/** One line an ability, a second one where there is a remedy. */
export function checkReport(abilities: readonly Ability[]): string {
  const widest = Math.max(...abilities.map(({ name }) => name.length));
  return abilities
    .map(({ name, state, detail, remedy }) => {
      const line = `${state.padEnd(8)}  ${name.padEnd(widest)}  ${detail}`;
      return remedy === '' ? `${line}\n` : `${line}\n${' '.repeat(widest + 12)}remedy: ${remedy}\n`;
    })
    .join('');
}

/** OVERLAYFS_SUPER_MAGIC and NFS_SUPER_MAGIC of linux/magic.h: layers of images cannot be kept on these. */
const UNFIT: ReadonlyMap<number, string> = new Map([
  [0x794c_7630, 'overlayfs'],
  [0x6969, 'NFS'],
]);

async function dataDirectory(files: Files, dataDir: string): Promise<Ability> {
  const name = 'data directory';
  const { type } = await files.statfs(await nearest(files, dataDir));
  const unfit = UNFIT.get(type);
  if (unfit === undefined) return { name, state: 'ok', detail: dataDir, remedy: '' };
  const detail = `${dataDir} is on ${unfit}, on which containers cannot have a writable layer`;
  return { name, state: 'missing', detail, remedy: 'name a folder of a local file system by --data-dir' };
}

/** The folder itself, or the closest above it that exists. */
async function nearest(files: Files, folder: string): Promise<string> {
  try {
    await files.access(folder);
    return folder;
  } catch (error) {
    if (!failedWith(error, 'ENOENT') || dirname(folder) === folder) throw error;
    return nearest(files, dirname(folder));
  }
}
