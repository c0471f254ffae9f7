import { join } from 'node:path';
import type { KubeletNative } from '../../../native/kubelet.ts';
import type { Files } from '../../../src/base/world.ts';
import type { Image, Images } from '../../images/contract.ts';
import type { Container, Runtime } from '../../runtime/contract.ts';
import { containerConfig } from '../container/container-config.ts';
import { ContainerConfigError } from '../container/container-config-error.ts';
import { containerIdentity } from '../container/container-identity.ts';
import { readSeccompProfile } from '../container/read-seccomp-profile.ts';
import { localhostProfileOf } from '../container/security.ts';
import { containerEnvironment, type EnvironmentSources } from '../container/environment.ts';
import { volumeDevices } from '../container/volume-devices.ts';
import type { DevicesOnNode } from '../dra/devices-on-node.ts';
import type { PlannedStart } from '../plan/pod-plan.ts';
import type { Pod } from '../pod.ts';
import type { ReadySandbox } from '../sandbox/ready-sandbox.ts';
import type { MountedVolumes } from '../volumes/pod-volumes.ts';
import type { SharedRoot } from '../volumes/shared-root.ts';
import type { NodeFacts } from './node-facts.ts';
import { logPath, messagePath, type NodePaths } from './pod-paths.ts';

export interface StartDeps {
  readonly runtime: Pick<Runtime, 'startContainer' | 'list'>;
  readonly images: Pick<Images, 'resolveUser'>;
  readonly native: Pick<KubeletNative, 'makeDirectoryBeneath'>;
  readonly sharedRoot: Pick<SharedRoot, 'admit'>;
  readonly world: { readonly files: Pick<Files, 'stat' | 'readFile'> };
  readonly devices: Pick<DevicesOnNode, 'editsOf'>;
  readonly paths: NodePaths;
  readonly node: NodeFacts;
}

export interface StartInput {
  readonly pod: Pod;
  readonly planned: PlannedStart;
  readonly image: Image;
  readonly sandbox: ReadySandbox;
  readonly volumes: MountedVolumes;
  readonly volumeImages: ReadonlyMap<string, Image>;
  readonly environment: EnvironmentSources;
}

/** Starts one attempt of a container; throws `ContainerConfigError` or the runtime's error. */
export async function startContainer(deps: StartDeps, input: StartInput): Promise<Container> {
  const { pod, planned, image, sandbox } = input;
  const { container, attempt, backOffMs } = planned;
  const identity = await containerIdentity(pod, container, image, deps.images);
  const message = messageFile(deps, pod, planned);
  const profile = localhostProfileOf(pod, container);
  const config = containerConfig({
    pod,
    container,
    sandboxId: sandbox.sandbox.id,
    hostname: sandbox.hostname,
    attempt,
    backOffMs,
    image,
    identity,
    variables: variablesOf(input),
    edits: await deps.devices.editsOf(pod, container),
    volumes: input.volumes,
    volumeDevices: await volumeDevices(deps.world.files, container, input.volumes),
    volumeImages: input.volumeImages,
    podFiles: [...sandbox.podFiles, ...(message === undefined ? [] : [message])],
    logPath: logPath(deps.paths, pod, container.name, attempt),
    logLimits: deps.node.logLimits,
    memoryCapacityBytes: deps.node.memoryCapacityBytes,
    processesOf: targetOf(deps, pod, planned, sandbox),
    profiles: {
      seccomp: profile && (await readSeccompProfile(deps.world.files, deps.paths.seccomp, profile)),
      appArmorByDefault: deps.node.appArmorByDefault,
    },
  });
  for (const { source, subPath, layers } of config.mounts) {
    if (subPath !== undefined && layers === undefined) makeSubPath(deps, source, subPath);
  }
  await deps.sharedRoot.admit(config.mounts);
  return deps.runtime.startContainer(config);
}

/** The container whose processes an ephemeral one shall see. */
function targetOf(
  { runtime }: StartDeps,
  { spec }: Pod,
  { container }: PlannedStart,
  { sandbox }: ReadySandbox,
): string | undefined {
  const target = spec.ephemeralContainers?.find(({ name }) => name === container.name)?.targetContainerName ?? '';
  if (target === '') return undefined;
  const here = runtime.list().find(({ id }) => id === sandbox.id)?.containers ?? [];
  const running = here.find(({ name, state }) => name === target && state === 'running');
  if (running !== undefined) return running.id;
  throw new ContainerConfigError('CreateContainerConfigError', `unable to find target container ${target}`);
}

function variablesOf({ pod, planned, environment }: StartInput): ReadonlyMap<string, string> {
  return containerEnvironment(pod, planned.container, environment);
}

function messageFile({ paths }: StartDeps, pod: Pod, { container, attempt }: PlannedStart) {
  const target = container.terminationMessagePath ?? '/dev/termination-log';
  if (target === '') return undefined;
  const source = messagePath(paths, pod.metadata.uid, container.name, attempt);
  return { source, target, readOnly: false, makeMode: 0o666 };
}

function makeSubPath({ native }: StartDeps, source: string, subPath: string): void {
  try {
    native.makeDirectoryBeneath(source, subPath, 0o755);
  } catch (error) {
    const text = `failed to prepare subPath for volumeMount ${JSON.stringify(join(source, subPath))}: ${String(error)}`;
    throw new ContainerConfigError('CreateContainerConfigError', text, { cause: error });
  }
}
