import { DEFAULT_CAPABILITIES } from '../../../src/base/linux-capabilities.ts';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hostWorld } from '../../../src/kernel/host-world.ts';
import { silentLogger } from '../../../src/kernel/silent-logger.ts';
import { MASKED_PATHS, READONLY_PATHS } from '../../kubelet/container/security.ts';
import type { Container, ContainerConfig, Sandbox, SandboxConfig } from '../contract.ts';
import { killAllPods } from '../killall.ts';
import { openRuntime, type OpenSettings } from '../open-runtime.ts';
import type { RuntimeService } from '../runtime-service.ts';

/** A data directory, a root file system made of busybox, and the runtime over both, for tests that are root. */
export class TestNode implements AsyncDisposable {
  readonly base = mkdtempSync(join(tmpdir(), 'tiphys-rt-'));
  readonly rootfs = join(this.base, 'rootfs');
  readonly exits: Container[] = [];
  readonly gone: Sandbox[] = [];
  readonly settings: OpenSettings;
  #runtime: RuntimeService | undefined;
  readonly #waiting = new Map<string, (container: Container) => void>();
  #pods = 0;

  constructor({ spareShims = 0 }: Partial<OpenSettings> = {}) {
    this.settings = {
      dataDir: join(this.base, 'data'),
      runDir: join(this.base, 'run'),
      cgroupRoot: `tiphys-test-${this.base.slice(-6)}`,
      spareShims,
    };
  }

  async open(): Promise<RuntimeService> {
    if (this.#runtime === undefined) makeRootfs(this.rootfs);
    this.#runtime?.close();
    this.#runtime = await openRuntime(hostWorld(), silentLogger, this.settings, {
      onContainerExited: container => {
        this.exits.push(container);
        this.#waiting.get(container.id)?.(container);
        this.#waiting.delete(container.id);
      },
      onSandboxGone: sandbox => this.gone.push(sandbox),
    });
    await this.#runtime.recovered;
    return this.#runtime;
  }

  sandboxConfig(overrides: Partial<SandboxConfig> = {}): SandboxConfig {
    const podUid = `pod-${++this.#pods}`;
    return {
      podUid,
      podName: podUid,
      podNamespace: 'default',
      hostname: podUid,
      hostNetwork: false,
      hostPid: false,
      hostIpc: false,
      shareProcessNamespace: false,
      cgroupPath: `besteffort/${podUid}`,
      resources: NO_LIMITS,
      sysctls: {},
      labels: {},
      ...overrides,
    };
  }

  containerConfig(sandbox: Sandbox, script: string, overrides: Partial<ContainerConfig> = {}): ContainerConfig {
    return {
      sandboxId: sandbox.id,
      name: 'main',
      attempt: 0,
      lowerDirs: [this.rootfs],
      readOnlyRootfs: false,
      args: ['/bin/sh', '-c', script],
      env: ['PATH=/bin'],
      cwd: '/',
      user: { uid: 0, gid: 0, supplementalGroups: [] },
      mounts: [],
      privileged: false,
      capabilities: DEFAULT_CAPABILITIES,
      noNewPrivileges: false,
      seccomp: 'RuntimeDefault',
      maskedPaths: [...MASKED_PATHS, '/proc/not-there'],
      readonlyPaths: READONLY_PATHS,
      resources: NO_LIMITS,
      oomScoreAdj: 1000,
      tty: false,
      stdin: false,
      logPath: join(this.base, 'logs', `${sandbox.config.podName}-${Math.random().toString(36).slice(2)}.log`),
      logMaxBytes: 10 * 1024 * 1024,
      logMaxFiles: 5,
      labels: {},
      ...overrides,
    };
  }

  /** Resolves with the container once it has exited. */
  async exited(id: string): Promise<Container> {
    const container = this.#runtime?.container(id);
    if (container?.state === 'exited') return container;
    return new Promise(resolve => this.#waiting.set(id, resolve));
  }

  /** Runs a script to its end; its exit and what it wrote, stream and tag in front of each line. */
  async run(sandbox: Sandbox, script: string, overrides: Partial<ContainerConfig> = {}): Promise<Finished> {
    const runtime = this.#runtime;
    if (runtime === undefined) throw new Error('open() first');
    const started = await runtime.startContainer(this.containerConfig(sandbox, script, overrides));
    const container = await this.exited(started.id);
    return { container, lines: logLines(container.logPath) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const runtime = this.#runtime;
    for (const sandbox of runtime?.list() ?? []) await runtime?.removeSandbox(sandbox.id);
    runtime?.close();
    // Spares go by themselves, but not at once.
    if (this.settings.spareShims > 0) await killAllPods(hostWorld(), this.settings);
    execFileSync('find', [
      '/sys/fs/cgroup',
      '-ignore_readdir_race',
      '-depth',
      '-path',
      `*/${this.settings.cgroupRoot}*`,
      '-type',
      'd',
      '-delete',
    ]);
    rmSync(this.base, { recursive: true, force: true });
  }
}

export interface Finished {
  readonly container: Container;
  readonly lines: readonly string[];
}

/** This machine mounts cgroup v2 alone; else it is v1, with or without a v2 tree beside it. */
export const PURE_V2 = existsSync('/sys/fs/cgroup/cgroup.controllers');

export const NO_LIMITS = { cpuShares: null, cpuQuotaUs: null, cpuPeriodUs: null, memoryBytes: null, pids: null };

/** Lines of a CRI log without their times: `stdout F text`. */
export function logLines(path: string): readonly string[] {
  const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1);
  return lines.map(line => line.replace(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z /, ''));
}

function makeRootfs(rootfs: string): void {
  for (const folder of ['bin', 'dev', 'etc', 'home', 'proc', 'sys', 'tmp'])
    mkdirSync(join(rootfs, folder), { recursive: true });
  chmodSync(join(rootfs, 'tmp'), 0o1777);
  copyFileSync('/bin/busybox', join(rootfs, 'bin/busybox'));
  const applets = execFileSync('/bin/busybox', ['--list'], { encoding: 'utf8' }).trim().split('\n');
  for (const applet of applets.filter(name => name !== 'busybox')) symlinkSync('busybox', join(rootfs, 'bin', applet));
  writeFileSync(join(rootfs, 'etc/passwd'), 'root:x:0:0::/root:/bin/sh\n');
}
