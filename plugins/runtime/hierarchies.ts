import type { Files } from '../../src/base/world.ts';

/** How this machine mounts its control groups. */
export type Hierarchies =
  | { readonly version: 'v2'; readonly unified: string; readonly controllers: ReadonlySet<string> }
  /** `unified` is the controller-less cgroup2 tree of a hybrid machine. */
  | { readonly version: 'v1'; readonly v1: ReadonlyMap<string, string>; readonly unified: string | null };

/** The v1 controllers that containers are put into. */
const USED = ['cpu', 'cpuacct', 'memory', 'pids', 'devices'];

export async function findHierarchies(files: Files): Promise<Hierarchies> {
  const mounts = parseCgroupMounts(await files.readFile('/proc/self/mountinfo', 'utf8'));
  if (mounts.v1.size > 0 || mounts.unified === null) return { version: 'v1', v1: mounts.v1, unified: mounts.unified };
  const controllers = await files.readFile(`${mounts.unified}/cgroup.controllers`, 'utf8');
  return { version: 'v2', unified: mounts.unified, controllers: new Set(controllers.trim().split(/\s+/)) };
}

/** From proc_pid_mountinfo(5): mount point is the fifth field, type and super options follow the dash. */
export function parseCgroupMounts(mountinfo: string): {
  readonly v1: ReadonlyMap<string, string>;
  readonly unified: string | null;
} {
  const v1 = new Map<string, string>();
  let unified: string | null = null;
  for (const line of mountinfo.split('\n')) {
    const [before = '', after = ''] = line.split(' - ');
    const point = before.split(' ')[4] ?? '';
    const [type, , options = ''] = after.split(' ');
    if (type === 'cgroup2') unified ??= point;
    if (type !== 'cgroup') continue;
    for (const controller of options.split(',')) {
      if (USED.includes(controller) && !v1.has(controller)) v1.set(controller, point);
    }
  }
  return { v1, unified };
}
