import { isDeepEqual } from '../../src/base/deep-equal.ts';
import { messageOf } from '../../src/base/message-of.ts';
import type { Metric } from '../../src/base/metric.ts';
import type { World } from '../../src/base/world.ts';
import type { Client } from '../../src/api/client.ts';
import type { Logger } from '../../src/kernel/logger.ts';
import type { Cache } from '../../src/sdk/caches.ts';
import type { EventRecorder } from '../../src/sdk/events.ts';
import type { Namespace } from '../kinds/core/v1/namespace.ts';
import type { Node } from '../kinds/core/v1/node.ts';
import type { Pod } from '../kinds/core/v1/pod.ts';
import type { PersistentVolumeClaim } from '../kinds/core/v1/persistent-volume-claim.ts';
import { claimsOf } from '../kinds/core/v1/pod-claims.ts';
import { deviceClaimsOf } from '../kinds/resource/v1/pod-device-claims.ts';
import type { DeviceClass } from '../kinds/resource/v1/device-class.ts';
import { DEVICE_CLASS_RESOURCE } from '../kinds/resource/v1/extended-device-claim.ts';
import type { ResourceClaim } from '../kinds/resource/v1/resource-claim.ts';
import type { PodDisruptionBudget } from '../kinds/policy/v1/pod-disruption-budget.ts';
import { ClusterState } from './cluster-state.ts';
import { decide, EVERY_CHANGE, type Decision, type DecisionRules, type DecisionSteps } from './decide.ts';
import type { NodeView } from './contract.ts';
import { fitErrorMessage, type Diagnosis } from './fit-error.ts';
import { helpfulChanges, mayHelp } from './helpful-changes.ts';
import { BINDS_IN_FLIGHT, SEARCHES, SLICE_MS } from './limits.ts';
import { PodBinder } from './pod-binder.ts';
import { PodQueue } from './pod-queue.ts';
import { podRequests } from './pod-requests.ts';
import type { PreemptionPlan } from './preemption/plan-preemption.ts';
import { RoomMaker } from './preemption/room-maker.ts';
import { areSame, type RoomSearch } from './preemption/room-search.ts';
import type { Victims } from './preemption/select-victims.ts';
import { SchedulerMetrics } from './scheduler-metrics.ts';
import { UnplacedReports } from './unplaced-reports.ts';
import type { DeviceClaimer } from './devices/device-claimer.ts';
import { ELSEWHERE } from './devices/device-claims-filter.ts';
import type { VolumeClaimer } from './volumes/volume-claimer.ts';

export interface SchedulerOptions {
  /** Pods that name another scheduler are left alone. */
  readonly name: string;
  readonly client: Client;
  readonly pods: Cache<Pod>;
  readonly nodes: Cache<Node>;
  readonly namespaces: Cache<Namespace>;
  readonly budgets: Cache<PodDisruptionBudget>;
  readonly events: EventRecorder;
  readonly world: World;
  readonly log: Logger;
  readonly signal: AbortSignal;
  /** What pods claim is bound before they are. */
  readonly volumes: VolumeClaimer;
  /** And what they claim of devices is reserved for them. */
  readonly devices: DeviceClaimer;
  /** Asked for each decision, so that plugins may come and go. */
  rules(this: void): Omit<DecisionRules, 'fraction'>;
}

/** Room that is looked for. */
interface Unplaced {
  readonly search: RoomSearch;
  readonly beganMs: number;
  /** The stretch of work in which no node was found fit: the world has not changed as long as that goes on. */
  readonly stretch: number;
  /** Which search it is for the same attempt: the world overtook those before. */
  readonly nth: number;
}

/** Gives every pod without a node one. A decision never waits: binds run beside it, a limited number at once. */
export class Scheduler {
  readonly #options: SchedulerOptions;
  readonly #cluster: ClusterState;
  readonly #queue: PodQueue;
  readonly #reports: UnplacedReports;
  readonly #room: RoomMaker;
  readonly #binder: PodBinder;
  readonly #metrics: SchedulerMetrics;
  readonly #steps: DecisionSteps;
  /** Pods that are not to be placed yet. */
  readonly #gated = new Set<string>();
  #start = 0;
  /** Bindings, and pods that room is made for. */
  #underWay = 0;
  #isPlanned = false;
  #stretch = 0;
  /** Nothing else is decided until it is at its end, as upstream: who is more important chooses first. */
  #unplaced: Unplaced | undefined;

  constructor(options: SchedulerOptions) {
    this.#options = options;
    this.#cluster = new ClusterState(name => options.namespaces.get(name)?.metadata.labels ?? {});
    const reports = new UnplacedReports({ ...options, clock: options.world.clock });
    this.#reports = reports;
    const counted = new SchedulerMetrics(options.name);
    this.#metrics = counted;
    this.#queue = new PodQueue(options.world, counted.entered);
    this.#steps = {
      nowMs: () => options.world.clock.monotonicMs(),
      passed: (point, status, ms) => counted.passed(point, status, ms),
    };
    const [cluster, queue, metrics] = [this.#cluster, this.#queue, this.#metrics];
    const parts = { ...options, cluster, queue, reports, metrics };
    const binder = new PodBinder({
      ...parts,
      during: work => this.#during(work),
      failed: (pod, message) => this.#failed(pod, message),
    });
    this.#binder = binder;
    this.#room = new RoomMaker({ ...parts, takeBack: pod => binder.takeBack(pod) });
  }

  /** Resolves once the first decisions may be made; runs until the signal aborts. */
  async run(): Promise<void> {
    const { pods, nodes, signal } = this.#options;
    const subscriptions = [
      nodes.subscribe({
        changed: (node, before) => this.#nodeChanged(node, before),
        removed: node => this.#nodeRemoved(node),
      }),
      pods.subscribe({
        changed: (pod, before) => this.#podChanged(pod, before),
        removed: pod => this.#podRemoved(pod),
      }),
    ];
    signal.addEventListener('abort', () => {
      for (const subscription of subscriptions) subscription[Symbol.dispose]();
      this.#queue.close();
    });
    const { namespaces, volumes, budgets } = this.#options;
    await Promise.all([pods.synced, nodes.synced, namespaces.synced, volumes.synced, budgets.synced]);
    this.#queue.onReady = () => this.#plan();
    this.#plan();
  }

  collectMetrics(): readonly Metric[] {
    return this.#metrics.collect({ ...this.#queue.counts, gated: this.#gated.size });
  }

  /** A volume, or what volumes are made of or held by, came or changed. */
  volumesChanged(): void {
    this.#queue.changed('volume-changed');
  }

  /** Those alone who use it get nearer to a node by that. */
  claimChanged({ metadata: { namespace, name } }: PersistentVolumeClaim): void {
    this.#queue.changed(
      'volume-changed',
      pod => pod.metadata.namespace === namespace && claimsOf(pod).some(claim => claim.name === name),
    );
  }

  /** A slice of devices came or changed. */
  devicesChanged(): void {
    this.#queue.changed('devices-changed');
  }

  /** Its devices may be what a pod calls by the name of a resource now. */
  deviceClassChanged({ metadata: { name }, spec }: DeviceClass): void {
    this.#queue.changed('devices-changed');
    const resources = [`${DEVICE_CLASS_RESOURCE}${name}`, spec.extendedResourceName ?? ''];
    this.#queue.changed('device-class-changed', pod => {
      const { others } = podRequests(pod).requested;
      return resources.some(resource => others.has(resource));
    });
  }

  /** Its own pods may get further by that; any, where it gave its devices back. */
  deviceClaimChanged(
    { metadata: { namespace, name }, status }: ResourceClaim,
    before: ResourceClaim | undefined,
  ): void {
    if (before !== undefined && isDeepEqual(before.status, status)) return;
    if (before?.status.allocation !== undefined && status.allocation === undefined) this.devicesReleased();
    this.#queue.changed(
      'device-claim-changed',
      pod => pod.metadata.namespace === namespace && deviceClaimsOf(pod).some(({ claim }) => claim === name),
    );
  }

  devicesReleased(): void {
    this.#queue.changed('device-claim-changed');
  }

  #nodeChanged(node: Node, before: Node | undefined): void {
    this.#cluster.putNode(node);
    if (before === undefined) this.#queue.changed('node-added');
    else if (mayHelp(before, node)) this.#queue.changed('node-changed');
  }

  #nodeRemoved({ metadata }: Node): void {
    this.#cluster.dropNode(metadata.name);
    this.#queue.changed('node-removed');
  }

  #podChanged(pod: Pod, before: Pod | undefined): void {
    const { uid, deletionTimestamp } = pod.metadata;
    const { nodeName = '' } = pod.spec;
    if (pod.status.phase === 'Succeeded' || pod.status.phase === 'Failed') {
      this.#podRemoved(pod);
      return;
    }
    if (nodeName !== '') {
      this.#queue.drop(uid);
      this.#cluster.place(pod, nodeName);
      if (before === undefined || (before.spec.nodeName ?? '') === '') this.#queue.changed('pod-added');
      else for (const change of helpfulChanges(before, pod)) this.#queue.changed(change);
      return;
    }
    if (pod.spec.schedulerName !== this.#options.name) return;
    const isGated = (pod.spec.schedulingGates ?? []).length > 0;
    if (isGated) this.#gated.add(uid);
    else this.#gated.delete(uid);
    if (isGated || deletionTimestamp !== undefined) {
      this.#queue.drop(uid);
      this.#cluster.nominations.drop(uid);
      return;
    }
    this.#cluster.expect(pod, before);
    this.#queue.put(pod);
  }

  #podRemoved(pod: Pod): void {
    this.#gated.delete(pod.metadata.uid);
    this.#queue.drop(pod.metadata.uid);
    this.#cluster.remove(pod.metadata.uid);
    this.#cluster.nominations.drop(pod.metadata.uid);
    if ((pod.spec.nodeName ?? '') !== '') this.#queue.changed('pod-removed');
  }

  /** Decides in a turn of its own: what changes in this one is seen first. */
  #plan(): void {
    if (this.#isPlanned || this.#options.signal.aborted) return;
    this.#isPlanned = true;
    this.#options.world.timers.after(0, () => {
      this.#isPlanned = false;
      this.#decideSome();
    });
  }

  #decideSome(): void {
    const { clock } = this.#options.world;
    const rules = {
      ...this.#options.rules(),
      fraction: () => this.#options.world.random.fraction(),
      steps: this.#steps,
    };
    const untilMs = clock.monotonicMs() + SLICE_MS;
    const isTime = (): boolean => clock.monotonicMs() >= untilMs;
    this.#stretch += 1;
    while (this.#underWay < BINDS_IN_FLIGHT) {
      const unplaced = this.#unplaced;
      const pod = unplaced?.search.pod ?? this.#queue.take();
      if (pod === undefined) return;
      try {
        if (unplaced === undefined) this.#decide(pod, rules);
        else this.#lookForRoom(unplaced, rules, isTime);
      } catch (error) {
        this.#unplaced = undefined;
        this.#metrics.attempted('error', 0);
        this.#options.log.error('no decision', { pod: nameOf(pod), error });
        this.#failed(pod, messageOf(error));
      }
      if (isTime()) {
        this.#plan();
        return;
      }
    }
  }

  #decide(pod: Pod, rules: DecisionRules): void {
    const awaiting = rules.filters.find(filter => filter.awaits?.(pod) === true);
    if (awaiting !== undefined) {
      this.#queue.reject(pod.metadata.uid, new Set(awaiting.wakesOn ?? EVERY_CHANGE));
      return;
    }
    const beganMs = this.#steps.nowMs();
    const decision = decide(pod, this.#cluster, rules, this.#start);
    this.#metrics.decided(this.#steps.nowMs() - beganMs);
    this.#follow(pod, decision, beganMs);
  }

  #follow(pod: Pod, decision: Decision, beganMs: number, nth = 1): void {
    if (decision.node === undefined) {
      this.#unplaced = { search: this.#room.search(pod, decision), beganMs, stretch: this.#stretch, nth };
      return;
    }
    const attempt = { beganMs, effort: this.#queue.effortFor(pod.metadata.uid) };
    this.#options.devices.reserve(pod, decision.node);
    this.#start = (this.#start + decision.judged) % this.#cluster.nodes.length;
    this.#cluster.place(pod, decision.node.name);
    void this.#binder.give(pod, decision.node, attempt);
  }

  #lookForRoom(unplaced: Unplaced, rules: DecisionRules, isTime: () => boolean): void {
    const { search, stretch } = unplaced;
    const plan = search.advance(isTime);
    if (plan === undefined) return;
    this.#unplaced = undefined;
    const pod = this.#queue.deciding(search.pod.metadata.uid);
    // Bound by somebody else, held back or gone meanwhile.
    if (pod === undefined) return;
    if (plan.type === 'preempt' && stretch !== this.#stretch) this.#confirm(pod, plan.victims, unplaced, rules);
    else this.#conclude(pod, plan, unplaced);
  }

  /** Others had the event loop since: nobody is evicted for what is not so any more. */
  #confirm(pod: Pod, victims: Victims, unplaced: Unplaced, rules: DecisionRules): void {
    const { beganMs, nth } = unplaced;
    const decision = decide(pod, this.#cluster, rules, this.#start);
    const now = decision.node === undefined ? this.#room.victimsOn(victims.node, pod, decision) : undefined;
    if (now !== undefined && (nth >= SEARCHES || areSame(victims, now)))
      this.#conclude(pod, { type: 'preempt', victims: now }, unplaced);
    else if (decision.node !== undefined || nth < SEARCHES) this.#follow(pod, decision, beganMs, nth + 1);
    else {
      this.#metrics.attempted('unschedulable', this.#options.world.clock.monotonicMs() - beganMs);
      this.#queue.retry(pod.metadata.uid);
    }
  }

  #conclude(pod: Pod, plan: PreemptionPlan, { search, beganMs }: Unplaced): void {
    const { uid } = pod.metadata;
    const { diagnosis, wakesOn } = search.decision;
    this.#metrics.attempted('unschedulable', this.#options.world.clock.monotonicMs() - beganMs);
    const deallocated = this.#options.devices.deallocate(pod, this.#nodesWithout(diagnosis));
    if (plan.type === 'preempt') {
      void this.#during(this.#room.makeRoom(pod, plan.victims, wakesOn));
      void this.#reports.unplaced(pod, fitErrorMessage(diagnosis), plan.victims.node);
      return;
    }
    this.#queue.reject(uid, wakesOn);
    if (plan.type === 'helpless') this.#cluster.nominations.drop(uid);
    const message = fitErrorMessage(diagnosis, `${deallocated}, preemption: ${plan.message}`);
    void this.#reports.unplaced(pod, message, plan.type === 'helpless' ? '' : undefined);
  }

  /** Where devices of a pod's claims are not. */
  #nodesWithout({ misfits }: Diagnosis): readonly NodeView[] {
    return [...misfits].flatMap(([name, misfit]) => (misfit === ELSEWHERE ? (this.#cluster.node(name) ?? []) : []));
  }

  async #during(work: Promise<void>): Promise<void> {
    this.#underWay += 1;
    await work;
    this.#underWay -= 1;
    this.#plan();
  }

  #failed(pod: Pod, message: string): void {
    const { uid } = pod.metadata;
    this.#queue.retry(uid);
    void this.#reports.failed(this.#options.pods.byUid(uid) ?? pod, message);
  }
}

const nameOf = ({ metadata }: Pod): string => `${metadata.namespace ?? ''}/${metadata.name}`;
