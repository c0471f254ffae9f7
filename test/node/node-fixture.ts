import { afterAll, beforeAll } from 'vitest';
import { Kubectl } from './kubectl.ts';
import { kubectlBinaries } from './kubectl-binaries.ts';
import type { PodView } from './objects.ts';
import { eventually } from './eventually.ts';
import { ServerProcess, serverOptions, type ServerOptions } from './server-process.ts';

const binary = kubectlBinaries().get('PATH');

/** Whether this machine can run a node and drive it; says what is NOT tested where it cannot. */
export function nodeIsRunnable(what: string): boolean {
  const runnable = binary !== undefined && process.getuid?.() === 0;
  if (!runnable) console.warn(`! no kubectl, or not root: ${what} NOT tested`);
  return runnable;
}

/** One server for a file of tests; removed with all of its pods at the end, also after a failure. */
export class NodeFixture {
  readonly options: ServerOptions;
  #server: ServerProcess | undefined;
  #kubectl: Kubectl | undefined;

  constructor(options: ServerOptions) {
    this.options = options;
  }

  get server(): ServerProcess {
    if (this.#server === undefined) throw new Error('the server is not started');
    return this.#server;
  }

  get kubectl(): Kubectl {
    if (this.#kubectl === undefined) throw new Error('the server is not started');
    return this.#kubectl;
  }

  get kubectlBinary(): string {
    return binary ?? '';
  }

  async start(): Promise<void> {
    this.#server = await ServerProcess.start(this.options);
    this.#kubectl = new Kubectl(binary ?? '', this.#server.kubeconfig);
  }

  async stop(): Promise<void> {
    await this.#server?.destroy();
  }

  getPod(name: string): Promise<PodView> {
    return this.kubectl.json<PodView>('get', 'pod', name);
  }

  /** The pod once `holds` does not throw. */
  podWhere(name: string, holds: (pod: PodView) => void, deadlineMs?: number): Promise<PodView> {
    return eventually(() => this.getPod(name), holds, deadlineMs);
  }

  async untilReady(...names: readonly string[]): Promise<void> {
    const pods = names.map(name => `pod/${name}`);
    await this.kubectl.run('wait', '--for=condition=Ready', ...pods, '--timeout=90s');
  }

  /** What `script` prints in the pod's first container. */
  inPod(name: string, script: string): Promise<string> {
    return this.kubectl.run('exec', name, '--', 'sh', '-c', script);
  }

  /** `Reason message` of the events of one object, oldest first. */
  async eventsOf(name: string): Promise<readonly string[]> {
    const selector = `--field-selector=involvedObject.name=${name}`;
    const { items } = await this.kubectl.json<{ items: readonly EventView[] }>('get', 'events', selector);
    return items.map(({ type, reason, message }) => `${type} ${reason} ${message}`);
  }
}

interface EventView {
  readonly type: string;
  readonly reason: string;
  readonly message: string;
}

/** Call inside `describe`: starts the node before its tests and removes it after them. */
export function nodeFixture(index: number, change: Partial<ServerOptions> = {}): NodeFixture {
  const fixture = new NodeFixture({ ...serverOptions(index), ...change });
  beforeAll(() => fixture.start());
  afterAll(() => fixture.stop());
  return fixture;
}
