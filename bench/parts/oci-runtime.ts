import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEFAULT_CAPABILITIES } from '../../src/base/linux-capabilities.ts';
import { runtimeDefaultProfile } from '../../plugins/runtime/seccomp/runtime-default.ts';
import { X86_64_SYSCALLS } from '../../plugins/runtime/seccomp/syscalls-x86-64.ts';

export interface BundleLimits {
  readonly cpuShares: number;
  readonly cpuQuotaUs: number;
  readonly cpuPeriodUs: number;
  readonly memoryBytes: number;
  readonly pids: number;
}

interface Specification {
  process: { terminal: boolean; args: string[] };
  linux: { resources: object; seccomp?: object };
}

/**
 * runc or crun with a bundle as Kubernetes would make one: the same root file system, limits and system calls as
 * ours. A shell that stays drives it, so that nothing but the runtime's own programs is started. It lives in a mount
 * namespace without the cgroup2 tree of a hybrid machine, which crun refuses.
 */
export class OciRuntime implements Disposable {
  readonly version: string;
  readonly #folder = mkdtempSync(join(tmpdir(), 'tiphys-bench-oci-'));
  readonly #program: string;
  readonly #shell: ChildProcess;
  #next = 0;

  /** `undefined` where it is not installed, or does not run on this machine. */
  static async find(program: string, rootfs: string, limits: BundleLimits): Promise<OciRuntime | undefined> {
    const { status, stdout } = spawnSync(program, ['--version'], { encoding: 'utf8' });
    if (status !== 0) return undefined;
    const runtime = new OciRuntime(program, stdout.split('\n')[0]?.replace('version ', '') ?? program, rootfs, limits);
    try {
      await runtime.lifecycle();
      return runtime;
    } catch (error) {
      console.log(`${program} does not run here: ${String(error)}`);
      runtime[Symbol.dispose]();
      return undefined;
    }
  }

  private constructor(program: string, version: string, rootfs: string, limits: BundleLimits) {
    this.#program = program;
    this.version = version;
    for (const name of ['true', 'sleep'] as const) this.#makeBundle(name, rootfs, limits);
    this.#shell = spawn('unshare', ['-m', 'sh'], { stdio: ['pipe', 'pipe', 'ignore'] });
    this.#shell.stdin?.write('umount /sys/fs/cgroup/unified\n');
  }

  /** Create, start, exit known, delete. */
  async lifecycle(): Promise<void> {
    const id = this.#id();
    await this.#run(
      `${this.#create('true', id)} && ${this.#program} start ${id} && ${this.#ended} && ${this.#program} delete ${id}`,
    );
  }

  /** A container to execute in; answers how, and how to end it. */
  async resident(): Promise<{ readonly exec: () => Promise<void>; readonly end: () => Promise<void> }> {
    const id = this.#id();
    await this.#run(`${this.#create('sleep', id)} && ${this.#program} start ${id}`);
    return {
      exec: () => this.#run(`${this.#program} exec ${id} /bin/true </dev/null >/dev/null`),
      end: () => this.#run(`${this.#program} delete --force ${id}`),
    };
  }

  [Symbol.dispose](): void {
    this.#shell.stdin?.end();
    this.#shell.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #id(): string {
    return `tiphys-bench-${process.pid}-${this.#next++}`;
  }

  #create(bundle: string, id: string): string {
    const files = `--pid-file ${this.#folder}/pid --bundle ${join(this.#folder, bundle)}`;
    return `${this.#program} create ${files} ${id} </dev/null >/dev/null && { read pid <${this.#folder}/pid || :; }`; // it has no line's end
  }

  /** Told by the shell itself, without a program: dead is what is gone, or waits for its parent. */
  get #ended(): string {
    return '{ while read -r a b state rest </proc/$pid/stat && [ $state != Z ]; do :; done; true; }';
  }

  async #run(script: string): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const answered = (chunk: Buffer): void =>
      chunk.toString().trim() === '0' ? resolve() : reject(new Error(`failed: ${script}`));
    this.#shell.stdout?.once('data', answered);
    this.#shell.stdin?.write(`${script}; echo $?\n`);
    await promise;
  }

  #makeBundle(name: 'true' | 'sleep', rootfs: string, limits: BundleLimits): void {
    const bundle = join(this.#folder, name);
    mkdirSync(bundle);
    cpSync(rootfs, join(bundle, 'rootfs'), { recursive: true, verbatimSymlinks: true });
    execFileSync(this.#program, ['spec'], { cwd: bundle });
    const spec = JSON.parse(readFileSync(join(bundle, 'config.json'), 'utf8')) as Specification;
    spec.process.terminal = false;
    spec.process.args = name === 'true' ? ['/bin/true'] : ['/bin/sleep', '3600'];
    spec.linux.resources = {
      memory: { limit: limits.memoryBytes },
      cpu: { shares: limits.cpuShares, quota: limits.cpuQuotaUs, period: limits.cpuPeriodUs },
      pids: { limit: limits.pids },
    };
    spec.linux.seccomp = {
      defaultAction: 'SCMP_ACT_ERRNO',
      architectures: ['SCMP_ARCH_X86_64', 'SCMP_ARCH_X86', 'SCMP_ARCH_X32'],
      syscalls: [{ names: allowedCalls(), action: 'SCMP_ACT_ALLOW' }],
    };
    writeFileSync(join(bundle, 'config.json'), JSON.stringify(spec));
  }
}

function allowedCalls(): readonly string[] {
  const verdicts = runtimeDefaultProfile(new Set(DEFAULT_CAPABILITIES)).architectures[0]?.verdicts;
  return [...X86_64_SYSCALLS].flatMap(([name, number]) => (verdicts?.get(number)?.kind === 'errno' ? [] : [name]));
}
