import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { memoryPlace } from '../../../src/base/testing/memory-place.ts';
import { freePort } from '../../../src/base/testing/free-port.ts';

/** Whether Debian's etcd-server is there; says what is not tested otherwise. */
export function hasEtcd(what: string): boolean {
  const found = spawnSync('etcd', ['--version']).status === 0;
  if (!found) console.warn(`! etcd is not installed (apt-get install etcd-server): ${what} not tested`);
  return found;
}

export interface EtcdOptions {
  /** Of a cluster of several, each one's. */
  readonly name?: string;
  readonly folder?: string;
  readonly clientUrl?: string;
  /** Where it is asked whether it serves, when not at `clientUrl`. */
  readonly healthUrl?: string;
  readonly peerUrl?: string;
  readonly cluster?: string;
  readonly flags?: readonly string[];
  /** Without waiting until it serves, as one of a cluster does not alone. */
  readonly isAlone?: boolean;
}

/** One member of an etcd cluster, a real process that may be killed, paused and started again on what it has. */
export class EtcdProcess implements AsyncDisposable {
  readonly folder: string;
  readonly clientUrl: string;
  readonly #healthUrl: string;
  readonly #arguments: readonly string[];
  #child: ChildProcess | undefined;

  private constructor(folder: string, clientUrl: string, healthUrl: string, flags: readonly string[]) {
    this.folder = folder;
    this.clientUrl = clientUrl;
    this.#healthUrl = healthUrl;
    this.#arguments = flags;
  }

  static async start(options: EtcdOptions = {}): Promise<EtcdProcess> {
    const folder = options.folder ?? (await mkdtemp(join(memoryPlace(), 'tiphys-etcd-')));
    const clientUrl = options.clientUrl ?? `http://127.0.0.1:${await freePort()}`;
    const peerUrl = options.peerUrl ?? `http://127.0.0.1:${await freePort()}`;
    const name = options.name ?? 'default';
    const flags = {
      name,
      'data-dir': join(folder, 'data'),
      'log-level': 'error',
      'listen-client-urls': clientUrl,
      'advertise-client-urls': clientUrl,
      'listen-peer-urls': peerUrl,
      'initial-advertise-peer-urls': peerUrl,
      'initial-cluster': options.cluster ?? `${name}=${peerUrl}`,
      'heartbeat-interval': '20',
      'election-timeout': '200',
    };
    const all = Object.entries(flags).flatMap(([flag, value]) => [`--${flag}`, value]);
    const started = new EtcdProcess(folder, clientUrl, options.healthUrl ?? clientUrl, [
      ...all,
      ...(options.flags ?? []),
    ]);
    try {
      await started.run(options.isAlone ?? true);
    } catch (error) {
      await started[Symbol.asyncDispose]();
      throw error;
    }
    return started;
  }

  /** Three of them; whoever is killed can be started again. */
  static async startThree(): Promise<readonly EtcdProcess[]> {
    const peers: string[] = [];
    for (let n = 0; n < 3; n++) peers.push(`http://127.0.0.1:${await freePort()}`);
    const cluster = peers.map((url, n) => `m${n}=${url}`).join(',');
    const members = await Promise.all(
      peers.map((peerUrl, n) => EtcdProcess.start({ name: `m${n}`, peerUrl, cluster, isAlone: false })),
    );
    await Promise.all(members.map(member => member.#serves()));
    return members;
  }

  /** Starts it where it does not run, and waits until it serves. */
  async run(waits = true): Promise<void> {
    this.#child = spawn('etcd', this.#arguments, { stdio: 'ignore' });
    if (waits) await this.#serves();
  }

  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
  }

  /** It is there and does not answer. */
  pause(): void {
    this.#child?.kill('SIGSTOP');
  }

  resume(): void {
    this.#child?.kill('SIGCONT');
  }

  /** What it used of a processor, in microseconds. */
  cpu(): number {
    const stat = readFileSync(`/proc/${this.#child?.pid}/stat`, 'utf8');
    const [user, system] = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .slice(11, 13);
    return (Number(user) + Number(system)) * 10_000;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** Whether it leads its cluster, and serves. */
  async status(): Promise<{ readonly isHealthy: boolean; readonly isLeader: boolean }> {
    const read = async (path: string): Promise<string> => {
      const answer = await fetch(`${this.#healthUrl}${path}`, { signal: AbortSignal.timeout(1_000) });
      return answer.text();
    };
    try {
      const isHealthy = (await read('/health')).includes('"true"');
      return { isHealthy, isLeader: /^etcd_server_is_leader 1$/m.test(await read('/metrics')) };
    } catch (error) {
      if (error instanceof Error) return { isHealthy: false, isLeader: false };
      throw error;
    }
  }

  async #serves(): Promise<void> {
    for (let attempt = 0; attempt < 400; attempt++) {
      const { isHealthy } = await this.status();
      if (isHealthy) return;
      if (this.#child?.exitCode !== null) throw new Error(`etcd ended with status ${this.#child?.exitCode}`);
      await setTimeout(25);
    }
    throw new Error('etcd does not serve');
  }
}
