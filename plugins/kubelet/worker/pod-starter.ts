import { messageOf } from '../../../src/base/message-of.ts';
import { must } from '../../../src/base/must.ts';
import { ContainerConfigError } from '../container/container-config-error.ts';
import { DEFAULT_STOP_SIGNAL, specHash } from '../container/container-labels.ts';
import type { ImageGate } from '../images/image-gate.ts';
import { RuntimeError } from '../../runtime/contract.ts';
import { AFTER_HOOK_GRACE_MS, API_RETRY_MAX_MS } from '../limits.ts';
import type { ContainerType } from '../metrics/operation-counts.ts';
import { nextDelay } from '../plan/restart-time.ts';
import type { PlannedStart, PodPlan } from '../plan/pod-plan.ts';
import type { ContainerSpec, Pod } from '../pod.ts';
import type { PodResizes } from '../resize/pod-resizes.ts';
import { readySandbox, type ReadySandbox } from '../sandbox/ready-sandbox.ts';
import { checkRuntimeHandler } from '../sandbox/runtime-handler.ts';
import { mountVolumes, type MountedVolumes } from '../volumes/pod-volumes.ts';
import type { ContainerStates } from './container-states.ts';
import { runLifecycleHook } from './lifecycle-hook.ts';
import { podFullName, type PodEvents } from './pod-events.ts';
import type { KnownPod, PodRecords } from './pod-records.ts';
import { startContainer } from './start-container.ts';
import type { WorkerDeps } from './worker-deps.ts';

interface PodParts {
  readonly events: PodEvents;
  readonly gate: ImageGate;
  readonly states: ContainerStates;
  readonly records: PodRecords;
  readonly resizes: Pick<PodResizes, 'started' | 'sandboxMade'>;
  readonly changed: () => void;
}

const HOOK_DEADLINE_MS = 24 * 3600_000;
const FIRST_RETRY_MS = 500;

/** Carries out a plan's starts: volumes beside the sandbox and its network, then container after container. */
export class PodStarter {
  podIps: readonly string[] = [];
  volumesStale = true;
  readonly #deps: WorkerDeps;
  readonly #parts: PodParts;
  #volumes: MountedVolumes | undefined;
  #sandbox: ReadySandbox | undefined;
  #retryDelayMs = FIRST_RETRY_MS;

  constructor(deps: WorkerDeps, parts: PodParts) {
    this.#deps = deps;
    this.#parts = parts;
  }

  get renewAtMs(): number | undefined {
    return this.#volumes?.renewAtMs;
  }

  /** Answers after how long to try again what could not be done now. */
  async bringUp(pod: Pod, known: KnownPod, plan: PodPlan): Promise<number | undefined> {
    const up = known.sandbox !== undefined && this.#sandbox?.sandbox.id === known.sandbox.id;
    if (up && plan.start.length === 0 && !this.#volumesDue()) return undefined;
    const isToStart = !up || plan.start.length > 0;
    if (isToStart && !this.#hasDevices(pod)) return undefined;
    using _slot = await this.#deps.slots.starts.take(this.#deps.signal);
    const [mounted, isUp] = await Promise.all([
      this.#volumesDue() ? this.#mountVolumes(pod) : 'ready',
      up || this.#raiseSandbox(pod, known),
    ]);
    if (!isUp || (mounted === 'failed' && plan.start.length > 0)) return this.#nextRetryMs();
    // Whoever readies them wakes the pod.
    if (mounted === 'waiting') return undefined;
    this.#retryDelayMs = FIRST_RETRY_MS;
    let retryInMs: number | undefined;
    for (const planned of plan.start) {
      const again = await this.#start(pod, planned);
      if (again !== undefined) retryInMs = Math.min(retryInMs ?? Infinity, again);
      if (planned.container.lifecycle?.postStart !== undefined) break;
    }
    return retryInMs;
  }

  /** Whoever readies them wakes the pod. */
  #hasDevices(pod: Pod): boolean {
    const look = this.#deps.devices.pods.look(pod);
    if (look.state === 'failed') {
      const message = `Failed to prepare dynamic resources: prepare dynamic resources: ${look.message}`;
      this.#parts.events.pod('Warning', 'FailedPrepareDynamicResources', message);
    }
    return look.state === 'ready';
  }

  #volumesDue(): boolean {
    const renewAtMs = this.#volumes?.renewAtMs;
    return this.volumesStale || (renewAtMs !== undefined && renewAtMs <= this.#deps.world.clock.now());
  }

  async #mountVolumes(pod: Pod): Promise<'ready' | 'waiting' | 'failed'> {
    this.volumesStale = false;
    const mounted = await mountVolumes(this.#deps.volumes, pod);
    this.#volumes = mounted;
    for (const { reason, message } of mounted.failures) this.#parts.events.pod('Warning', reason, message);
    this.volumesStale ||= mounted.failures.length > 0 || mounted.isWaiting;
    if (mounted.failures.length > 0) return 'failed';
    return mounted.isWaiting ? 'waiting' : 'ready';
  }

  async #raiseSandbox(pod: Pod, known: KnownPod): Promise<boolean> {
    const { events } = this.#parts;
    const gone = known.sandboxes.filter(({ state }) => state === 'gone');
    if (gone.length > 0) {
      if (known.sandbox === undefined) {
        events.pod('Normal', 'SandboxChanged', 'Pod sandbox changed, it will be killed and re-created.');
      }
      for (const records of known.attempts.values())
        for (const each of records) this.#parts.records.keep({ ...each, inSandbox: false });
      for (const { id } of gone) await this.#deps.runtime.removeSandbox(id);
    }
    try {
      if (known.sandbox === undefined) await checkRuntimeHandler(this.#deps.client, pod);
      this.#sandbox = await readySandbox(this.#deps, pod, known.sandbox);
      this.podIps = this.#sandbox.podIps;
      if (known.sandbox === undefined) this.#parts.resizes.sandboxMade();
      return true;
    } catch (error) {
      const reason = messageOf(error);
      events.pod('Warning', 'FailedCreatePodSandBox', `Failed to create pod sandbox: ${reason}`);
      this.#deps.log.warn('a pod sandbox was not created', { pod: podFullName(pod), error });
      return false;
    }
  }

  #nextRetryMs(): number {
    const delayMs = this.#retryDelayMs;
    this.#retryDelayMs = Math.min(delayMs * 2, API_RETRY_MAX_MS);
    return delayMs;
  }

  async #start(pod: Pod, planned: PlannedStart): Promise<number | undefined> {
    const { gate, states, events } = this.#parts;
    const { container } = planned;
    const tell = events.about(container);
    const volumes = imageVolumes(pod, container);
    const asked = [container, ...volumes].map(each =>
      gate.image(each, () => this.#deps.credentials(pod), each === container ? tell : events.pod),
    );
    const missing = asked.find(({ state }) => state === 'waiting');
    if (missing?.state === 'waiting') {
      if (missing.waiting === undefined) states.waiting.delete(container.name);
      else states.waiting.set(container.name, missing.waiting);
      return missing.retryInMs;
    }
    const [image, ...shown] = asked.flatMap(each => (each.state === 'ready' ? [each.image] : []));
    if (this.#sandbox === undefined || this.#volumes === undefined) return undefined;
    this.#deps.counts.containerStarts(typeOf(pod, container));
    try {
      const started = await startContainer(this.#deps, {
        pod,
        planned,
        image: must(image, 'each container has one'),
        sandbox: this.#sandbox,
        volumes: this.#volumes,
        volumeImages: new Map(shown.map((each, index) => [must(volumes[index], 'one each').volume, each])),
        environment: this.#deps.environment(pod, this.podIps),
      });
      this.#parts.resizes.started(container.name);
      for (const each of [container, ...volumes]) gate.used(each);
      states.waiting.delete(container.name);
      tell('Normal', 'Created', 'Container created');
      tell('Normal', 'Started', 'Container started');
      this.#postStart(container, started.id);
      return undefined;
    } catch (error) {
      return this.#notStarted(planned, error);
    }
  }

  #notStarted(planned: PlannedStart, error: unknown): number | undefined {
    const { states, records, events, gate } = this.#parts;
    const { container } = planned;
    const message = messageOf(error);
    events.container(container, 'Warning', 'Failed', `Error: ${message}`);
    if (error instanceof ContainerConfigError) {
      states.waiting.set(container.name, { reason: error.code, message });
      return this.#nextRetryMs();
    }
    if (!(error instanceof RuntimeError) || error.code !== 'ContainerCannotRun') throw error;
    gate.used(container);
    const nowMs = this.#deps.world.clock.now();
    states.waiting.set(container.name, { reason: 'RunContainerError', message });
    records.keep({
      name: container.name,
      id: '',
      attempt: planned.attempt,
      state: 'exited',
      startedAtMs: nowMs,
      inSandbox: true,
      exit: { exitCode: 128, reason: 'StartError', message, finishedAtMs: nowMs },
      image: container.image ?? '',
      imageId: '',
      specHash: specHash(container),
      backOffMs: planned.backOffMs === 0 ? nextDelay(0) : planned.backOffMs,
      user: '',
      stopSignal: DEFAULT_STOP_SIGNAL,
    });
    return undefined;
  }

  #postStart(container: ContainerSpec, containerId: string): void {
    const hook = container.lifecycle?.postStart;
    if (hook === undefined) return;
    const { states, events, changed } = this.#parts;
    const stop = new AbortController();
    states.hooks.set(containerId, stop);
    const target = { container, containerId, podIp: this.podIps[0] ?? '' };
    const options = { deadlineMs: Math.max(AFTER_HOOK_GRACE_MS, HOOK_DEADLINE_MS), signal: stop.signal };
    runLifecycleHook({ runtime: this.#deps.runtime, timers: this.#deps.world.timers }, hook, target, options)
      .catch((error: unknown) => {
        if (stop.signal.aborted) return;
        this.#deps.log.warn('a postStart hook failed', { container: containerId, error });
        events.container(container, 'Warning', 'FailedPostStartHook', 'PostStartHook failed');
        states.brokenHooks.add(containerId);
      })
      .finally(() => {
        states.hooks.delete(containerId);
        changed();
      });
  }
}

/** The images that a container has as volumes, each pulled once for the pod, as its own image is. */
function imageVolumes({ spec }: Pod, { volumeMounts = [] }: ContainerSpec) {
  const mounted = new Set(volumeMounts.map(({ name }) => name));
  return (spec.volumes ?? []).flatMap(({ name, image }) => {
    if (image === undefined || !mounted.has(name)) return [];
    const { reference = '', pullPolicy } = image;
    // No container is called so.
    const asked = { name: `volume ${name}`, image: reference, volume: name };
    return [pullPolicy === undefined ? asked : { ...asked, imagePullPolicy: pullPolicy }];
  });
}

function typeOf({ spec }: Pod, { name }: ContainerSpec): ContainerType {
  if (spec.initContainers?.some(each => each.name === name) === true) return 'init_container';
  return spec.ephemeralContainers?.some(each => each.name === name) === true ? 'ephemeral_container' : 'container';
}
