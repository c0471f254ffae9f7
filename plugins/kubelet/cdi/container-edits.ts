import { deviceNumbers } from '../../../src/base/device-numbers.ts';
import { messageOf } from '../../../src/base/message-of.ts';
import type { Files } from '../../../src/base/world.ts';
import type { ContainerDevice, ContainerHook, HookMoment, Mount } from '../../runtime/contract.ts';
import { injectionError } from './cdi-registry.ts';
import type { CdiDeviceNode, CdiEdits, CdiHook, CdiMount } from './cdi-spec.ts';

/** What a container has besides what its spec says. */
export interface ContainerEdits {
  /** By name. */
  readonly env: ReadonlyMap<string, string>;
  readonly devices: readonly ContainerDevice[];
  readonly mounts: readonly Mount[];
  readonly gids: readonly number[];
  readonly hooks: readonly ContainerHook[];
}

export const NO_EDITS: ContainerEdits = { env: new Map(), devices: [], mounts: [], gids: [], hooks: [] };

/** All edits together; of what is said twice, the later. Throws `ContainerConfigError` where one cannot be done. */
export async function containerEdits(files: Pick<Files, 'stat'>, edits: readonly CdiEdits[]): Promise<ContainerEdits> {
  const others = new Set(edits.flatMap(edit => edit.others));
  if (others.size > 0) throw injectionError(`${[...others].join(', ')} of CDI are not supported by this node`);
  const devices = new Map<string, ContainerDevice>();
  for (const node of edits.flatMap(({ deviceNodes }) => deviceNodes))
    devices.set(node.path, await deviceOf(files, node));
  const mounts = new Map(edits.flatMap(edit => edit.mounts).map(mount => [mount.containerPath, mountOf(mount)]));
  return {
    env: new Map(edits.flatMap(({ env }) => env.map(variableOf))),
    devices: [...devices.values()],
    mounts: [...mounts.values()],
    hooks: edits.flatMap(({ hooks }) => hooks.map(hookOf)),
    gids: [...new Set(edits.flatMap(({ additionalGids }) => additionalGids))],
  };
}

const MOMENTS: ReadonlySet<string> = new Set<HookMoment>([
  'prestart',
  'createRuntime',
  'createContainer',
  'startContainer',
  'poststart',
  'poststop',
]);
const isMoment = (name: string): name is HookMoment => MOMENTS.has(name);

function hookOf({ hookName: moment, path, args, env, timeoutSeconds }: CdiHook): ContainerHook {
  if (!isMoment(moment)) throw injectionError(`invalid hook name ${JSON.stringify(moment)}`);
  if (!path.startsWith('/')) throw injectionError(`invalid path ${JSON.stringify(path)} of a ${moment} hook`);
  for (const variable of env) variableOf(variable);
  const timeoutMs = timeoutSeconds === undefined || timeoutSeconds <= 0 ? undefined : timeoutSeconds * 1000;
  return { moment, path, args: args.length === 0 ? [path] : args, env, timeoutMs };
}

function variableOf(text: string): readonly [string, string] {
  const equals = text.indexOf('=');
  if (equals <= 0) throw injectionError(`invalid environment variable ${JSON.stringify(text)}`);
  return [text.slice(0, equals), text.slice(equals + 1)];
}

const ANYBODY = 0o666;

/** What the specification does not say of a device is as on the host; everybody in the container may use it. */
async function deviceOf(files: Pick<Files, 'stat'>, node: CdiDeviceNode): Promise<ContainerDevice> {
  const { path, hostPath, permissions, uid = 0, gid = 0, fileMode: mode = ANYBODY } = node;
  if (!path.startsWith('/')) throw injectionError(`invalid device path ${JSON.stringify(path)}`);
  if (!/^[rwm]+$/.test(permissions))
    throw injectionError(`device ${path}: invalid permissions ${JSON.stringify(permissions)}`);
  if ((uid !== 0 || gid !== 0) && (mode & ANYBODY) !== ANYBODY)
    throw injectionError(`device ${path}: owners of devices are not supported by this node`);
  const { type, major, minor } = node;
  const isKnown = type !== undefined && major !== undefined && minor !== undefined;
  const found = isKnown ? { type, major, minor } : await hostDevice(files, hostPath, path);
  if (type !== undefined && type !== 'u' && found.type !== type)
    throw injectionError(`device ${path}: ${hostPath} is no device of type ${type}`);
  if (found.type !== 'b' && found.type !== 'c' && found.type !== 'u')
    throw injectionError(`device ${path}: devices of type ${found.type} are not supported by this node`);
  return {
    path,
    type: found.type === 'b' ? 'b' : 'c',
    major: found.major,
    minor: found.minor,
    mode: mode & 0o777,
    access: permissions,
  };
}

async function hostDevice(files: Pick<Files, 'stat'>, hostPath: string, path: string) {
  const info = await files.stat(hostPath).catch((error: unknown) => {
    throw injectionError(`device ${path}: ${messageOf(error)}`);
  });
  if (!info.isBlockDevice() && !info.isCharacterDevice())
    throw injectionError(`device ${path}: ${hostPath} is no device`);
  return { type: info.isBlockDevice() ? 'b' : 'c', ...deviceNumbers(info.rdev) };
}

const PROPAGATIONS = { rslave: 'rslave', slave: 'rslave', rshared: 'rshared', shared: 'rshared' } as const;

function mountOf({ hostPath, containerPath, options }: CdiMount): Mount {
  const propagation = Object.entries(PROPAGATIONS).find(([option]) => options.includes(option))?.[1] ?? 'private';
  return { source: hostPath, target: containerPath, readOnly: options.includes('ro'), propagation };
}
