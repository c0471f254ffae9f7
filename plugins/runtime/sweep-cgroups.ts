import { removeCgroups } from './remove-cgroups.ts';
import type { RuntimeEnvironment } from './runtime-environment.ts';
import { SHIMS_CGROUP } from './sandbox-plan.ts';

/** The kubelet's quality-of-service classes that have a cgroup of their own; Guaranteed pods lie beside them. */
export const QOS_CGROUPS = ['burstable', 'besteffort'];

/** Kills and removes the cgroups of pods that nobody knows. The root is ours alone, so they are strays. */
export async function sweepCgroups(
  { native, cgroups, world, log }: RuntimeEnvironment,
  known: ReadonlySet<string>,
): Promise<void> {
  const strays: string[] = [];
  for (const root of cgroups.roots) {
    for (const parent of ['', ...QOS_CGROUPS]) {
      const entries = await world.files.readdir(parent === '' ? root : `${root}/${parent}`, { withFileTypes: true });
      for (const entry of entries) {
        const path = parent === '' ? entry.name : `${parent}/${entry.name}`;
        if (!entry.isDirectory() || path === SHIMS_CGROUP || QOS_CGROUPS.includes(path) || known.has(path)) continue;
        strays.push(`${root}/${path}`);
      }
    }
  }
  if (strays.length === 0) return;
  log.warn('removing cgroups that belong to no pod', { cgroups: strays });
  // What cannot be removed now, for a process that cannot be killed, is found again by the next daemon.
  try {
    await removeCgroups({ native, timers: world.timers }, strays);
  } catch (error) {
    log.error('cannot remove cgroups that belong to no pod', { cgroups: strays, error });
  }
}
