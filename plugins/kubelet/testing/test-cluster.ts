import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { Client } from '../../../src/api/client.ts';
import { clients } from '../../../src/api/client.ts';
import type { InputOf, ObjectOf } from '../../../src/api/resource.ts';
import { isStatusError } from '../../../src/api/status-error.ts';
import { createBus } from '../../../src/bus/bus.ts';
import { native } from '../../../native/index.ts';
import { hostWorld } from '../../../src/kernel/host-world.ts';
import { CrashLog } from '../../../src/kernel/crash-log.ts';
import { startKernel, type Kernel } from '../../../src/kernel/kernel.ts';
import type { Plugin } from '../../../src/kernel/plugin.ts';
import type { Logger } from '../../../src/kernel/logger.ts';
import { applyDefaults } from '../../../src/schema/defaults.ts';
import { clusterCa } from '../../auth/contract.ts';
import { Pod } from '../../kinds/core/v1/pod.ts';
import { Event } from '../../kinds/core/v1/event.ts';
import { ServiceAccount as ServiceAccountKind } from '../../kinds/core/v1/service-account.ts';
import { nodeAgent, type NodeAgent } from '../contract.ts';
import { runtime, type Runtime } from '../../runtime/contract.ts';
import { killAllPods } from '../../runtime/killall.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
export const KUBELET_PORT = 20_250;
const NODE_NAME = 'kubelet-test';
const PLUGINS = [
  'store-sqlite',
  'auth',
  'kinds',
  'apiserver',
  'caches',
  'service-accounts',
  'node-authorizer',
  'rbac',
  'admission',
  'service-addresses',
  'bootstrap',
  'forwarding',
  'events',
  'leader-election',
  'controllers',
  'runtime',
  'pod-cidr',
  'network',
  'policy-caches',
  'network-policies',
  'images',
  'kubelet',
];

/** Plugins that share a folder with another. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  'service-accounts': 'auth/service-accounts-plugin.ts',
  'pod-cidr': 'network/first-pod-cidr-plugin.ts',
  'policy-caches': 'network/policy/caches-plugin.ts',
  'network-policies': 'network/policy/plugin.ts',
};

type PodInput = InputOf<typeof Pod>;
type PodObject = ObjectOf<typeof Pod>;

/** A whole node with its control plane in this process, on folders and addresses of its own. Needs root. */
export class TestCluster implements AsyncDisposable {
  readonly dataDir: string;
  readonly errors: string[] = [];
  /** Of plugins, by name, besides those of this test; for the next start. */
  readonly settings: Record<string, unknown> = {};
  /** Starts of each plugin, and how to make its present life crash. */
  readonly lives = new Map<string, { readonly starts: number; fail(error: unknown): void }>();
  readonly #plugins: readonly string[];
  #kernel: Kernel | undefined;

  private constructor(dataDir: string, plugins: readonly string[]) {
    this.dataDir = dataDir;
    this.#plugins = plugins;
  }

  /** `further` names plugins besides those that every test of the kubelet needs. */
  static async start(...further: readonly string[]): Promise<TestCluster> {
    const dataDir = await mkdtemp(join(tmpdir(), 'tiphys-kubelet-'));
    const cluster = new TestCluster(dataDir, [...PLUGINS, ...further]);
    const images = join(cluster.dataDir, 'agent', 'images');
    await mkdir(images, { recursive: true });
    await promisify(execFile)(process.execPath, [join(ROOT, 'images', 'build.ts')], { cwd: ROOT });
    for (const name of ['busybox.tar', 'echo.tar'])
      await copyFile(join(ROOT, 'images', 'out', name), join(images, name));
    await cluster.up();
    return cluster;
  }

  get client(): Client {
    return this.#running.service(clients).as({ name: 'tester', groups: ['system:masters'] });
  }
  get agent(): NodeAgent {
    return this.#running.service(nodeAgent);
  }
  /** A client certificate of this cluster, for its HTTPS doors. */
  async credentials(name: string, groups: readonly string[]) {
    const ca = this.#running.service(clusterCa);
    const { certificate, privateKey } = await ca.issueClient(name, groups);
    return { ca: ca.caCertificate, cert: certificate, key: privateKey };
  }
  get runtime(): Runtime {
    return this.#running.service(runtime);
  }

  /** Starts, or starts again, the daemon. */
  async up(): Promise<void> {
    const plugins = await Promise.all(
      this.#plugins.map(async name => {
        const path = ELSEWHERE[name] ?? `${name}/plugin.ts`;
        return this.#counted((await import(resolve(ROOT, 'plugins', path))).default as Plugin);
      }),
    );
    const { dataDir } = this;
    const settings: Readonly<Record<string, unknown>> = {
      dataDir,
      nodeName: NODE_NAME,
      httpsPort: 16_443,
      kubeletPort: KUBELET_PORT,
      clusterCidr: '10.177.0.0/16',
      serviceCidr: '10.178.0.0/16',
      clusterDns: '10.178.0.10',
      writeKubeconfig: join(dataDir, 'kubeconfig.yaml'),
      podLogsDir: join(dataDir, 'logs'),
      ...this.settings,
    };
    this.#kernel = await startKernel({
      plugins: plugins,
      world: hostWorld(),
      log: this.#log,
      bus: createBus(error => this.errors.push(String(error))),
      crashes: new CrashLog(),
      onFatal: (_, error) => this.errors.push(String(error)),
      configOf: plugin => {
        const node = plugin.config?.node;
        if (node?.kind !== 'object') return {};
        const given = Object.keys(node.props).flatMap(name => (name in settings ? [[name, settings[name]]] : []));
        return applyDefaults(node, Object.fromEntries(given));
      },
    });
    await this.agent.ready;
    await until(
      () =>
        this.client.get(ServiceAccountKind, { name: 'default', namespace: 'default' }).then(
          () => true,
          () => false,
        ),
      'the default service account',
    );
  }

  #counted(plugin: Plugin): Plugin {
    const { lives } = this;
    return {
      ...plugin,
      start: context => {
        lives.set(plugin.name, { starts: (lives.get(plugin.name)?.starts ?? 0) + 1, fail: context.fail });
        return plugin.start?.(context);
      },
    };
  }

  /** Stops the daemon; pods run on. */
  async down(): Promise<void> {
    await this.#kernel?.stop();
    this.#kernel = undefined;
  }

  async create(
    name: string,
    spec: Partial<PodInput['spec']> & Pick<PodInput['spec'], 'containers'>,
  ): Promise<PodObject> {
    const metadata = { name, namespace: 'default' };
    return this.client.create(Pod, {
      metadata,
      spec: { nodeName: NODE_NAME, terminationGracePeriodSeconds: 2, ...spec },
    });
  }

  pod(name: string): Promise<PodObject> {
    return this.client.get(Pod, { name, namespace: 'default' });
  }

  async untilPod(name: string, what: string, test: (pod: PodObject) => boolean): Promise<PodObject> {
    let last: PodObject | undefined;
    const seen = await until(async () => {
      last = await this.pod(name);
      return test(last);
    }, what).catch((error: unknown) => {
      throw new Error(`${String(error)}; ${JSON.stringify(last?.status, null, 1)}\n${this.errors.join('\n')}`, {
        cause: error,
      });
    });
    if (!seen || last === undefined) throw new Error(what);
    return last;
  }

  async untilGone(name: string): Promise<void> {
    await until(
      () =>
        this.pod(name).then(
          () => false,
          error => isStatusError(error, 'NotFound'),
        ),
      `${name} to be gone`,
    );
  }

  async log(name: string, query: Readonly<Record<string, string>> = {}): Promise<string> {
    let text = '';
    const sink = {
      begin: () => undefined,
      write: async (chunk: Uint8Array) => void (text += Buffer.from(chunk).toString()),
    };
    await this.agent.log(
      { namespace: 'default', name },
      new URLSearchParams(query),
      sink,
      new AbortController().signal,
    );
    return text;
  }

  /** Runs a command in the pod's first container to its end. */
  async exec(name: string, args: readonly string[]): Promise<number> {
    const { status } = await this.pod(name);
    const id = status.containerStatuses?.[0]?.containerID?.replace('tiphys://', '') ?? '';
    const session = await this.runtime.exec(id, { args, tty: false, stdin: false });
    session.stdout.resume();
    session.stderr?.resume();
    return (await session.exit).exitCode;
  }

  async eventsOf(name: string): Promise<readonly string[]> {
    const { items } = await this.client.list(Event, { namespace: 'default' });
    return items
      .filter(event => event.involvedObject.name === name)
      .map(event => `${event.type} ${event.reason}: ${event.message}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // A kubelet that is still there would make a pod anew that goes before its object does.
    await this.down();
    await killAllPods(hostWorld(), { dataDir: this.dataDir, runDir: '', cgroupRoot: '' });
    const table = await readFile('/proc/self/mountinfo', 'utf8');
    const mounts = table.split('\n').flatMap(line => line.split(' ')[4] ?? []);
    for (const mount of mounts.toReversed()) if (mount.startsWith(this.dataDir)) native().unmount(mount);
    const { removeNetwork } = await import('../../network/footprint.ts');
    await removeNetwork(native(), hostWorld().files, this.dataDir);
    await rm(this.dataDir, { recursive: true, force: true });
  }

  get #running(): Kernel {
    if (this.#kernel === undefined) throw new Error('the daemon is down');
    return this.#kernel;
  }

  get #log(): Logger {
    const note = (message: string, fields: Readonly<Record<string, unknown>> = {}): void => {
      const { error, ...rest } = fields;
      const stack = error instanceof Error ? (error.stack ?? error.message) : JSON.stringify(error ?? '');
      this.errors.push(`${message} ${JSON.stringify(rest)} ${stack}`);
    };
    const logger: Logger = {
      debug: () => undefined,
      info: () => undefined,
      warn: note,
      error: note,
      child: () => logger,
    };
    return logger;
  }
}

/** What failed a few times, as tests have it, is tried again a minute later on a slow machine. */
const WAIT_MS = 100_000;

async function until(test: () => Promise<boolean>, what: string): Promise<true> {
  const deadline = Date.now() + WAIT_MS;
  while (!(await test())) {
    if (Date.now() > deadline) throw new Error(`waited ${WAIT_MS} ms for ${what}`);
    await new Promise(resume => setTimeout(resume, 20));
  }
  return true;
}
