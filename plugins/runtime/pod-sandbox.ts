import type { Native } from '../../native/index.ts';
import type { SpawnedShim } from '../../native/runtime.ts';
import { RuntimeError, type Container, type ContainerConfig, type ContainerExit, type Sandbox } from './contract.ts';
import { cgroupOfContainer } from './container-cgroup.ts';
import {
  containerFiles,
  containerPlan,
  hasOwnPids,
  preparationPlan,
  type ContainerPlanInput,
} from './container-plan.ts';
import { attachFilter } from './devices/attach-filter.ts';
import { decodeExitRecord, exitCodeOf, milliseconds, parseExitsFile } from './exit-record.ts';
import { bundleFiles } from './hooks/oci-bundle.ts';
import { hooksMs, runLaterHooks } from './hooks/run-later-hooks.ts';
import { hostId } from './host-id.ts';
import { hostDevices } from './host-devices.ts';
import { LIMITS } from './limits.ts';
import { LiveContainer } from './live-container.ts';
import { listContainers } from './list-containers.ts';
import { NEWEST_STEP, needsNewerShim, newestStepOf } from './newest-step.ts';
import { EVENT, ID_BYTES, OP, REQUEST } from './protocol.ts';
import { removeCgroups } from './remove-cgroups.ts';
import type { RuntimeEnvironment } from './runtime-environment.ts';
import { ShimClient, ShimError, type ShimEvents } from './shim-client.ts';
import { startFailure } from './start-failure.ts';
import type { ContainerState, SandboxState } from './state-directory.ts';
import { encodeProcessRequest, encodeStartRequest } from './wire-requests.ts';

/** The shim of one pod and what runs in it, as this daemon follows it. */
export class PodSandbox {
  readonly state: SandboxState;
  readonly containers = new Map<string, LiveContainer>();
  /** Exec sessions that wait for their exit, by the number of the request that started them. */
  readonly sessions = new Map<number, (exitCode: number) => void>();
  readonly #environment: RuntimeEnvironment;
  readonly #shim: SpawnedShim | null;
  readonly #watch: { close(): void } | null;
  readonly #whenGone: (() => void)[] = [];
  #client: ShimClient | null;
  #newestStep = NEWEST_STEP;
  #removing = false;

  /** Takes over the shim's descriptors, and its connection if there is one. `null`: its shim was found dead. */
  constructor(environment: RuntimeEnvironment, state: SandboxState, shim: SpawnedShim | null, client?: ShimClient) {
    this.#environment = environment;
    this.state = state;
    this.#shim = shim;
    this.#watch = shim && environment.native.watchPidfd(shim.pidfd, () => this.#shimDied());
    client?.follow(this.#events());
    this.#client = client ?? (shim && this.#connect(shim.socket));
  }

  get client(): ShimClient {
    if (this.#client === null) throw new RuntimeError('SandboxGone', `sandbox ${this.state.id} is gone`);
    return this.#client;
  }

  get gone(): boolean {
    return this.#client === null;
  }

  get view(): Sandbox {
    return {
      id: this.state.id,
      config: this.state.config,
      createdAtMs: this.state.createdAtMs,
      netnsPath: `/proc/${this.#shim?.pid ?? 0}/ns/net`,
      state: this.gone ? 'gone' : 'ready',
      containers: [...this.containers.values()].map(container => container.view),
    };
  }

  async start(id: string, config: ContainerConfig): Promise<Container> {
    const { native, world, state, mountPoints, profiles } = this.#environment;
    if (config.appArmor === 'RuntimeDefault') await profiles.loadDefault();
    const client = this.client;
    const input = this.planInput(id, config, config.privileged ? await hostDevices(world.files) : []);
    const prepare = preparationPlan(input);
    const files = [...containerFiles(config), ...bundleFiles(input), state.containerFile({ id, config })];
    const makesFiles = this.#newestStep >= OP.file;
    if (makesFiles) prepare.make(files);
    const plans = {
      prepare,
      child: containerPlan(input, await mountPoints.layerFor(config.mounts, config.lowerDirs)),
    };
    if (config.processesOf !== undefined && this.#newestStep < OP.target) {
      // Whoever looks into a pod does not want it made anew.
      const reason = 'the sandbox was made by an earlier release, whose containers cannot share their processes';
      throw new RuntimeError('ContainerCannotRun', reason);
    }
    if (needsNewerShim(this.#newestStep, plans.prepare, plans.child)) await this.#giveUpShim();
    if (!makesFiles) await native.makeFiles(files);
    const body = encodeStartRequest(id, config, {
      newPid: hasOwnPids(this.state.config, config),
      owner: hostId(this.state.config.users, config.user.uid),
      cgroup: input.cgroups.enter(input.cgroupPath),
      oomFile: input.cgroups.oomFile(input.cgroupPath),
      ...plans,
    });
    await this.#restrictDevices(id, input);
    const container = await this.#started(client, id, config, body).catch(async (error: unknown) => {
      await this.forget(id);
      throw startFailure(error, plans, config.args[0] ?? '');
    });
    await this.#later('poststart', container);
    return container.view;
  }

  /** Known before anything else can happen to it: its exit may follow in the same turn. */
  #started(client: ShimClient, id: string, config: ContainerConfig, body: Buffer): Promise<LiveContainer> {
    return client.request(REQUEST.start, body, LIMITS.requestMs + hooksMs(config)).then(reply => {
      const startedAtMs = milliseconds(reply.body.readBigUInt64LE(8));
      const started = new LiveContainer(id, config, reply.body.readUInt32LE(0), startedAtMs);
      this.containers.set(id, started);
      return started;
    });
  }

  async #later(moment: 'poststart' | 'poststop', container: LiveContainer): Promise<void> {
    const input = this.planInput(container.id, container.config, []);
    const problem = await runLaterHooks(this.#environment, input, container.view, moment);
    if (problem === undefined || moment === 'poststop') return;
    await this.removeContainer(container);
    throw new RuntimeError('ContainerCannotRun', `unable to start container process: ${problem}`);
  }

  planInput(id: string, config: ContainerConfig, devices: ContainerPlanInput['hostDevices']): ContainerPlanInput {
    const { cgroups, state, world } = this.#environment;
    return {
      id,
      runtimePid: world.processes.pid,
      config,
      sandbox: this.state.config,
      cgroups,
      cgroupPath: cgroupOfContainer(this.state.config, id),
      // Any directory will do as mount point, since only the container's own mount namespace sees it.
      paths: { ...state.pathsOf(this.state.id, id), root: state.layers, log: config.logPath },
      hostDevices: devices,
    };
  }

  async #restrictDevices(id: string, { config, cgroups, cgroupPath }: ContainerPlanInput): Promise<void> {
    const { native, deviceFilter } = this.#environment;
    const directory = cgroups.filteredDirectory(cgroupPath);
    if (config.privileged || deviceFilter === null || directory === null) return;
    try {
      await attachFilter(native, deviceFilter, config.devices, directory);
    } catch (error) {
      await this.forget(id);
      const reason = `unable to start container process: cannot restrict its devices: ${String(error)}`;
      throw new RuntimeError('ContainerCannotRun', reason, { cause: error });
    }
  }

  async stop(container: LiveContainer, signal: number, graceMs: number): Promise<void> {
    if (!container.running) return;
    if (graceMs > 0) {
      await this.#signal(container, signal);
      if (await container.waitForExit(this.#environment.world.timers, graceMs)) return;
    }
    await this.#killAndWait(container);
  }

  /** Deletes what is left of an exited container. */
  async removeContainer(container: LiveContainer): Promise<void> {
    if (container.running) await this.#killAndWait(container);
    await this.#client?.request(REQUEST.delete, Buffer.from(container.id)).catch(unlessMissing);
    await this.#later('poststop', container);
    await this.forget(container.id);
  }

  /** Cgroup, writable layer and description of a container that does not run. */
  async forget(id: string): Promise<void> {
    const { native, cgroups, state, world } = this.#environment;
    const directories = cgroups.directories(cgroupOfContainer(this.state.config, id));
    await Promise.all([
      removeCgroups({ native, timers: world.timers }, directories),
      state.forgetContainer(this.state.id, id),
    ]);
    this.containers.delete(id);
  }

  /** Ends the pod: nothing of it is left afterwards but its logs. */
  async remove(): Promise<void> {
    const { native, cgroups, state, world } = this.#environment;
    this.#removing = true;
    await this.#endShim();
    for (const container of this.containers.values()) await this.#later('poststop', container);
    await removeCgroups({ native, timers: world.timers }, cgroups.directories(this.state.config.cgroupPath));
    await state.forgetSandbox(this.state.id, [...this.containers.keys()]);
  }

  /** Asks it to end its pod, and kills it when it does not. */
  async #endShim(): Promise<void> {
    const { native, world } = this.#environment;
    if (this.#client === null || this.#shim === null) return;
    const died = new Promise<void>(resolve => this.#whenGone.push(resolve));
    const asked = this.#client.request(REQUEST.shutdown, Buffer.alloc(0), LIMITS.shutdownMs).catch(unlessLost);
    await Promise.race([died, asked]);
    if (!this.gone) await Promise.race([died, world.timers.sleep(LIMITS.shimExitMs)]);
    if (this.gone) return;
    signalUnlessGone(native, this.#shim.pidfd, SIGKILL);
    await Promise.race([died, world.timers.sleep(LIMITS.killMs)]);
  }

  /** Its shim is of an earlier release and cannot do what has to be done now: the pod ends, to be made anew. */
  async #giveUpShim(): Promise<never> {
    const { native, world, log } = this.#environment;
    log.warn('a pod has to be made anew: its shim is too old', {
      sandbox: this.state.id,
      pod: this.state.config.podName,
    });
    const died = new Promise<void>(resolve => this.#whenGone.push(resolve));
    if (this.#shim !== null) signalUnlessGone(native, this.#shim.pidfd, SIGKILL);
    await Promise.race([died, world.timers.sleep(LIMITS.killMs)]);
    throw new RuntimeError(
      'SandboxGone',
      'the sandbox was made by an earlier release that cannot start this container',
    );
  }

  /** Lets go of the shim, which lives on. */
  detach(): void {
    this.#removing = true;
    this.#watch?.close();
    this.#client?.close();
  }

  /** After a restart of the daemon: what the shim says, joined with what was written down. */
  async recover(states: readonly ContainerState[]): Promise<void> {
    const [listed, newestStep] = await Promise.all([listContainers(this.client), newestStepOf(this.client)]);
    this.#newestStep = newestStep;
    for (const { id, config } of states) {
      const entry = listed.get(id);
      listed.delete(id);
      if (entry === undefined) {
        await this.forget(id);
        continue;
      }
      const container = new LiveContainer(id, config, entry.pid, entry.startedAtMs);
      this.containers.set(id, container);
      if (entry.exit !== null) this.#recordExit(container, entry.exit);
    }
    // Started, but the daemon died before it could write it down: nobody will ever ask for these.
    for (const id of listed.keys()) {
      await this.client.request(REQUEST.signal, encodeProcessRequest(id, 0, SIGKILL)).catch(unlessMissing);
    }
  }

  /** The same for a pod whose shim died while no daemon ran. */
  async recoverDead(states: readonly ContainerState[]): Promise<void> {
    for (const { id, config } of states) {
      this.containers.set(id, new LiveContainer(id, config, 0, this.state.createdAtMs));
    }
    await this.#settleDeath();
  }

  #connect(socket: number): ShimClient {
    const { native, world } = this.#environment;
    const firstRequest = world.random.bytes(4).readUInt32LE(0);
    return new ShimClient(native, world.timers, socket, firstRequest, this.#events());
  }

  #events(): ShimEvents {
    return { onEvent: (type, body) => this.#onEvent(type, body), onEnd: () => void this.#reconnect() };
  }

  /** The connection ended: the shim died, which its pidfd tells too, or it hung up on a daemon that did not read. */
  async #reconnect(): Promise<void> {
    const { native, state, log } = this.#environment;
    if (this.gone || this.#removing || this.#shim === null) return;
    try {
      this.#client = this.#connect(native.connectShim(`${state.sandbox(this.state.id)}/sock`).socket);
      for (const [id, { exit }] of await listContainers(this.#client)) {
        const container = this.containers.get(id);
        if (container !== undefined && exit !== null) this.#recordExit(container, exit);
      }
      await this.#endLostSessions(this.#client);
    } catch (error) {
      if (this.gone) return;
      log.warn('cannot reach a shim any more', { sandbox: this.state.id, error });
      signalUnlessGone(native, this.#shim.pidfd, SIGKILL);
    }
  }

  /** Ends the exec sessions whose programs the shim has no more: what it said of their ends got lost. */
  async #endLostSessions(client: ShimClient): Promise<void> {
    for (const [session, finish] of this.sessions) {
      const probe = encodeProcessRequest(NO_CONTAINER, session, 0);
      const isThere = await client.request(REQUEST.signal, probe).then(
        () => true,
        (error: unknown) => !(error instanceof ShimError && error.errno === ESRCH),
      );
      // Meanwhile its end may have been told after all.
      if (isThere || !this.sessions.delete(session)) continue;
      finish(UNKNOWN_EXIT);
    }
  }

  async #signal(container: LiveContainer, signal: number): Promise<void> {
    await this.client.request(REQUEST.signal, encodeProcessRequest(container.id, 0, signal)).catch(unlessMissing);
  }

  async #killAndWait(container: LiveContainer): Promise<void> {
    await this.#signal(container, SIGKILL);
    if (await container.waitForExit(this.#environment.world.timers, LIMITS.killMs)) return;
    throw new RuntimeError(
      'DeadlineExceeded',
      `container ${container.id} did not end within ${LIMITS.killMs} ms of SIGKILL`,
    );
  }

  #onEvent(type: number, body: Buffer): void {
    if (type === EVENT.execExited) {
      const session = body.readUInt32LE(0);
      this.sessions.get(session)?.(exitCodeOf(body.readUInt32LE(4)));
      this.sessions.delete(session);
      return;
    }
    if (type !== EVENT.exited) return;
    const record = decodeExitRecord(body);
    const container = this.containers.get(record.containerId);
    if (container !== undefined) this.#recordExit(container, record.exit);
  }

  #recordExit(container: LiveContainer, exit: ContainerExit): void {
    const { native, cgroups, log } = this.#environment;
    if (!container.exited(exit)) return;
    // In a PID namespace of its own nothing outlives the first process; elsewhere something may.
    if (!hasOwnPids(this.state.config, container.config)) {
      native
        .killCgroups(cgroups.directories(cgroupOfContainer(this.state.config, container.id)))
        .catch((error: unknown) => {
          log.warn('cannot kill the rest of a container', { container: container.id, error });
        });
    }
    this.#environment.onContainerExited(container.view);
  }

  #shimDied(): void {
    this.#client?.close();
    this.#client = null;
    for (const finish of this.sessions.values()) finish(137);
    this.sessions.clear();
    for (const tell of this.#whenGone.splice(0)) tell();
    if (this.#removing) return;
    void this.#settleDeath();
  }

  /** Kills what the shim may have left behind and tells everybody. Exits it still wrote down are the truth. */
  async #settleDeath(): Promise<void> {
    const { native, cgroups, state, world, log } = this.#environment;
    try {
      await native.killCgroups(cgroups.directories(this.state.config.cgroupPath));
      const records = new Map(
        parseExitsFile(await state.exits(this.state.id)).map(each => [each.containerId, each.exit]),
      );
      for (const container of this.containers.values()) {
        const unknown: ContainerExit = {
          exitCode: UNKNOWN_EXIT,
          signal: 0,
          oomKilled: false,
          finishedAtMs: world.clock.now(),
        };
        this.#recordExit(container, records.get(container.id) ?? unknown);
      }
    } catch (error) {
      log.error('cannot clean up after a shim that died', { sandbox: this.state.id, error });
    }
    this.#environment.onSandboxGone(this.view);
  }
}

const ESRCH = 3;
const SIGKILL = 9;
const UNKNOWN_EXIT = 255;
/** An exec session is named by its number alone. */
const NO_CONTAINER = '0'.repeat(ID_BYTES);

/** For requests about a container that the shim no longer has: that is what they were to bring about. */
function unlessMissing(error: unknown): void {
  if (error instanceof ShimError && (error.errno === ESRCH || error.code === 'Lost')) return;
  throw error;
}

function unlessLost(error: unknown): void {
  if (!(error instanceof ShimError)) throw error;
}

function signalUnlessGone(native: Native, pidfd: number, signal: number): void {
  try {
    native.signalPidfd(pidfd, signal);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
