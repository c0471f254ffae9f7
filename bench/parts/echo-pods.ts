import { readFileSync } from 'node:fs';
import { Agent, request } from 'undici';
import { parse } from 'yaml';

interface Kubeconfig {
  readonly clusters: readonly { cluster: { server: string; 'certificate-authority-data': string } }[];
  readonly users: readonly { user: { 'client-certificate-data': string; 'client-key-data': string } }[];
}

interface SeenPod {
  readonly metadata: { readonly name: string };
  readonly spec: { readonly nodeName?: string };
  readonly status?: { readonly phase?: string };
}

/** Milliseconds from the POST to its answer, to a node's name and to Running, as a watcher sees them. */
export interface PodTimes {
  posted: number;
  scheduled: number;
  running: number;
}

const PODS = '/api/v1/namespaces/default/pods';

/** Pods of one container, made and watched over connections that are kept, as any client of the API does. */
export class EchoPods implements AsyncDisposable {
  readonly #server: string;
  readonly #agent: Agent;
  readonly #times = new Map<
    string,
    { readonly began: number; readonly seen: PodTimes; readonly running: () => void }
  >();

  static async open(kubeconfig: string): Promise<EchoPods> {
    const pods = new EchoPods(parse(readFileSync(kubeconfig, 'utf8')) as Kubeconfig);
    await pods.#watch();
    return pods;
  }

  private constructor({ clusters, users }: Kubeconfig) {
    const [cluster, user] = [clusters[0]?.cluster, users[0]?.user];
    const text = (base64 = ''): string => Buffer.from(base64, 'base64').toString();
    this.#server = cluster?.server ?? '';
    this.#agent = new Agent({
      connections: 10,
      bodyTimeout: 0,
      connect: {
        ca: text(cluster?.['certificate-authority-data']),
        cert: text(user?.['client-certificate-data']),
        key: text(user?.['client-key-data']),
      },
    });
  }

  /** All at once; resolves when the last one runs. */
  async start(names: readonly string[]): Promise<readonly PodTimes[]> {
    return Promise.all(names.map(name => this.#start(name)));
  }

  async remove(names: readonly string[]): Promise<void> {
    await Promise.all(names.map(name => this.#call('DELETE', `${PODS}/${name}`, { gracePeriodSeconds: 0 })));
    for (const name of names) this.#times.delete(name);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#agent.destroy();
  }

  async #start(name: string): Promise<PodTimes> {
    const seen = { posted: Number.NaN, scheduled: Number.NaN, running: Number.NaN };
    const { promise, resolve } = Promise.withResolvers<void>();
    const began = performance.now();
    this.#times.set(name, { began, seen, running: resolve });
    const containers = [{ name: 'echo', image: 'tiphys.dev/echo:1.0' }];
    const spec = { terminationGracePeriodSeconds: 0, containers };
    await this.#call('POST', PODS, { apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec });
    seen.posted = performance.now() - began;
    await promise;
    return seen;
  }

  async #call(method: string, path: string, body: object): Promise<void> {
    const headers = { 'content-type': 'application/json' };
    const options = { method, dispatcher: this.#agent, headers, body: JSON.stringify(body) };
    const { statusCode, body: answer } = await request(this.#server + path, options);
    const text = await answer.text();
    if (statusCode >= 300) throw new Error(`${method} ${path} was answered with ${statusCode}: ${text}`);
  }

  async #watch(): Promise<void> {
    const { body } = await request(`${this.#server}${PODS}?watch=1`, { dispatcher: this.#agent });
    const follow = async (): Promise<void> => {
      let rest = '';
      for await (const chunk of body) {
        const lines = (rest + String(chunk)).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) this.#saw((JSON.parse(line) as { readonly object: SeenPod }).object);
      }
    };
    // Ends with the agent.
    follow().catch(() => undefined);
  }

  #saw({ metadata, spec, status }: SeenPod): void {
    const times = this.#times.get(metadata.name);
    if (times === undefined) return;
    const now = performance.now() - times.began;
    if (spec.nodeName !== undefined && Number.isNaN(times.seen.scheduled)) times.seen.scheduled = now;
    if (status?.phase !== 'Running') return;
    if (Number.isNaN(times.seen.running)) times.seen.running = now;
    times.running();
  }
}
