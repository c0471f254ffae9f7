import type { Client } from '../../src/api/client.ts';
import { isStatusError } from '../../src/api/status-error.ts';
import { messageOf } from '../../src/base/message-of.ts';
import type { World } from '../../src/base/world.ts';
import type { Logger } from '../../src/kernel/logger.ts';
import type { Cache } from '../../src/sdk/caches.ts';
import type { EventRecorder } from '../../src/sdk/events.ts';
import { Pod } from '../kinds/core/v1/pod.ts';
import type { ClusterState } from './cluster-state.ts';
import type { NodeView } from './contract.ts';
import type { Effort, PodQueue } from './pod-queue.ts';
import type { SchedulerMetrics } from './scheduler-metrics.ts';
import type { UnplacedReports } from './unplaced-reports.ts';
import type { DeviceClaimer } from './devices/device-claimer.ts';
import type { VolumeClaimer } from './volumes/volume-claimer.ts';

export interface PodBinderOptions {
  readonly client: Client;
  readonly pods: Cache<Pod>;
  readonly events: EventRecorder;
  readonly world: World;
  readonly log: Logger;
  readonly signal: AbortSignal;
  readonly volumes: VolumeClaimer;
  readonly devices: DeviceClaimer;
  readonly cluster: ClusterState;
  readonly queue: PodQueue;
  readonly reports: UnplacedReports;
  readonly metrics: SchedulerMetrics;
  /** Counts it among what is under way. */
  during(this: void, work: Promise<void>): Promise<void>;
  /** The pod is to be tried again, for this reason. */
  failed(this: void, pod: Pod, message: string): void;
}

export interface Attempt {
  readonly beganMs: number;
  /** What was spent on the pod until then. */
  readonly effort: Effort | undefined;
}

/** Gives pods the nodes that were decided on, and what they claim of volumes and devices before. */
export class PodBinder {
  readonly #options: PodBinderOptions;
  /** Pods whose claims are waited for, and what ends that. */
  readonly #claiming = new Map<string, AbortController>();

  constructor(options: PodBinderOptions) {
    this.#options = options;
  }

  /** Resolves when it is done; the pod is taken to be on the node already. */
  async give(pod: Pod, node: NodeView, attempt: Attempt): Promise<void> {
    const { volumes, devices, during } = this.#options;
    for (const claimer of [volumes, devices]) {
      if (!claimer.waits(pod) || (await this.#claim(pod, node, claimer))) continue;
      await devices.release(pod);
      return;
    }
    await during(this.#bind(pod, node.name, attempt));
  }

  /** Whether it was still waited for claims of the pod; it is no more. */
  takeBack({ metadata }: Pod): boolean {
    const patience = this.#claiming.get(metadata.uid);
    patience?.abort(new Error('preempted by DefaultPreemption'));
    return patience !== undefined;
  }

  /** What is claimed may be long in coming: that holds up no other pod. Answers whether the pod is to be bound now. */
  async #claim(pod: Pod, { name, labels }: NodeView, claimer: VolumeClaimer | DeviceClaimer): Promise<boolean> {
    const { signal, world, reports } = this.#options;
    const patience = new AbortController();
    const { uid } = pod.metadata;
    this.#claiming.set(uid, patience);
    const late = new Error(claimer.late);
    const timer = world.timers.after(claimer.limitMs, () => patience.abort(late));
    try {
      await reports.nominated(pod, name);
      await claimer.claim(pod, { name, labels }, AbortSignal.any([signal, patience.signal]));
    } catch (error) {
      this.#unclaimed(pod, claimer.plugin, error);
      return false;
    } finally {
      timer[Symbol.dispose]();
      this.#claiming.delete(uid);
    }
    return this.#isStillUnbound(pod);
  }

  #unclaimed(pod: Pod, plugin: string, error: unknown): void {
    if (this.#options.signal.aborted || !this.#isStillUnbound(pod)) return;
    this.#notComing(pod);
    this.#options.failed(pod, `running PreBind plugin "${plugin}": ${messageOf(error)}`);
  }

  /** What it was to take of its node is free for others. */
  #notComing(pod: Pod): void {
    this.#options.cluster.remove(pod.metadata.uid);
    this.#options.queue.changed('pod-removed');
  }

  async #bind(pod: Pod, node: string, attempt: Attempt): Promise<void> {
    const { client, events, log, world, queue, metrics, failed } = this.#options;
    const { name, namespace = '', uid } = pod.metadata;
    const beganMs = world.clock.monotonicMs();
    try {
      await client.createOn(Pod, { name, namespace }, 'binding', {
        apiVersion: 'v1',
        kind: 'Binding',
        metadata: { name, namespace, uid },
        target: { kind: 'Node', name: node },
      });
      metrics.passed('Bind', 'Success', world.clock.monotonicMs() - beganMs);
      this.#bound(attempt);
      events.event(pod, 'Normal', 'Scheduled', `Successfully assigned ${namespace}/${name} to ${node}`);
    } catch (error) {
      metrics.passed('Bind', 'Error', world.clock.monotonicMs() - beganMs);
      // The watch may have told meanwhile where the pod really is, or that it is gone.
      if (!this.#isStillUnbound(pod)) return;
      this.#notComing(pod);
      await this.#options.devices.release(pod);
      if (isStatusError(error, 'NotFound')) {
        queue.drop(uid);
        return;
      }
      metrics.attempted('error', world.clock.monotonicMs() - attempt.beganMs);
      log.warn('pod not bound', { pod: `${namespace}/${name}`, node, error });
      failed(pod, `running Bind plugin "DefaultBinder": ${messageOf(error)}`);
    }
  }

  #bound({ beganMs, effort }: Attempt): void {
    const { world, metrics } = this.#options;
    const nowMs = world.clock.monotonicMs();
    metrics.attempted('scheduled', nowMs - beganMs);
    if (effort !== undefined) metrics.scheduled(effort.attempts, nowMs - effort.sinceMs);
  }

  #isStillUnbound(pod: Pod): boolean {
    const current = this.#options.pods.byUid(pod.metadata.uid);
    return current !== undefined && (current.spec.nodeName ?? '') === '';
  }
}
