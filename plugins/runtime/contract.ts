import type { Readable, Writable } from 'node:stream';
import { CodedError } from '../../src/base/coded-error.ts';
import type { DiskUsage } from '../../src/base/disk-usage.ts';
import { eventType } from '../../src/bus/bus.ts';
import { serviceRef } from '../../src/kernel/plugin.ts';

/** The container runtime in this process. Ids are 64 lower-case hex digits; times are epoch milliseconds. */
export interface Runtime {
  /** Resolves once sandboxes of an earlier daemon were found again; `list` is complete from then on. */
  readonly recovered: Promise<void>;
  /** What of this machine its pods depend on, whether or not it is there. */
  readonly abilities: readonly Ability[];
  /** A pod's namespaces, cgroup and shim. Its network is attached afterwards, by the caller. */
  createSandbox(config: SandboxConfig): Promise<Sandbox>;
  /** Kills what still runs in it and removes namespaces, cgroup and state. Logs stay. Idempotent. */
  removeSandbox(sandboxId: string): Promise<void>;
  /** Creates and starts; resolves once the image's program was exec'ed. */
  startContainer(config: ContainerConfig): Promise<Container>;
  /** Sends `signal`, then SIGKILL after `graceMs`; resolves when the exit is recorded. Idempotent. */
  stopContainer(containerId: string, options: { readonly signal: string; readonly graceMs: number }): Promise<void>;
  /** Forgets an exited container and deletes its writable layer; its log stays. Idempotent. */
  removeContainer(containerId: string): Promise<void>;
  /** Sets other limits on a running container, or on a whole pod; what is `null` stays as it is. */
  updateContainer(containerId: string, resources: Resources): Promise<void>;
  updateSandbox(sandboxId: string, resources: Resources): Promise<void>;
  /** The same for all pods together, upstream's `kubepods`, or for those of one class of service. */
  limitPods(resources: Resources, group?: PodGroup): Promise<void>;
  list(): readonly Sandbox[];
  container(containerId: string): Container | undefined;
  exec(containerId: string, options: ExecOptions): Promise<ExecSession>;
  /** The container's own streams, from now on; any number may attach. Needs a running container. */
  attach(containerId: string): Promise<AttachSession>;
  stats(containerId: string): Promise<ContainerStats>;
  /** What a container wrote besides its volumes, and where it runs or not; slow where that is much. */
  layerUsage(containerId: string): Promise<DiskUsage>;
  /** CPU and memory of the whole pod cgroup. */
  sandboxStats(sandboxId: string): Promise<ContainerStats>;
  /** All that the kernel counts of a container, or of a whole pod; costs more than `stats`. */
  usage(containerId: string): Promise<CgroupUsage>;
  sandboxUsage(sandboxId: string): Promise<CgroupUsage>;
  /** The same of all pods together. */
  podsUsage(): Promise<CgroupUsage>;
}
export const runtime = serviceRef<Runtime>('runtime');

/** One thing that pods want of a machine. */
export interface Ability {
  readonly name: string;
  /** `degraded`: pods run, but without what `detail` says. `missing`: they do not run. */
  readonly state: 'ok' | 'degraded' | 'missing';
  readonly detail: string;
  /** What brings it about; empty when it is there. */
  readonly remedy: string;
}

/** The ability to run pods whose users are not the host's. */
export const USER_NAMESPACES = 'user namespaces';
export const hasUserNamespaces = (abilities: readonly Ability[]): boolean =>
  abilities.some(({ name, state }) => name === USER_NAMESPACES && state === 'ok');

export interface SandboxConfig {
  readonly podUid: string;
  readonly podName: string;
  readonly podNamespace: string;
  readonly hostname: string;
  readonly hostNetwork: boolean;
  readonly hostPid: boolean;
  readonly hostIpc: boolean;
  readonly shareProcessNamespace: boolean;
  /** What its users are on the host; without it they are the host's own. */
  readonly users?: IdRange;
  /** Relative to each hierarchy's kubepods root: `burstable/pod<uid>`, `besteffort/pod<uid>` or `pod<uid>`. */
  readonly cgroupPath: string;
  readonly resources: Resources;
  /** By their paths below /proc/sys; namespaced ones only. */
  readonly sysctls: Readonly<Record<string, string>>;
  /** Kept with the sandbox over daemon restarts and handed back by `list`. */
  readonly labels: Readonly<Record<string, string>>;
}

/** Of a user namespace: its ids from 0 on are those of the host from `first` on, of users and groups alike. */
export interface IdRange {
  readonly first: number;
  readonly count: number;
}

/** Classes of service whose pods have a cgroup in common. */
export type PodGroup = 'burstable' | 'besteffort';

/** Limits of one cgroup; `null` leaves the kernel's default. */
export interface Resources {
  readonly cpuShares: number | null;
  readonly cpuQuotaUs: number | null;
  readonly cpuPeriodUs: number | null;
  readonly memoryBytes: number | null;
  readonly pids: number | null;
}

export interface Sandbox {
  readonly id: string;
  readonly config: SandboxConfig;
  readonly createdAtMs: number;
  /** `/proc/<shim>/ns/net`, usable while the sandbox is `ready`. */
  readonly netnsPath: string;
  readonly state: 'ready' | 'gone';
  readonly containers: readonly Container[];
}

export interface ContainerConfig {
  readonly sandboxId: string;
  readonly name: string;
  /** 0 at first, one more at each restart; names the log file with the kubelet. */
  readonly attempt: number;
  /** Layer directories, topmost first. */
  readonly lowerDirs: readonly string[];
  readonly readOnlyRootfs: boolean;
  readonly args: readonly string[];
  /** `NAME=value`. */
  readonly env: readonly string[];
  readonly cwd: string;
  readonly user: { readonly uid: number; readonly gid: number; readonly supplementalGroups: readonly number[] };
  readonly mounts: readonly Mount[];
  /** A running container of the same sandbox whose processes it shall see and be seen by. */
  readonly processesOf?: string;
  readonly privileged: boolean;
  /** What it may use besides the devices of every container. */
  readonly devices?: readonly ContainerDevice[];
  /** In their order. */
  readonly hooks?: readonly ContainerHook[];
  /** The whole set to keep, `CAP_` prefixed. */
  readonly capabilities: readonly string[];
  readonly noNewPrivileges: boolean;
  /** `profile`: one of the user's own, the JSON of the OCI runtime specification. */
  readonly seccomp: 'RuntimeDefault' | 'Unconfined' | { readonly profile: string };
  /** `profile`: the name of one that the kernel has. Without it AppArmor does not confine the container. */
  readonly appArmor?: 'RuntimeDefault' | { readonly profile: string };
  readonly maskedPaths: readonly string[];
  readonly readonlyPaths: readonly string[];
  readonly resources: Resources;
  /** -1000 to 1000; applied as far as this process may. */
  readonly oomScoreAdj: number;
  readonly tty: boolean;
  readonly stdin: boolean;
  /** Its input ends when the first attachment's does. */
  readonly stdinOnce?: boolean;
  /** Absolute; written by the shim in CRI format and rotated by it. */
  readonly logPath: string;
  readonly logMaxBytes: number;
  readonly logMaxFiles: number;
  readonly labels: Readonly<Record<string, string>>;
}

/**
 * When a hook runs: `prestart` and `createRuntime` beside the node's programs once the container's root is there,
 * `createContainer` where the container is before that is its root, `startContainer` in it, as its user, in the last
 * moment; `poststart` and `poststop` beside the node's programs once it runs, and once it is removed.
 */
export type HookMoment = 'prestart' | 'createRuntime' | 'createContainer' | 'startContainer' | 'poststart' | 'poststop';

/** A program that runs at some moment of a container's life, as the OCI runtime specification has it. */
export interface ContainerHook {
  readonly moment: HookMoment;
  readonly path: string;
  /** What it is called first. */
  readonly args: readonly string[];
  /** `NAME=value`; it has no other. */
  readonly env: readonly string[];
  /** It is killed then, and has failed. */
  readonly timeoutMs: number | undefined;
}

/** A node of a device, of which the container may do what `access` says: `r` read, `w` write, `m` make nodes. */
export interface ContainerDevice {
  readonly path: string;
  readonly type: 'b' | 'c';
  readonly major: number;
  readonly minor: number;
  readonly mode: number;
  readonly access: string;
}

export interface Mount {
  readonly source: string;
  /** Mounts what this relative path names inside `source`, symlinks resolved as if `source` were the root. */
  readonly subPath?: string;
  readonly target: string;
  readonly readOnly: boolean;
  readonly propagation: 'private' | 'rslave' | 'rshared';
  /** In place of a source: layers of an image, uppermost first, shown as one. */
  readonly layers?: readonly string[];
  /** Whether the source is a file or a folder, where that is known beforehand. */
  readonly isFile?: boolean;
  /** The source is made beforehand, or emptied: a file with this mode. */
  readonly makeMode?: number;
}

export interface Container {
  readonly id: string;
  readonly sandboxId: string;
  readonly name: string;
  readonly attempt: number;
  readonly state: 'running' | 'exited';
  readonly pid: number | null;
  readonly startedAtMs: number;
  /** Set once `state` is `exited`. */
  readonly exit: ContainerExit | null;
  readonly logPath: string;
  readonly labels: Readonly<Record<string, string>>;
}

export interface ContainerExit {
  /** 128 + signal when killed by a signal. 255 when the shim died and the truth is not known. */
  readonly exitCode: number;
  readonly signal: number;
  readonly oomKilled: boolean;
  readonly finishedAtMs: number;
}

export interface ExecOptions {
  readonly args: readonly string[];
  readonly tty: boolean;
  readonly stdin: boolean;
}

export interface ExecSession {
  readonly stdin: Writable | null;
  readonly stdout: Readable;
  /** `null` with a terminal. */
  readonly stderr: Readable | null;
  /** Resolves after the program ended; its output may still be in flight until the streams end. */
  readonly exit: Promise<{ readonly exitCode: number }>;
  resize(columns: number, rows: number): void;
  kill(): void;
}

export interface AttachSession {
  /** `null` where the container has no standard input. */
  readonly stdin: Writable | null;
  readonly stdout: Readable;
  /** `null` with a terminal. */
  readonly stderr: Readable | null;
  resize(columns: number, rows: number): void;
}

export interface ContainerStats {
  readonly atMs: number;
  readonly cpuUsageNanoCoreSeconds: number;
  readonly memoryUsageBytes: number;
  /** Usage less inactive file pages, as the kubelet reports it. */
  readonly memoryWorkingSetBytes: number;
  readonly pids: number;
}

/** What a cgroup and those below it use, and have used since it was made. */
export interface CgroupUsage extends ContainerStats {
  readonly cpuUserSeconds: number;
  readonly cpuSystemSeconds: number;
  /** Periods of its quota that it ran in, and those in which it had to wait for the next. */
  readonly cpuPeriods: number;
  readonly cpuThrottledPeriods: number;
  readonly cpuThrottledSeconds: number;
  readonly cpuQuotaUs: number | null;
  readonly cpuPeriodUs: number;
  readonly memoryRssBytes: number;
  readonly memoryCacheBytes: number;
  readonly memoryMappedFileBytes: number;
  readonly memorySwapBytes: number;
  readonly memoryMaxUsageBytes: number;
  /** How often it was at its limit. */
  readonly memoryFailures: number;
  readonly memoryLimitBytes: number | null;
  readonly pageFaults: number;
  readonly majorPageFaults: number;
  readonly oomKills: number;
}

/** Where distributions put what gives the kernel profiles of AppArmor; without it none can be compiled. */
export const APP_ARMOR_PARSER = '/sbin/apparmor_parser';

/** Why a runtime call failed. `ContainerCannotRun` carries the kernel's reason for the user's event. */
export class RuntimeError extends CodedError<RuntimeErrorCode> {}
export type RuntimeErrorCode =
  | 'SandboxGone'
  | 'ContainerNotFound'
  | 'ContainerNotRunning'
  | 'ContainerCannotRun'
  | 'SandboxFailed'
  /** The kernel refused a limit. */
  | 'LimitRefused'
  /** The kernel did not end a process in time after SIGKILL. */
  | 'DeadlineExceeded';

/** Also emitted, after recovery, for exits that happened while no daemon ran. */
export const containerExited = eventType<Container>('runtime.container-exited');
/** The shim of a sandbox died and with it every container of the pod. */
export const sandboxGone = eventType<Sandbox>('runtime.sandbox-gone');
