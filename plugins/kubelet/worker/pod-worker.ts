import { WallWaits } from '../../../src/base/wall-waits.ts';
import { removeTrees } from '../../../native/remove-trees.ts';
import { isStatusError } from '../../../src/api/status-error.ts';
import { backoffMs } from '../../../src/base/backoff.ts';
import { timeMs } from '../../../src/base/timestamp.ts';
import { Pod as PodKind } from '../../kinds/core/v1/pod.ts';
import { takenBy } from '../admission/taken.ts';
import { specHash } from '../container/container-labels.ts';
import { ImageGate } from '../images/image-gate.ts';
import { API_RETRY_MAX_MS, API_RETRY_MIN_MS, MIN_GRACE_MS, RESIZE_RETRY_MS } from '../limits.ts';
import type { PassType } from '../metrics/operation-counts.ts';
import { PodResizes } from '../resize/pod-resizes.ts';
import { planPod, type PodPlan } from '../plan/pod-plan.ts';
import { isSidecar } from '../plan/restart-policy.ts';
import type { Pod } from '../pod.ts';
import { podStatus } from '../status/pod-status.ts';
import { StatusWriter } from '../status/status-writer.ts';
import { removePodFiles } from '../volumes/pod-volumes.ts';
import { ContainerKills } from './container-kills.ts';
import { ContainerStates } from './container-states.ts';
import { PodEvents, podFullName } from './pod-events.ts';
import { podLogDirectory, logPath } from './pod-paths.ts';
import { containersOf, PodRecords, type KnownPod } from './pod-records.ts';
import { PodStarter } from './pod-starter.ts';
import type { Expulsion, Verdict } from './expulsion.ts';
import type { WorkerDeps } from './worker-deps.ts';

/**
 * Brings one pod to what its spec asks for, and at its end to nothing. It runs one pass at a time, and only
 * when something happened: a change of the pod, an exit, a probe's verdict, a timer. What takes long (pulls,
 * hooks, stopping) runs beside it and wakes it.
 */
export class PodWorker {
  readonly #deps: WorkerDeps;
  readonly #records: PodRecords;
  readonly #states: ContainerStates;
  readonly #kills: ContainerKills;
  readonly #events: PodEvents;
  readonly #gate: ImageGate;
  readonly #status: StatusWriter;
  readonly #starter: PodStarter;
  readonly #resizes: PodResizes;
  readonly #waits: WallWaits;
  readonly #crashTold = new Map<string, number>();
  /** When this node took the pod up, by the API's word or, before that, our own. */
  readonly #startMs: number;
  #pod: Pod;
  #isRemoved = false;
  #isEnding = false;
  #isClean = false;
  #isStopped = false;
  #verdict: Verdict | undefined;
  #expulsion: Expulsion | undefined;
  readonly #cleaned = Promise.withResolvers<void>();
  #dirty = false;
  #running: Promise<void> | undefined;
  #timer: Disposable | undefined;
  #failures = 0;
  /** What the next pass is for. */
  #passType: PassType = 'create';
  readonly #seenMs: number;
  #hasRun: boolean;

  constructor(deps: WorkerDeps, pod: Pod) {
    this.#deps = deps;
    this.#pod = pod;
    this.#seenMs = deps.world.clock.monotonicMs();
    this.#hasRun = (pod.status?.phase ?? 'Pending') !== 'Pending';
    this.#waits = new WallWaits(deps.world.clock);
    this.#startMs = timeMs(pod.status?.startTime) ?? deps.world.clock.now();
    const changed = (): void => this.wake();
    const { uid } = pod.metadata;
    this.#events = new PodEvents(deps.recorder, () => this.#pod);
    this.#records = new PodRecords({ ...deps, files: deps.world.files }, uid);
    this.#kills = new ContainerKills({ ...deps, tell: this.#events.container, changed });
    this.#states = new ContainerStates({
      probes: { world: deps.world, runtime: deps.runtime },
      kills: this.#kills,
      changed,
      probeFailed: (name, message) => this.#probeFailed(name, message),
      probed: (...probe) => deps.probeCounts.count(pod, ...probe),
    });
    this.#gate = new ImageGate({ world: deps.world, images: deps.images, changed });
    this.#status = new StatusWriter({ ...deps, slots: deps.slots.writes }, pod);
    this.#resizes = new PodResizes(
      {
        clock: deps.world.clock,
        runtime: deps.runtime,
        account: deps.account,
        capacity: deps.capacity,
        waiting: deps.waiting,
        pidsLimit: deps.node.podPidsLimit,
        tell: this.#events.pod,
        changed,
      },
      pod,
    );
    this.#starter = new PodStarter(deps, {
      events: this.#events,
      gate: this.#gate,
      states: this.#states,
      records: this.#records,
      resizes: this.#resizes,
      changed,
    });
    this.#starter.podIps = (pod.status?.podIPs ?? []).flatMap(({ ip }) => (ip === undefined ? [] : [ip]));
  }

  get pod(): Pod {
    return this.#pod;
  }
  get isEnding(): boolean {
    return this.#isEnding || this.#isRemoved || this.#expulsion !== undefined;
  }

  /** Ends the pod for the sake of the node; resolves once it has left it, if this worker sees that. */
  expel(expulsion: Expulsion): Promise<void> {
    this.#expulsion = expulsion;
    this.#verdict = expulsion;
    if (expulsion.isUntold !== true) this.#events.pod('Warning', expulsion.reason, expulsion.message);
    this.wake();
    return this.#cleaned.promise;
  }

  update(pod: Pod): void {
    const isOwnWrite = this.#status.written?.metadata.resourceVersion === pod.metadata.resourceVersion;
    this.#pod = pod;
    if (isOwnWrite) return;
    if (this.#passType === 'sync') this.#passType = 'update';
    this.#starter.volumesStale = true;
    this.wake();
  }

  /** The pod is gone from the API, forced or because this worker said so. */
  removed(last: Pod): void {
    this.#pod = last;
    this.#isRemoved = true;
    // Whoever forces a pod's end wants its room, though it may not have left it yet.
    this.#resizes.end();
    this.wake();
  }

  /** Something that volumes or variables read has changed. */
  configurationChanged(): void {
    this.#starter.volumesStale = true;
    this.wake();
  }

  wake(): void {
    this.#dirty = true;
    if (this.#isStopped || this.#running !== undefined) return;
    this.#running = this.#loop().finally(() => {
      this.#running = undefined;
      if (this.#dirty) this.wake();
    });
  }

  /** Ends this worker, not its pod: containers run on for the next daemon. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#timer?.[Symbol.dispose]();
    this.#gate[Symbol.dispose]();
    this.#states[Symbol.dispose]();
    this.#kills.stop();
    await this.#running;
  }

  async #loop(): Promise<void> {
    while (this.#dirty && !this.#isStopped) {
      this.#dirty = false;
      this.#timer?.[Symbol.dispose]();
      const [type, beganMs] = [this.#passType, this.#deps.world.clock.monotonicMs()];
      this.#passType = 'sync';
      try {
        await this.#pass();
        this.#failures = 0;
        const ms = this.#deps.world.clock.monotonicMs() - beganMs;
        this.#deps.counts.passed(this.#isEnding ? 'kill' : type, ms);
      } catch (error) {
        if (this.#isStopped) return;
        this.#failures++;
        this.#deps.log.error('a pass over a pod failed', { pod: podFullName(this.#pod), error });
        this.#wakeIn(backoffMs(this.#failures, { baseMs: API_RETRY_MIN_MS, capMs: API_RETRY_MAX_MS }));
      }
    }
  }

  async #pass(): Promise<void> {
    if (this.#isClean && !this.#mustLeave()) return;
    let known = await this.#records.read(this.#pod);
    this.#states.follow(this.#pod, known, this.#starter.podIps[0] ?? '');
    if (this.#isEnding || this.#mustEnd() || (await this.#isRefused(known))) return this.#end(known);
    this.#resizes.judge(this.#pod);
    const resize = this.#resizes.plan(known);
    let plan = this.#plan(known);
    if (plan.finished) return this.#end(known);
    const isResized = await this.#resizes.carryOut(resize, known);
    for (const { id, name, message, cause } of plan.kill) this.#kill(known, name, id, message, cause);
    const retryInMs = await this.#starter.bringUp(this.#resizes.granted(this.#pod), known, plan);
    known = await this.#records.read(this.#pod);
    this.#states.follow(this.#pod, known, this.#starter.podIps[0] ?? '');
    plan = this.#plan(known);
    this.#tellCrashes(known, plan);
    void this.#writeStatus(known, plan, false);
    await this.#records.prune(known, ({ name, attempt }) => logPath(this.#deps.paths, this.#pod, name, attempt));
    if (plan.finished) this.#dirty = true;
    const resizeInMs = isResized ? undefined : RESIZE_RETRY_MS;
    this.#wakeIn(
      plan.wakeInMs,
      retryInMs,
      resizeInMs,
      this.#untilMs(this.#deadlineMs()),
      this.#untilMs(this.#starter.renewAtMs),
    );
  }

  #plan(known: KnownPod): PodPlan {
    const { spec } = this.#resizes.granted(this.#pod);
    const views = this.#states.views(this.#pod, known);
    const { restarts } = this.#resizes.plan(known);
    return planPod({ spec, views, restarts, specHashOf: specHash, leftMs: (...wait) => this.#waits.leftMs(...wait) });
  }

  /** Why this pod has to end now, whatever its containers do. */
  #mustEnd(): boolean {
    const { status } = this.#pod;
    if (this.#mustLeave() || status?.phase === 'Failed' || status?.phase === 'Succeeded') return true;
    if (this.#expulsion !== undefined) return true;
    const deadlineMs = this.#deadlineMs();
    if (deadlineMs === undefined || deadlineMs > this.#deps.world.clock.now()) return false;
    const verdict = {
      reason: 'DeadlineExceeded',
      message: 'Pod was active on the node longer than the specified deadline',
    };
    this.#verdict = verdict;
    this.#events.pod('Normal', verdict.reason, verdict.message);
    return true;
  }

  /** Whether this node will not take the pod on. One that it began to run before is its own. */
  async #isRefused({ sandboxes }: KnownPod): Promise<boolean> {
    const { admission, account } = this.#deps;
    const { uid } = this.#pod.metadata;
    if (account.has(uid)) return false;
    if (sandboxes.length > 0 || this.#pod.status?.startTime !== undefined) {
      account.take(uid, this.#resizes.taken);
      return false;
    }
    const refusal = await admission.admit(this.#pod, takenBy(this.#pod));
    // Room may have been long in coming.
    if (refusal === undefined) return this.#mustLeave();
    this.#deps.counts.refused(refusal.reason);
    this.#verdict = { reason: refusal.reason, message: `Pod was rejected: ${refusal.message}` };
    this.#events.pod('Warning', refusal.reason, refusal.message);
    return true;
  }

  #mustLeave(): boolean {
    return this.#isRemoved || this.#pod.metadata.deletionTimestamp !== undefined;
  }

  #deadlineMs(): number | undefined {
    const { activeDeadlineSeconds } = this.#pod.spec;
    return activeDeadlineSeconds === undefined ? undefined : this.#startMs + activeDeadlineSeconds * 1000;
  }

  /** Stops what runs, tells the API how it ended, and takes the pod's traces from this node. */
  async #end(known: KnownPod): Promise<void> {
    this.#isEnding = true;
    this.#gate[Symbol.dispose]();
    this.#states.stopLiveness();
    for (const hook of this.#states.hooks.values()) hook.abort();
    if (!this.#isClean) {
      if (this.#stopRunning(known) || !this.#kills.isIdle) {
        if (!this.#isRemoved) void this.#writeStatus(known, this.#plan(known), false);
        return;
      }
      await this.#clean(known);
    }
    if (this.#isRemoved) {
      await removeTrees(this.#deps.native, [podLogDirectory(this.#deps.paths, this.#pod)]);
      this.#isStopped = true;
      this.#deps.ended(this.#pod.metadata.uid);
      return;
    }
    if (this.#pod.metadata.deletionTimestamp !== undefined) await this.#deleteFromApi();
  }

  /** Whether anything was still running: containers first, then sidecars one by one in reverse order. */
  #stopRunning({ attempts }: KnownPod): boolean {
    const running = containersOf(this.#pod).filter(({ name }) => attempts.get(name)?.[0]?.state === 'running');
    const plain = running.filter(container => !isSidecar(container));
    const now = plain.length > 0 ? plain : running.slice(-1);
    for (const container of now) {
      const record = attempts.get(container.name)?.[0];
      if (record === undefined) continue;
      const ip = this.#starter.podIps[0] ?? '';
      this.#kills.kill(container, record, ip, this.#graceMs(), `Stopping container ${container.name}`);
    }
    return running.length > 0;
  }

  #graceMs(): number {
    const shortMs = this.#expulsion?.graceMs;
    if (shortMs !== undefined) return Math.max(MIN_GRACE_MS, shortMs);
    const { metadata, spec } = this.#pod;
    const seconds =
      metadata.deletionGracePeriodSeconds ?? (this.#isRemoved ? 0 : (spec.terminationGracePeriodSeconds ?? 30));
    return Math.max(MIN_GRACE_MS, seconds * 1000);
  }

  async #clean(known: KnownPod): Promise<void> {
    this.#resizes.end();
    const { phase } = this.#pod.status ?? {};
    const isReported = (phase === 'Failed' || phase === 'Succeeded') && known.sandboxes.length === 0;
    if (!this.#isRemoved && !isReported) await this.#writeStatus(known, this.#plan(known), true);
    const { uid } = this.#pod.metadata;
    for (const { id } of known.sandboxes) await this.#deps.runtime.removeSandbox(id);
    await this.#deps.network.detach(uid);
    await this.#deps.devices.pods.removePod(uid);
    await removePodFiles(this.#deps.volumes, uid);
    this.#states[Symbol.dispose]();
    this.#isClean = true;
    this.#cleaned.resolve();
  }

  async #deleteFromApi(): Promise<void> {
    const { name, namespace = '', uid } = this.#pod.metadata;
    const options = { gracePeriodSeconds: 0, preconditions: { uid } };
    await this.#deps.client.delete(PodKind, { name, namespace }, options).catch((error: unknown) => {
      if (!isStatusError(error, 'NotFound', 'Conflict')) throw error;
    });
  }

  #kill(known: KnownPod, name: string, id: string, message: string, cause: string): void {
    const container = containersOf(this.#pod).find(each => each.name === name);
    const record = known.attempts.get(name)?.find(each => each.id === id);
    if (container === undefined || record === undefined) return;
    const probe =
      cause === 'liveness' ? container.livenessProbe : cause === 'startup' ? container.startupProbe : undefined;
    const seconds = probe?.terminationGracePeriodSeconds ?? this.#pod.spec.terminationGracePeriodSeconds ?? 30;
    this.#kills.kill(container, record, this.#starter.podIps[0] ?? '', seconds * 1000, message);
  }

  #writeStatus(known: KnownPod, plan: PodPlan, terminated: boolean): Promise<void> {
    const pod = this.#resizes.granted(this.#status.latest() ?? this.#pod);
    const status = podStatus({
      pod,
      views: this.#states.views(this.#pod, known),
      backingOff: this.#isEnding ? new Map() : plan.backingOff,
      sandboxReady: known.sandbox !== undefined && this.#starter.podIps.length > 0 && !terminated,
      podIps: this.#starter.podIps,
      hostIps: this.#deps.node.hostIps,
      nowMs: this.#deps.world.clock.now(),
      terminated,
      verdict: this.#verdict,
      resizes: this.#resizes,
    });
    if (status.phase === 'Running' && !this.#hasRun) {
      this.#hasRun = true;
      this.#deps.counts.podRuns(this.#deps.world.clock.monotonicMs() - this.#seenMs);
    }
    const written = this.#status.write(status);
    written.catch((error: unknown) => this.#deps.log.error('a pod status was lost', { pod: podFullName(pod), error }));
    return written;
  }

  #tellCrashes({ attempts }: KnownPod, { backingOff }: PodPlan): void {
    for (const name of backingOff.keys()) {
      const attempt = attempts.get(name)?.[0]?.attempt ?? 0;
      const container = containersOf(this.#pod).find(each => each.name === name);
      if (container === undefined || this.#crashTold.get(name) === attempt) continue;
      this.#crashTold.set(name, attempt);
      const message = `Back-off restarting failed container ${name} in pod ${podFullName(this.#pod)}`;
      this.#events.container(container, 'Warning', 'BackOff', message);
    }
  }

  #probeFailed(name: string, message: string): void {
    const container = containersOf(this.#pod).find(each => each.name === name);
    if (container !== undefined) this.#events.container(container, 'Warning', 'Unhealthy', message);
  }

  #untilMs(wallMs: number | undefined): number | undefined {
    return wallMs === undefined ? undefined : Math.max(0, wallMs - this.#deps.world.clock.now());
  }

  /** After the shortest of these, if there is one. */
  #wakeIn(...delaysMs: readonly (number | undefined)[]): void {
    const delayMs = Math.min(...delaysMs.map(each => each ?? Infinity));
    if (delayMs === Infinity) return;
    this.#timer?.[Symbol.dispose]();
    this.#timer = this.#deps.world.timers.after(delayMs, () => this.wake());
  }
}
