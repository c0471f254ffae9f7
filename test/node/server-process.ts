import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { NODE_FLAGS } from '../../src/cli/node-flags.ts';
import { newDataDir } from './data-dir.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const READY_DEADLINE_MS = 120_000;
const FOLDER_IN_USE = 'is in use by another tiphys server';

export interface ServerOptions {
  readonly httpsPort: number;
  readonly kubeletPort: number;
  readonly clusterCidr: string;
  readonly serviceCidr: string;
  readonly clusterDns: string;
  readonly nodePorts: string;
  readonly flags?: readonly string[];
  /** Of Node itself, and what its environment has besides ours. */
  readonly nodeFlags?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** The program of one file that is run instead of this checkout. */
  readonly binary?: string;
  /** Where it runs; this machine's own network unless given. */
  readonly netns?: string;
  /** An agent of the cluster that is told instead of a server. */
  readonly joins?: { readonly url: string; readonly token: string };
  /** Reuses this folder instead of making one. */
  readonly dataDir?: string;
}

/** Addresses that collide with no other server of the tests. */
export const serverOptions = (index: number): ServerOptions => ({
  httpsPort: 16_443 + index,
  kubeletPort: 20_250 + index,
  clusterCidr: `10.${100 + index}.0.0/16`,
  serviceCidr: `10.${150 + index}.0.0/16`,
  clusterDns: `10.${150 + index}.0.10`,
  nodePorts: `${31_000 + index * 100}-${31_099 + index * 100}`,
});

/** A real `tiphys server` in a process of its own, driven as a user would. */
export class ServerProcess {
  readonly dataDir: string;
  readonly kubeconfig: string;
  readonly options: ServerOptions;
  #process: ChildProcess | undefined;
  output = '';
  /** From the command until it said that its node is Ready. */
  startedInMs = 0;

  private constructor(dataDir: string, options: ServerOptions) {
    this.dataDir = dataDir;
    this.kubeconfig = join(dataDir, 'kubeconfig.yaml');
    this.options = options;
  }

  static async start(options: ServerOptions): Promise<ServerProcess> {
    const dataDir = options.dataDir ?? (await newDataDir());
    const server = new ServerProcess(dataDir, options);
    try {
      await server.launch();
    } catch (error) {
      // What it made before it gave up; not what another server has in the same folder.
      if (!server.output.includes(FOLDER_IN_USE)) await server.tiphys('killall');
      throw error;
    }
    return server;
  }

  /** Starts the daemon and resolves once it says `word`, by default that its node is Ready. */
  async launch(word = this.options.joins === undefined ? 'kubectl get nodes' : 'is Ready'): Promise<void> {
    const { env = {} } = this.options;
    const [program, ...args] = this.#inNetns(...this.#command(this.options.nodeFlags), ...this.#flags());
    const child = spawn(program, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
    });
    this.#process = child;
    this.output = '';
    const beganMs = performance.now();
    await new Promise<void>((done, failed) => {
      const timer = setTimeout(
        () => failed(new Error(`not ready in ${READY_DEADLINE_MS} ms:\n${this.output}`)),
        READY_DEADLINE_MS,
      );
      const onData = (chunk: Buffer): void => {
        this.output += chunk.toString();
        if (!this.output.includes(word)) return;
        clearTimeout(timer);
        this.startedInMs = performance.now() - beganMs;
        done();
      };
      child.stdout.on('data', onData);
      child.stderr.on('data', onData);
      child.once('exit', code => {
        clearTimeout(timer);
        failed(new Error(`the server ended with ${code}:\n${this.output}`));
      });
    });
  }

  #command(nodeFlags: readonly string[] = []): [string, ...string[]] {
    const { binary } = this.options;
    return binary === undefined ? [process.execPath, ...NODE_FLAGS, ...nodeFlags, join(ROOT, 'src/main.js')] : [binary];
  }

  #flags(): readonly string[] {
    const { httpsPort, kubeletPort, clusterCidr, serviceCidr, clusterDns, nodePorts, flags = [], joins } = this.options;
    const shared = [
      `--data-dir=${this.dataDir}`,
      `--kubelet-port=${kubeletPort}`,
      `--cluster-cidr=${clusterCidr}`,
      `--service-cidr=${serviceCidr}`,
      `--cluster-dns=${clusterDns}`,
      ...flags,
    ];
    if (joins !== undefined) return ['agent', `--server=${joins.url}`, `--token=${joins.token}`, ...shared];
    const own = [
      `--write-kubeconfig=${this.kubeconfig}`,
      `--https-port=${httpsPort}`,
      `--service-node-port-range=${nodePorts}`,
    ];
    return ['server', ...shared, ...own];
  }

  /** Program and arguments; what is entered becomes the program itself, with its pid. */
  #inNetns(program: string, ...args: readonly string[]): [string, ...string[]] {
    const { netns } = this.options;
    return netns === undefined ? [program, ...args] : ['nsenter', `--net=/run/netns/${netns}`, program, ...args];
  }

  get pid(): number {
    return this.#process?.pid ?? 0;
  }

  get isRunning(): boolean {
    return this.#process !== undefined && this.#process.exitCode === null && this.#process.signalCode === null;
  }

  /** Ends the daemon by `signal` and waits until it is gone; its pods go on. */
  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null> {
    const child = this.#process;
    if (child === undefined || !this.isRunning) return child?.exitCode ?? null;
    const gone = new Promise<number | null>(done => child.once('exit', code => done(code)));
    child.kill(signal);
    return gone;
  }

  /** Ends daemon and pods and deletes the data directory. */
  async destroy(): Promise<void> {
    await this.end('SIGTERM');
    await this.tiphys('killall');
    await rm(this.dataDir, { recursive: true, force: true });
  }

  /** Runs another `tiphys` command on this server's data directory. */
  async tiphys(...args: readonly string[]): Promise<string> {
    const { env = {} } = this.options;
    const [program, ...rest] = this.#inNetns(...this.#command(), ...args, '--data-dir', this.dataDir);
    const { stdout } = await promisify(execFile)(program, rest, { env: { ...process.env, ...env } });
    return stdout;
  }
}
