import type { Native } from '../../../native/index.ts';
import { failedWith, presentOr } from '../../../src/base/failed-with.ts';
import { ALL_CAPABILITIES, type Capability } from '../../../src/base/linux-capabilities.ts';
import type { Files } from '../../../src/base/world.ts';
import { assembleFilter } from '../devices/assemble-filter.ts';
import { DEVICE_RULES } from '../devices/device-rules.ts';
import { findHierarchies } from '../hierarchies.ts';

/** What was found out about this machine and this process; nothing of it is changed. */
export interface MachineFacts {
  /** `uname -r`. */
  readonly kernel: string;
  readonly capabilities: ReadonlySet<Capability>;
  /** Names of /proc/self/ns. */
  readonly namespaces: ReadonlySet<string>;
  /** Of one user of this machine, in all. */
  readonly maxUserNamespaces: number;
  readonly cgroups: 'v2' | 'hybrid' | 'v1' | 'none';
  /** Controllers that pods can be given, and `devices` where something restricts those. */
  readonly controllers: ReadonlySet<string>;
  /** Of those wanted, the types of file system that the kernel has. */
  readonly fileSystems: ReadonlySet<string>;
  /** Of seccomp(2): what a filter may answer. */
  readonly seccompActions: ReadonlySet<string>;
  readonly oomScoreAdj: number;
  readonly openFilesLimit: number;
}

export const WANTED_FILE_SYSTEMS = ['overlay', 'proc', 'sysfs', 'tmpfs', 'devpts', 'mqueue'] as const;
const CONTROLLERS = ['cpu', 'memory', 'pids'];

/** `granted`: the controllers that a running node was given; those that this machine has when it is not known. */
export async function readMachineFacts(
  files: Files,
  native: Native,
  granted?: ReadonlySet<string>,
): Promise<MachineFacts> {
  const read = (path: string): Promise<string> => presentOr('', () => files.readFile(path, 'utf8'));
  const [kernel, status, loaded, namespaces, users, actions, oomScoreAdj, limits, groups] = await Promise.all([
    read('/proc/sys/kernel/osrelease'),
    read('/proc/self/status'),
    read('/proc/filesystems'),
    presentOr([], () => files.readdir('/proc/self/ns')),
    read('/proc/sys/user/max_user_namespaces'),
    read('/proc/sys/kernel/seccomp/actions_avail'),
    read('/proc/self/oom_score_adj'),
    read('/proc/self/limits'),
    controlGroups(files, native, granted),
  ]);
  const mask = BigInt(`0x${/^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? '0'}`);
  const openFiles = /^Max open files\s+\S+\s+(\S+)/m.exec(limits)?.[1] ?? '0';
  return {
    kernel: kernel.trim(),
    capabilities: new Set(ALL_CAPABILITIES.filter((_name, bit) => (mask >> BigInt(bit)) & 1n)),
    namespaces: new Set(namespaces),
    maxUserNamespaces: Number(users),
    ...groups,
    fileSystems: new Set(WANTED_FILE_SYSTEMS.filter(type => hasFileSystem(native, type, loaded))),
    seccompActions: new Set(actions.trim().split(/\s+/)),
    oomScoreAdj: Number(oomScoreAdj),
    openFilesLimit: openFiles === 'unlimited' ? Infinity : Number(openFiles),
  };
}

async function controlGroups(
  files: Files,
  native: Native,
  granted: ReadonlySet<string> | undefined,
): Promise<Pick<MachineFacts, 'cgroups' | 'controllers'>> {
  const found = await findHierarchies(files);
  if (found.version === 'v2') {
    const controllers = CONTROLLERS.filter(name => (granted ?? found.controllers).has(name));
    return { cgroups: 'v2', controllers: new Set([...controllers, ...filtered(native)]) };
  }
  const { v1, unified } = found;
  const devices = v1.has('devices') ? ['devices'] : unified === null ? [] : filtered(native);
  const controllers = new Set([...CONTROLLERS.filter(name => v1.has(name)), ...devices]);
  if (v1.size === 0) return { cgroups: 'none', controllers };
  return { cgroups: unified === null ? 'v1' : 'hybrid', controllers };
}

const filtered = (native: Native): readonly string[] => {
  const filter = openDeviceFilter(native);
  if (filter === null) return [];
  native.closeFd(filter);
  return ['devices'];
};

/** The filter of every container that is not privileged; `null` where this kernel or process may not have one. */
export function openDeviceFilter(native: Native): number | null {
  try {
    return native.loadDeviceFilter(assembleFilter(DEVICE_RULES));
  } catch (error) {
    if (failedWith(error, 'EPERM', 'EINVAL', 'ENOSYS')) return null;
    throw error;
  }
}

function hasFileSystem(native: Native, type: string, loaded: string): boolean {
  if (new RegExp(`\\b${type}$`, 'm').test(loaded)) return true;
  try {
    native.requireFileSystem(type);
    return true;
  } catch (error) {
    if (failedWith(error, 'ENODEV', 'EPERM', 'ENOSYS')) return false;
    throw error;
  }
}
