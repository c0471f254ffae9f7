import type { Image } from '../../images/contract.ts';
import type { ContainerConfig, ContainerDevice, Mount } from '../../runtime/contract.ts';
import type { LogLimits } from '../logs/log-limits.ts';
import type { ContainerEdits } from '../cdi/container-edits.ts';
import type { ContainerSpec, Pod } from '../pod.ts';
import type { MountedVolumes } from '../volumes/pod-volumes.ts';
import { containerResources, oomScoreAdj } from './cgroup-numbers.ts';
import { containerCommand } from './container-command.ts';
import type { ContainerIdentity } from './container-identity.ts';
import { containerLabels, DEFAULT_STOP_SIGNAL, specHash } from './container-labels.ts';
import { containerMounts, type PodFile } from './container-mounts.ts';
import { containerSecurity, type NodeProfiles } from './security.ts';

export interface ContainerConfigInput {
  readonly pod: Pod;
  readonly container: ContainerSpec;
  readonly sandboxId: string;
  readonly hostname: string;
  readonly attempt: number;
  readonly backOffMs: number;
  readonly image: Image;
  readonly identity: ContainerIdentity;
  /** Of the spec alone, without the image's. */
  readonly variables: ReadonlyMap<string, string>;
  /** What it has of its devices. */
  readonly edits: ContainerEdits;
  readonly volumes: MountedVolumes;
  /** What it has of those volumes that are devices. */
  readonly volumeDevices: readonly ContainerDevice[];
  /** By the names of the volumes that show them. */
  readonly volumeImages: ReadonlyMap<string, Image>;
  readonly podFiles: readonly PodFile[];
  readonly logPath: string;
  readonly logLimits: LogLimits;
  readonly memoryCapacityBytes: number;
  readonly processesOf: string | undefined;
  readonly profiles: NodeProfiles;
}

const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** The whole description of a container for the runtime; throws `ContainerConfigError` where there can be none. */
export function containerConfig(input: ContainerConfigInput): ContainerConfig {
  const { pod, container, image, identity, variables, edits } = input;
  const devices = [...edits.devices, ...input.volumeDevices];
  const user = withGroups(identity.user, edits);
  return {
    sandboxId: input.sandboxId,
    name: container.name,
    attempt: input.attempt,
    lowerDirs: image.lowerDirs,
    args: containerCommand(container, image.config, variables),
    env: environmentOf(input),
    cwd: container.workingDir || image.config.workingDir || '/',
    user,
    mounts: mountsOf(input),
    ...(devices.length === 0 ? {} : { devices }),
    ...(edits.hooks.length === 0 ? {} : { hooks: edits.hooks }),
    ...(input.processesOf === undefined ? {} : { processesOf: input.processesOf }),
    ...containerSecurity(pod, container, input.profiles),
    resources: containerResources(container),
    oomScoreAdj: oomScoreAdj(pod.spec, container, input.memoryCapacityBytes),
    tty: container.tty === true,
    stdin: container.stdin === true,
    stdinOnce: container.stdinOnce === true,
    logPath: input.logPath,
    logMaxBytes: input.logLimits.maxBytes,
    logMaxFiles: input.logLimits.maxFiles,
    labels: containerLabels({
      image: shownImage(image, container.image ?? ''),
      imageId: image.digests[0] ?? image.id,
      imageConfig: [image, ...input.volumeImages.values()].map(({ id }) => id).join(','),
      specHash: specHash(container),
      backOffMs: input.backOffMs,
      user: `${user.uid}:${user.gid}:${user.supplementalGroups.join(',')}`,
      stopSignal: container.lifecycle?.stopSignal ?? image.config.stopSignal ?? DEFAULT_STOP_SIGNAL,
    }),
  };
}

function environmentOf({
  container,
  hostname,
  image,
  identity,
  variables,
  edits,
}: ContainerConfigInput): readonly string[] {
  const all = new Map<string, string>([
    ['PATH', DEFAULT_PATH],
    ['HOSTNAME', hostname],
    ...(container.tty === true ? ([['TERM', 'xterm']] as const) : []),
  ]);
  for (const entry of image.config.env) {
    const equals = entry.indexOf('=');
    if (equals > 0) all.set(entry.slice(0, equals), entry.slice(equals + 1));
  }
  for (const [name, value] of variables) all.set(name, value);
  for (const [name, value] of edits.env) all.set(name, value);
  if (!all.has('HOME') && !identity.home.includes('\n')) all.set('HOME', identity.home);
  return [...all].map(([name, value]) => `${name}=${value}`);
}

function withGroups(user: ContainerConfig['user'], { gids }: ContainerEdits): ContainerConfig['user'] {
  if (gids.length === 0) return user;
  return { ...user, supplementalGroups: [...new Set([...user.supplementalGroups, ...gids])] };
}

/** What its devices bring stands in the place of what it mounts itself. */
function mountsOf(input: ContainerConfigInput): readonly Mount[] {
  const { container, volumes, volumeImages, podFiles, variables, edits } = input;
  const mounts = containerMounts(container, { ...volumes, images: volumeImages }, podFiles, variables);
  const own = new Set(edits.mounts.map(({ target }) => target));
  return [...mounts.filter(({ target }) => !own.has(target)), ...edits.mounts];
}

const shownImage = ({ tags }: Image, asked: string): string =>
  tags.find(tag => tag === asked || tag.endsWith(`/${asked}`)) ?? asked;
