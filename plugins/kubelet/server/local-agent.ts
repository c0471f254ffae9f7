import type { Timers, World } from '../../../src/base/world.ts';
import { badRequestError, notFoundError, StatusError } from '../../../src/api/status-error.ts';
import type { Bus } from '../../../src/bus/bus.ts';
import type { Logger } from '../../../src/kernel/logger.ts';
import type { Cache } from '../../../src/sdk/caches.ts';
import { Pod as PodKind } from '../../kinds/core/v1/pod.ts';
import type { PodNetwork } from '../../network/contract.ts';
import { containerExited, type ExecSession, type Runtime } from '../../runtime/contract.ts';
import type { LogSink, NodeAgent, PodReference, Upgrade } from '../contract.ts';
import { acceptSession } from '../exec/accept-session.ts';
import { refuseUpgrade } from '../exec/refuse-upgrade.ts';
import { parseExecQuery, parseStreamQuery, type StreamQuery } from '../exec/exec-query.ts';
import { streamSession } from '../exec/stream-session.ts';
import { MAX_RUN_OUTPUT_BYTES, RUN_DEADLINE_MS } from '../limits.ts';
import { chooseAttempt } from '../logs/choose-attempt.ts';
import { parseLogQuery } from '../logs/log-options.ts';
import { readLog } from '../logs/read-log.ts';
import type { Pod } from '../pod.ts';
import { acceptForward } from '../port-forward/accept-forward.ts';
import { forwardTarget } from '../port-forward/forward-target.ts';
import { execCommand } from '../probes/exec-command.ts';
import { logPath, type NodePaths } from '../worker/pod-paths.ts';
import { statusesOf } from '../worker/pod-records.ts';
import { chooseContainer } from '../../kinds/core/v1/choose-container.ts';
import { StreamSlots } from './stream-slots.ts';

export interface LocalAgentDeps {
  readonly world: Pick<World, 'clock' | 'files'> & { readonly timers: Timers };
  readonly bus: Bus;
  readonly log: Logger;
  readonly runtime: Runtime;
  readonly network: Pick<PodNetwork, 'dialInNetns'>;
  readonly pods: Cache<Pod>;
  readonly paths: NodePaths;
  readonly nodeName: string;
  readonly ready: Promise<void>;
  readonly resourceMetrics: () => Promise<string>;
}

/** Logs, commands and ports of the pods on this node. */
export class LocalAgent implements NodeAgent {
  readonly nodeName: string;
  readonly ready: Promise<void>;
  readonly resourceMetrics: () => Promise<string>;
  readonly #deps: LocalAgentDeps;
  readonly #slots = new StreamSlots();

  constructor(deps: LocalAgentDeps) {
    this.#deps = deps;
    this.nodeName = deps.nodeName;
    this.ready = deps.ready;
    this.resourceMetrics = deps.resourceMetrics;
  }

  async log(reference: PodReference, query: URLSearchParams, sink: LogSink, signal: AbortSignal): Promise<void> {
    const options = parseLogQuery(query, reference.name, this.#deps.world.clock.now());
    const pod = this.#pod(reference);
    const container = chooseContainer(pod, options.container);
    if (pod.spec.nodeName === undefined || pod.spec.nodeName === '') return;
    const { attempt, containerId } = chooseAttempt(pod, container, options.previous);
    const path =
      this.#deps.runtime.container(containerId)?.logPath ?? logPath(this.#deps.paths, pod, container, attempt);
    sink.begin();
    const ended = this.#whenEnded(containerId);
    try {
      await readLog(
        this.#deps.world.files,
        { path, ended: ended.promise },
        options,
        chunk => sink.write(Buffer.from(chunk)),
        signal,
      );
    } finally {
      ended[Symbol.dispose]();
    }
  }

  judge(reference: PodReference, query: URLSearchParams): void {
    this.#container(reference, query.get('container') ?? '');
  }

  judgeForward(reference: PodReference): void {
    this.#assignedPod(reference);
  }

  async exec(reference: PodReference, query: URLSearchParams, upgrade: Upgrade, signal: AbortSignal): Promise<void> {
    await this.#upgraded(reference, upgrade, signal, async () => {
      const { command, ...options } = parseExecQuery(query);
      const container = this.#container(reference, options.container);
      const open = async (): Promise<ExecSession> =>
        this.#deps.runtime.exec(container.running(), { args: command, tty: options.tty, stdin: options.stdin });
      await this.#stream(upgrade, options, open);
    });
  }

  async attach(reference: PodReference, query: URLSearchParams, upgrade: Upgrade, signal: AbortSignal): Promise<void> {
    await this.#upgraded(reference, upgrade, signal, async () => {
      const options = parseStreamQuery(query);
      const container = this.#container(reference, options.container);
      await this.#stream(upgrade, options, () => this.#attach(container.running()));
    });
  }

  async portForward(
    reference: PodReference,
    query: URLSearchParams,
    upgrade: Upgrade,
    signal: AbortSignal,
  ): Promise<void> {
    await this.#upgraded(reference, upgrade, signal, async () => {
      const { metadata } = this.#assignedPod(reference);
      const { runtime, network, world } = this.#deps;
      await acceptForward(upgrade, query, forwardTarget(metadata.uid, runtime, network), world.timers);
    });
  }

  async #stream(upgrade: Upgrade, options: StreamQuery, open: () => Promise<ExecSession>): Promise<void> {
    const { timers } = this.#deps.world;
    const channels = await acceptSession(upgrade, options, timers);
    if (channels !== undefined) await streamSession(timers, open, options, channels);
  }

  /** One stream of a client: counted, cut when `signal` aborts, refused by the `StatusError` that `serve` throws. */
  async #upgraded(
    reference: PodReference,
    { socket }: Upgrade,
    signal: AbortSignal,
    serve: () => Promise<void>,
  ): Promise<void> {
    const cut = (): void => void socket.destroy();
    signal.addEventListener('abort', cut, { once: true });
    try {
      using _slot = this.#slots.take();
      await serve();
    } catch (error) {
      if (error instanceof StatusError) refuseUpgrade(socket, error);
      else {
        socket.destroy();
        this.#deps.log.error('a stream to a pod broke off', { pod: reference, error });
      }
    } finally {
      signal.removeEventListener('abort', cut);
    }
  }

  /** The container's own streams as a session: it is over when the container is, or when the client leaves. */
  async #attach(containerId: string): Promise<ExecSession> {
    const session = await this.#deps.runtime.attach(containerId);
    const ended = this.#whenEnded(containerId);
    const left = Promise.withResolvers<void>();
    const exit = Promise.race([ended.promise, left.promise]).then(() => {
      ended[Symbol.dispose]();
      return { exitCode: 0 };
    });
    const { stdin, stdout, stderr } = session;
    const kill = (): void => {
      for (const stream of [stdin, stdout, stderr]) stream?.destroy();
      left.resolve();
    };
    return { stdin, stdout, stderr, exit, resize: (columns, rows) => session.resize(columns, rows), kill };
  }

  /** Runs a command to its end and answers what it wrote, for the kubelet's own API. */
  async run(namespace: string, name: string, container: string, args: readonly string[]): Promise<string> {
    const { runtime, world } = this.#deps;
    const containerId = this.#container({ namespace, name }, container).running();
    const limits = { deadlineMs: RUN_DEADLINE_MS, maxOutputBytes: MAX_RUN_OUTPUT_BYTES };
    const { output } = await execCommand(runtime, world.timers, containerId, args, limits);
    return output;
  }

  #pod({ namespace, name }: PodReference): Pod {
    const pod = this.#deps.pods.get(name, namespace);
    if (pod === undefined) throw notFoundError(PodKind, name);
    return pod;
  }

  /** The container that is meant; `running` is its id, or throws. */
  #container(reference: PodReference, asked: string): { running(this: void): string } {
    const name = chooseContainer(this.#pod(reference), asked);
    const pod = this.#assignedPod(reference);
    return { running: () => this.#runningId(pod, name) };
  }

  #assignedPod(reference: PodReference): Pod {
    const pod = this.#pod(reference);
    if (pod.spec.nodeName === undefined || pod.spec.nodeName === '') {
      throw badRequestError(`pod ${pod.metadata.name} does not have a host assigned`);
    }
    return pod;
  }

  #runningId(pod: Pod, name: string): string {
    const status = statusesOf(pod).find(each => each.name === name);
    const id = status?.containerID?.replace(/^[a-z]+:\/\//, '') ?? '';
    if (this.#deps.runtime.container(id)?.state === 'running') return id;
    const sandbox = this.#deps.runtime.list().find(({ config }) => config.podUid === pod.metadata.uid);
    const running = sandbox?.containers.find(each => each.name === name && each.state === 'running');
    if (running !== undefined) return running.id;
    throw new StatusError(
      'InternalError',
      `unable to upgrade connection: container not found (${JSON.stringify(name)})`,
    );
  }

  #whenEnded(containerId: string): { readonly promise: Promise<unknown> } & Disposable {
    const { runtime, bus } = this.#deps;
    const { promise, resolve } = Promise.withResolvers<unknown>();
    const subscription = bus.on(containerExited, ({ id }) => {
      if (id === containerId) resolve(undefined);
    });
    if (runtime.container(containerId)?.state !== 'running') resolve(undefined);
    return { promise, [Symbol.dispose]: () => subscription[Symbol.dispose]() };
  }
}
