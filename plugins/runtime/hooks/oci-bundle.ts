import { join } from 'node:path';
import { directoryStep, fileStep, type FileStep } from '../../../src/base/file-steps.ts';
import type { ContainerConfig, SandboxConfig } from '../contract.ts';

const VERSION = '1.2.0';

/** What hooks are told of. */
interface HookedContainer {
  readonly id: string;
  readonly config: ContainerConfig;
  readonly sandbox: Pick<SandboxConfig, 'hostname'>;
  readonly paths: { readonly root: string; readonly bundle: string };
}

export type HookStatus = 'creating' | 'created' | 'running' | 'stopped';

/** What hooks read of a container, whose process they find between the two. */
export function ociState(
  { id, paths }: Pick<HookedContainer, 'id' | 'paths'>,
  status: HookStatus,
): { readonly beforePid: string; readonly afterPid: string } {
  const state = { ociVersion: VERSION, id, status, pid: 0, bundle: paths.bundle, annotations: {} };
  const [beforePid = '', afterPid = ''] = JSON.stringify(state).split('"pid":0');
  return { beforePid: `${beforePid}"pid":`, afterPid };
}

/** The description of a container that its hooks find in its bundle; there is none without hooks. */
export function bundleFiles({ config, sandbox, paths }: HookedContainer): readonly FileStep[] {
  if ((config.hooks ?? []).length === 0) return [];
  const description = {
    ociVersion: VERSION,
    process: processOf(config),
    root: { path: paths.root, readonly: config.readOnlyRootfs },
    hostname: sandbox.hostname,
    mounts: config.mounts.map(({ source, target, readOnly }) => ({
      destination: target,
      type: 'bind',
      source,
      options: ['rbind', readOnly ? 'ro' : 'rw'],
    })),
    linux: {},
  };
  const file = fileStep(join(paths.bundle, 'config.json'), JSON.stringify(description), 0o600);
  return [directoryStep(paths.bundle, 0o700), file];
}

const processOf = ({ args, env, cwd, tty, user }: ContainerConfig): object => ({
  terminal: tty,
  user: { uid: user.uid, gid: user.gid, additionalGids: user.supplementalGroups },
  args,
  env,
  cwd: cwd === '' ? '/' : cwd,
});
