import { dirname } from 'node:path';
import { directoryStep, fileStep, type FileStep } from '../../src/base/file-steps.ts';
import { confineNextProgram } from './app-armor/confine-next-program.ts';
import type { ContainerConfig, ExecOptions, HookMoment, Mount, SandboxConfig } from './contract.ts';
import { ALL_CAPABILITIES } from '../../src/base/linux-capabilities.ts';
import { capabilityMask, knownCapabilities } from './capabilities.ts';
import type { Cgroups, CgroupView } from './cgroups.ts';
import { DEFAULT_DEVICES, DEVICE_LINKS } from './default-devices.ts';
import { hookName } from './hooks/hook-problem.ts';
import { ociState, type HookStatus } from './hooks/oci-bundle.ts';
import { hostId } from './host-id.ts';
import { LIMITS } from './limits.ts';
import { ATTRIBUTE, type DeviceNode, NAMESPACE, Plan } from './plan.ts';
import { enterPodUsers, keepAsHosts, showAsPodUsers, type OwnedContainer } from './pod-users.ts';
import { executableCandidates, processEnvironment } from './process-environment.ts';
import { sharesPids } from './sandbox-plan.ts';
import { localhostFilter } from './seccomp/localhost-filter.ts';
import { runtimeDefaultFilter } from './seccomp/runtime-default-filter.ts';

/** Where a container's own files are. */
export interface ContainerPaths {
  /** Where its root is mounted, in its own mount namespace only. */
  readonly root: string;
  /** Holds `upper` and `work`. */
  readonly base: string;
  readonly upper: string;
  readonly work: string;
  readonly log: string;
  /** Holds what hooks look for. */
  readonly bundle: string;
}

export interface ContainerPlanInput {
  readonly id: string;
  /** Hooks of the runtime run in its namespaces. */
  readonly runtimePid: number;
  readonly config: ContainerConfig;
  readonly sandbox: SandboxConfig;
  readonly cgroups: Cgroups;
  /** Of the container, relative to the node's root. */
  readonly cgroupPath: string;
  readonly paths: ContainerPaths;
  /** Devices of the host, for privileged containers. */
  readonly hostDevices: readonly DeviceNode[];
}

/** Files that must be there before a container starts. */
export function containerFiles({ mounts }: ContainerConfig): readonly FileStep[] {
  return mounts.flatMap(({ source, makeMode }) =>
    makeMode === undefined ? [] : [directoryStep(dirname(source), 0o755), fileStep(source, '', makeMode)],
  );
}

/** What the shim does before it clones: directories and limits. */
export function preparationPlan(input: ContainerPlanInput): Plan {
  const { cgroups, config, cgroupPath, paths } = input;
  const plan = new Plan();
  const target = targetOf(input);
  if (target !== undefined) plan.target(target);
  plan.mkdir(dirname(paths.log), 0o755, { parents: true });
  plan.mkdir(paths.base, 0o700).mkdir(paths.work, 0o755);
  if (input.sandbox.users === undefined) plan.mkdir(paths.upper, 0o755);
  if (config.mounts.some(({ layers }) => layers !== undefined)) plan.mkdir(emptyLayer(paths), 0o755);
  for (const path of cgroups.directories(cgroupPath)) plan.mkdir(path, 0o755);
  for (const write of [
    ...cgroups.limits(cgroupPath, config.resources),
    ...cgroups.containerExtras(cgroupPath, config),
  ]) {
    plan.write(write.path, write.data);
  }
  return plan;
}

const QUIET = ATTRIBUTE.noSuid | ATTRIBUTE.noExec | ATTRIBUTE.noDev;

/** From clone to exec: what a container is, in the order in which the kernel allows it. `mountPoints` is its lowest layer. */
export function containerPlan(input: ContainerPlanInput, mountPoints: string): Plan {
  const { config, sandbox, cgroups, cgroupPath, paths } = input;
  const plan = new Plan();
  confineNextProgram(plan, config);
  joinCgroup(plan, cgroups, cgroupPath);
  if (cgroups.namespaced && !config.privileged) plan.newCgroupNamespace();
  plan.write('/proc/self/oom_score_adj', String(config.oomScoreAdj), { optional: true });
  const isShared = sharesPids(sandbox) || targetOf(input) !== undefined;
  if (isShared) plan.enter(NAMESPACE.pid);

  const binds = [...config.mounts]
    .sort((one, other) => depth(one.target) - depth(other.target))
    .map(mount => ({ mount, slot: mount.layers === undefined ? sourceOf(plan, mount) : undefined }));
  const view = cgroups.view(cgroupPath).map(each => ({ ...each, slot: plan.source(each.source, '', 'private') }));
  const hostShm = sandbox.hostIpc ? plan.source('/dev/shm', '', 'private') : null;

  const lowers = [...config.lowerDirs, mountPoints];
  const { users } = sandbox;
  if (users === undefined) plan.private();
  else showAsPodUsers(plan, { users, upper: paths.upper, ...ownedBy(binds, lowers) });
  const mounts = binds.map(({ mount, slot }) => ({ mount, slot: slot ?? layersOf(plan, mount, paths) }));
  plan.overlay({ target: paths.root, upper: paths.upper, work: paths.work, lowers });
  // /proc shows the namespace of who mounts it, so in a shared one it comes last, and is kept free until then.
  if (isShared) plan.mount('tmpfs', '/proc', QUIET | ATTRIBUTE.readOnly, []);
  else plan.mount('proc', '/proc', QUIET, []);
  addDevices(plan, input, hostShm);
  plan.mount('sysfs', '/sys', config.privileged ? QUIET : QUIET | ATTRIBUTE.readOnly, []);
  addCgroupView(plan, input, view);
  for (const { mount, slot } of mounts) plan.bind(slot, mount.target, mount.readOnly ? ATTRIBUTE.readOnly : 0);
  if (!isShared) addConfinement(plan, config);
  // Nodes that an image brings are its root's, which must not make a device of the host the pod's.
  const rootAttributes = (config.readOnlyRootfs ? ATTRIBUTE.readOnly : 0) | (users === undefined ? 0 : ATTRIBUTE.noDev);
  plan.cwd(workingDirectory(config));
  for (const moment of ['prestart', 'createRuntime'] as const) addHooks(plan, input, moment, 'creating');
  addHooks(plan, input, 'createContainer', 'creating');
  plan.pivot(rootAttributes);
  if (isShared) {
    plan.successor().mount('proc', '/proc', QUIET, []);
    addConfinement(plan, config);
  }
  if (users !== undefined) enterPodUsers(plan, cgroups.namespaced && !config.privileged);
  addProcess(plan, config, sandbox, config.args, config.tty, () => addHooks(plan, input, 'startContainer', 'created'));
  return plan;
}

function addHooks(plan: Plan, input: ContainerPlanInput, moment: HookMoment, status: HookStatus): void {
  const hooks = (input.config.hooks ?? []).filter(each => each.moment === moment);
  const isOutside = moment === 'prestart' || moment === 'createRuntime';
  for (const [index, hook] of hooks.entries()) {
    const step = { ...hook, name: hookName(moment, index), timeoutMs: hook.timeoutMs ?? LIMITS.hookMs };
    plan.hook(step, ociState(input, status), isOutside ? input.runtimePid : 0);
  }
}

/** What of a container's layers and volumes is to be shown as its pod's users'. */
function ownedBy(
  binds: readonly { readonly mount: Mount; readonly slot: number | undefined }[],
  lowers: readonly string[],
): Pick<OwnedContainer, 'layers' | 'sources'> {
  return {
    layers: [...lowers, ...binds.flatMap(({ mount }) => mount.layers ?? [])],
    sources: binds.flatMap(({ mount, slot }) => (slot === undefined ? [] : [{ mount, slot }])),
  };
}

const sourceOf = (plan: Plan, { source, subPath = '', propagation }: Mount): number =>
  plan.source(source, subPath, propagation);

/** Nothing can be put together of a single layer, so there is an empty one. */
const layersOf = (plan: Plan, { layers = [], subPath = '' }: Mount, paths: ContainerPaths): number =>
  plan.layers([...layers, emptyLayer(paths)], subPath, paths.root);
const emptyLayer = ({ base }: ContainerPaths): string => `${base}/empty`;

/** A program that joins a running container: same limits, same rights, same view. */
export function execPlan(input: ContainerPlanInput, options: ExecOptions): Plan {
  const { config, sandbox, cgroups, cgroupPath } = input;
  const plan = new Plan();
  confineNextProgram(plan, config);
  joinCgroup(plan, cgroups, cgroupPath);
  plan.write('/proc/self/oom_score_adj', String(config.oomScoreAdj), { optional: true });
  const cgroupNamespace = cgroups.namespaced && !config.privileged ? NAMESPACE.cgroup : 0;
  const pidNamespace = sandbox.hostPid ? 0 : NAMESPACE.pid;
  plan.enter(NAMESPACE.mount | cgroupNamespace | pidNamespace);
  if (pidNamespace !== 0) plan.successor();
  if (options.tty) plan.terminal(false);
  if (sandbox.users !== undefined) plan.users(0);
  addProcess(plan, config, sandbox, options.args, options.tty);
  return plan;
}

/** Its containers are each alone in a PID namespace, unless one joins another's. */
const separatesPids = (sandbox: SandboxConfig): boolean => !sandbox.hostPid && !sandbox.shareProcessNamespace;

/** Where all containers of the pod see one another anyway, nobody has to be joined. */
const targetOf = ({ sandbox, config }: Pick<ContainerPlanInput, 'sandbox' | 'config'>): string | undefined =>
  separatesPids(sandbox) ? config.processesOf : undefined;

/** The container is the first of a PID namespace of its own, which ends with it. */
export const hasOwnPids = (sandbox: SandboxConfig, config: ContainerConfig): boolean =>
  separatesPids(sandbox) && config.processesOf === undefined;

function addConfinement(plan: Plan, config: ContainerConfig): void {
  if (config.tty) plan.terminal(true);
  if (config.privileged) return;
  for (const path of config.maskedPaths) plan.mask(path);
  for (const path of config.readonlyPaths) plan.readonly(path);
}

function joinCgroup(plan: Plan, cgroups: Cgroups, cgroupPath: string): void {
  // "0" is the writer itself: the one migration that waits for nobody.
  for (const tasks of cgroups.enter(cgroupPath).tasks) plan.write(tasks, '0');
}

function addDevices(plan: Plan, { config, sandbox, hostDevices }: ContainerPlanInput, hostShm: number | null): void {
  const root = String(hostId(sandbox.users, 0));
  plan.mount('tmpfs', '/dev', ATTRIBUTE.noSuid | ATTRIBUTE.strictAtime, [
    ['mode', '755'],
    ['size', '65536k'],
    ['uid', root],
    ['gid', root],
  ]);
  keepAsHosts(plan, sandbox.users, () => {
    for (const device of devicesOf(config, hostDevices)) plan.device(device);
  });
  for (const [path, text] of DEVICE_LINKS) plan.symlink(text, path);
  plan.mount('devpts', '/dev/pts', ATTRIBUTE.noSuid | ATTRIBUTE.noExec, [
    ['mode', '0620'],
    ['ptmxmode', '0666'],
    ['gid', String(hostId(sandbox.users, TTY_GROUP))],
  ]);
  if (hostShm === null) plan.shm('/dev/shm');
  else plan.bind(hostShm, '/dev/shm', 0);
  if (!sandbox.hostIpc) plan.mount('mqueue', '/dev/mqueue', QUIET, []);
}

/** A node that it has for itself stands in the place of another one. */
function devicesOf({ privileged, devices = [] }: ContainerConfig, host: readonly DeviceNode[]): readonly DeviceNode[] {
  const own = new Set(devices.map(({ path }) => path));
  const others = privileged ? merged(host) : DEFAULT_DEVICES;
  return [...others.filter(({ path }) => !own.has(path)), ...devices];
}

/** Of terminals, in whatever image. */
const TTY_GROUP = 5;

/** The host's devices, with the standard ones as they should be and nothing where we mount or link. */
function merged(hostDevices: readonly DeviceNode[]): readonly DeviceNode[] {
  const taken = new Set([
    ...DEFAULT_DEVICES.map(({ path }) => path),
    ...DEVICE_LINKS.map(([path]) => path),
    '/dev/console',
  ]);
  return [...DEFAULT_DEVICES, ...hostDevices.filter(({ path }) => !taken.has(path))];
}

function addCgroupView(
  plan: Plan,
  { config, cgroups, sandbox }: ContainerPlanInput,
  view: readonly (CgroupView & { readonly slot: number })[],
): void {
  const access = config.privileged ? QUIET : QUIET | ATTRIBUTE.readOnly;
  if (cgroups.namespaced) {
    plan.mount('cgroup2', '/sys/fs/cgroup', access, []);
    return;
  }
  const root = String(hostId(sandbox.users, 0));
  plan.mount('tmpfs', '/sys/fs/cgroup', QUIET, [
    ['mode', '755'],
    ['uid', root],
    ['gid', root],
  ]);
  for (const { slot, target, aliases } of view) {
    plan.bind(slot, `/sys/fs/cgroup/${target}`, access);
    for (const alias of aliases) plan.symlink(target, `/sys/fs/cgroup/${alias}`);
  }
}

function addProcess(
  plan: Plan,
  config: ContainerConfig,
  sandbox: SandboxConfig,
  args: readonly string[],
  tty: boolean,
  addLast: () => void = () => undefined,
): void {
  const capabilities = config.privileged ? ALL_CAPABILITIES : config.capabilities;
  const mask = capabilityMask(capabilities);
  const filter = filterOf(config, capabilities);
  const { uid, gid, supplementalGroups } = config.user;
  const env = processEnvironment(config.env, sandbox.hostname, tty);
  plan.cwd(workingDirectory(config)).bound(mask);
  // Without no_new_privs loading a filter takes CAP_SYS_ADMIN, which is about to go.
  if (filter !== null && !config.noNewPrivileges) plan.seccomp(filter);
  plan.identity(mask, uid, gid, [...new Set([gid, ...supplementalGroups])]);
  if (config.noNewPrivileges) plan.noNewPrivileges();
  if (filter !== null && config.noNewPrivileges) plan.seccomp(filter);
  addLast();
  plan.exec(args, env, executableCandidates(args[0] ?? '', env));
}

function filterOf({ privileged, seccomp }: ContainerConfig, capabilities: readonly string[]): Buffer | null {
  if (privileged || seccomp === 'Unconfined') return null;
  if (seccomp === 'RuntimeDefault') return runtimeDefaultFilter(knownCapabilities(capabilities));
  return localhostFilter(seccomp.profile);
}

const workingDirectory = (config: ContainerConfig): string => (config.cwd === '' ? '/' : config.cwd);

const depth = (path: string): number => path.split('/').filter(part => part !== '').length;
