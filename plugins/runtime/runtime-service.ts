import { diskUsage, type DiskUsage } from '../../src/base/disk-usage.ts';
import { messageOf } from '../../src/base/message-of.ts';
import {
  RuntimeError,
  type Ability,
  type AttachSession,
  type Container,
  type ContainerConfig,
  type CgroupUsage,
  type ContainerStats,
  type ExecOptions,
  type ExecSession,
  type PodGroup,
  type Resources,
  type Runtime,
  type Sandbox,
  type SandboxConfig,
} from './contract.ts';
import { attachToContainer } from './attach.ts';
import { cgroupOfContainer } from './container-cgroup.ts';
import { execInContainer } from './exec.ts';
import type { LiveContainer } from './live-container.ts';
import { PodSandbox } from './pod-sandbox.ts';
import { REQUEST } from './protocol.ts';
import { recoverSandboxes } from './recover-sandboxes.ts';
import type { RuntimeEnvironment } from './runtime-environment.ts';
import { sandboxPlan } from './sandbox-plan.ts';
import { signalNumber } from './signal-number.ts';
import { SpareShims } from './spare-shims.ts';

/** The runtime over its shims. `close` lets go of them; they and their containers live on. */
export class RuntimeService implements Runtime {
  readonly recovered: Promise<void>;
  readonly #environment: RuntimeEnvironment;
  readonly #sandboxes = new Map<string, PodSandbox>();
  readonly #spares: SpareShims;
  #isClosed = false;

  constructor(environment: RuntimeEnvironment, spareShims: number) {
    // What recovery finds out is told once everybody can ask for it.
    const held: (() => void)[] = [];
    let open = false;
    const announce = (tell: () => void): void => void (open ? tell() : held.push(tell));
    this.#environment = {
      ...environment,
      onContainerExited: container => announce(() => environment.onContainerExited(container)),
      onSandboxGone: sandbox => announce(() => environment.onSandboxGone(sandbox)),
    };
    this.#spares = new SpareShims(this.#environment, spareShims);
    this.recovered = recoverSandboxes(this.#environment, this.#sandboxes);
    void this.recovered.finally(() => {
      environment.world.timers.after(0, () => {
        open = true;
        this.#spares.fill();
        for (const tell of held.splice(0)) tell();
      });
    });
  }

  get abilities(): readonly Ability[] {
    return this.#environment.abilities;
  }

  async createSandbox(config: SandboxConfig): Promise<Sandbox> {
    await this.recovered;
    const { world, state, cgroups } = this.#environment;
    const plan = sandboxPlan(config, cgroups, state.shmMountPoint);
    let sandbox: PodSandbox | undefined;
    try {
      const { id, shim, client } = await this.#spares.take(config);
      const sandboxState = { id, config, createdAtMs: world.clock.now() };
      state.finishSandbox(plan, sandboxState);
      sandbox = new PodSandbox(this.#environment, sandboxState, shim, client);
      await sandbox.client.request(REQUEST.setup, plan.encode());
    } catch (error) {
      await sandbox?.remove();
      throw new RuntimeError('SandboxFailed', sandboxFailure(error, plan.steps), { cause: error });
    }
    this.#sandboxes.set(sandbox.state.id, sandbox);
    return sandbox.view;
  }

  async removeSandbox(sandboxId: string): Promise<void> {
    await this.recovered;
    const sandbox = this.#sandboxes.get(sandboxId);
    if (sandbox === undefined) return;
    await sandbox.remove();
    this.#sandboxes.delete(sandboxId);
  }

  async startContainer(config: ContainerConfig): Promise<Container> {
    const sandbox = this.#requireSandbox(config.sandboxId);
    return sandbox.start(this.#environment.world.random.bytes(32).toString('hex'), config);
  }

  async stopContainer(
    containerId: string,
    options: { readonly signal: string; readonly graceMs: number },
  ): Promise<void> {
    const signal = signalNumber(options.signal);
    const found = this.#find(containerId);
    if (found === undefined) return;
    await found.sandbox.stop(found.container, signal, options.graceMs);
  }

  async removeContainer(containerId: string): Promise<void> {
    const found = this.#find(containerId);
    if (found !== undefined) await found.sandbox.removeContainer(found.container);
  }

  async updateContainer(containerId: string, resources: Resources): Promise<void> {
    const { sandbox, container } = this.#require(containerId);
    container.requireRunning();
    await this.#limit(cgroupOfContainer(sandbox.state.config, containerId), resources);
  }

  async updateSandbox(sandboxId: string, resources: Resources): Promise<void> {
    await this.#limit(this.#requireSandbox(sandboxId).state.config.cgroupPath, resources);
  }

  async limitPods(resources: Resources, group?: PodGroup): Promise<void> {
    await this.#limit(group ?? '', resources);
  }

  list(): readonly Sandbox[] {
    return [...this.#sandboxes.values()].map(sandbox => sandbox.view);
  }

  container(containerId: string): Container | undefined {
    return this.#find(containerId)?.container.view;
  }

  async exec(containerId: string, options: ExecOptions): Promise<ExecSession> {
    const { sandbox, container } = this.#require(containerId);
    return execInContainer(sandbox, container, options);
  }

  async attach(containerId: string): Promise<AttachSession> {
    const { sandbox, container } = this.#require(containerId);
    return attachToContainer(sandbox, container);
  }

  async stats(containerId: string): Promise<ContainerStats> {
    const { sandbox } = this.#require(containerId);
    return this.#stats(cgroupOfContainer(sandbox.state.config, containerId));
  }

  async layerUsage(containerId: string): Promise<DiskUsage> {
    const { state, world } = this.#environment;
    return diskUsage(world.files, state.container(containerId).upper);
  }

  async sandboxStats(sandboxId: string): Promise<ContainerStats> {
    return this.#stats(this.#requireSandbox(sandboxId).state.config.cgroupPath);
  }

  async usage(containerId: string): Promise<CgroupUsage> {
    const { sandbox } = this.#require(containerId);
    return this.#usage(cgroupOfContainer(sandbox.state.config, containerId));
  }

  async sandboxUsage(sandboxId: string): Promise<CgroupUsage> {
    return this.#usage(this.#requireSandbox(sandboxId).state.config.cgroupPath);
  }

  podsUsage(): Promise<CgroupUsage> {
    return this.#usage('');
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#spares.close();
    for (const sandbox of this.#sandboxes.values()) sandbox.detach();
    this.#sandboxes.clear();
    const { native, deviceFilter, shimProgram } = this.#environment;
    for (const fd of [deviceFilter, shimProgram]) if (fd !== null) native.closeFd(fd);
  }

  #stats(cgroupPath: string): Promise<ContainerStats> {
    return this.#environment.cgroups.stats(cgroupPath, this.#environment.world.clock.now());
  }

  #usage(cgroupPath: string): Promise<CgroupUsage> {
    return this.#environment.cgroups.usage(cgroupPath, this.#environment.world.clock.now());
  }

  async #limit(cgroupPath: string, resources: Resources): Promise<void> {
    const { cgroups, world } = this.#environment;
    for (const { path, data } of cgroups.limits(cgroupPath, resources)) {
      await world.files.writeFile(path, data).catch((error: unknown) => {
        const reason = messageOf(error);
        throw new RuntimeError('LimitRefused', `failed to write ${data}: ${reason}`, { cause: error });
      });
    }
  }

  #requireSandbox(sandboxId: string): PodSandbox {
    const sandbox = this.#sandboxes.get(sandboxId);
    if (sandbox === undefined) throw new RuntimeError('SandboxGone', `there is no sandbox ${sandboxId}`);
    return sandbox;
  }

  #find(containerId: string): { readonly sandbox: PodSandbox; readonly container: LiveContainer } | undefined {
    for (const sandbox of this.#sandboxes.values()) {
      const container = sandbox.containers.get(containerId);
      if (container !== undefined) return { sandbox, container };
    }
    return undefined;
  }

  #require(containerId: string): { readonly sandbox: PodSandbox; readonly container: LiveContainer } {
    const found = this.#find(containerId);
    if (found === undefined) throw new RuntimeError('ContainerNotFound', `there is no container ${containerId}`);
    return found;
  }
}

function sandboxFailure(error: unknown, steps: readonly { readonly subject: string }[]): string {
  const body = error instanceof Error && 'body' in error && Buffer.isBuffer(error.body) ? error.body : Buffer.alloc(0);
  const subject = body.length >= 8 ? steps[body.readUInt32LE(4)]?.subject : undefined;
  const reason = messageOf(error);
  return `cannot create the pod's sandbox${subject === undefined ? '' : ` (${subject})`}: ${reason}`;
}
