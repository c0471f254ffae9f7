import type { Timers, World } from '../../../src/base/world.ts';
import { badRequestError, notFoundError, StatusError } from '../../../src/api/status-error.ts';
import type { Bus } from '../../../src/bus/bus.ts';
import type { Logger } from '../../../src/kernel/logger.ts';
import type { Cache } from '../../../src/sdk/caches.ts';
import { Pod as PodKind } from '../../kinds/core/v1/pod.ts';
import { containerExited, type ExecSession, type Runtime } from '../../runtime/contract.ts';
import type { LogSink, NodeAgent, PodReference, Upgrade } from '../contract.ts';
import { acceptUpgrade, refuseUpgrade } from '../exec/exec-upgrade.ts';
import { parseExecQuery, parseStreamQuery, type StreamQuery } from '../exec/exec-query.ts';
import { streamSession } from '../exec/exec-stream.ts';
import { MAX_EXEC_SESSIONS, MAX_RUN_OUTPUT_BYTES, RUN_DEADLINE_MS } from '../limits.ts';
import { chooseAttempt } from '../logs/choose-attempt.ts';
import { parseLogQuery } from '../logs/log-options.ts';
import { readLog } from '../logs/read-log.ts';
import type { Pod } from '../pod.ts';
import { execCommand } from '../probes/exec-command.ts';
import { logPath, type NodePaths } from '../worker/pod-paths.ts';
import { statusesOf } from '../worker/pod-records.ts';
import { chooseContainer } from './choose-container.ts';

export interface LocalAgentDeps {
  readonly world: Pick<World, 'clock' | 'files'> & { readonly timers: Timers };
  readonly bus: Bus;
  readonly log: Logger;
  readonly runtime: Runtime;
  readonly pods: Cache<Pod>;
  readonly paths: NodePaths;
  readonly nodeName: string;
  readonly ready: Promise<void>;
}

/** Logs and commands of the containers on this node. */
export class LocalAgent implements NodeAgent {
  readonly nodeName: string;
  readonly ready: Promise<void>;
  readonly #deps: LocalAgentDeps;
  #sessions = 0;

  constructor(deps: LocalAgentDeps) {
    this.#deps = deps;
    this.nodeName = deps.nodeName;
    this.ready = deps.ready;
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

  async exec(reference: PodReference, query: URLSearchParams, upgrade: Upgrade, signal: AbortSignal): Promise<void> {
    await this.#stream(reference, upgrade, signal, () => {
      const { command, ...options } = parseExecQuery(query);
      const container = this.#container(reference, options.container);
      const open = async (): Promise<ExecSession> =>
        this.#deps.runtime.exec(container.running(), { args: command, tty: options.tty, stdin: options.stdin });
      return { options, open };
    });
  }

  async attach(reference: PodReference, query: URLSearchParams, upgrade: Upgrade, signal: AbortSignal): Promise<void> {
    await this.#stream(reference, upgrade, signal, () => {
      const options = parseStreamQuery(query);
      const container = this.#container(reference, options.container);
      return { options, open: () => this.#attach(container.running()) };
    });
  }

  async #stream(
    reference: PodReference,
    upgrade: Upgrade,
    signal: AbortSignal,
    prepare: () => { readonly options: StreamQuery; open(this: void): Promise<ExecSession> },
  ): Promise<void> {
    try {
      const { options, open } = prepare();
      if (this.#sessions >= MAX_EXEC_SESSIONS) {
        throw new StatusError('TooManyRequests', `this node runs ${MAX_EXEC_SESSIONS} commands at most`);
      }
      this.#sessions++;
      try {
        const { socket, protocol } = await acceptUpgrade(upgrade);
        const leave = (): void => socket.terminate();
        signal.addEventListener('abort', leave, { once: true });
        await streamSession(this.#deps.world.timers, open, options, socket, protocol);
        signal.removeEventListener('abort', leave);
      } finally {
        this.#sessions--;
      }
    } catch (error) {
      if (error instanceof StatusError) refuseUpgrade(upgrade.socket, error);
      else {
        upgrade.socket.destroy();
        this.#deps.log.error('a stream to a container broke off', { pod: reference, error });
      }
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
    const pod = this.#pod(reference);
    const name = chooseContainer(pod, asked);
    if (pod.spec.nodeName === undefined || pod.spec.nodeName === '') {
      throw badRequestError(`pod ${pod.metadata.name} does not have a host assigned`);
    }
    return { running: () => this.#runningId(pod, name) };
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
