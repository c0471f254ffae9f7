import type { Resource } from '../../../src/api/resource.ts';
import { messageOf } from '../../../src/base/message-of.ts';
import { parseQuantity, type Quantity } from '../../../src/base/quantity.ts';
import { timeOf } from '../../../src/base/timestamp.ts';
import type { ReconcileContext } from '../../../src/sdk/controller.ts';
import type { HorizontalPodAutoscalerStatus } from '../../kinds/autoscaling/v2/horizontal-pod-autoscaler-spec.ts';
import type { HorizontalPodAutoscaler } from '../../kinds/autoscaling/v2/horizontal-pod-autoscaler.ts';
import type { MetricStatus } from '../../kinds/autoscaling/v2/metric-status.ts';
import { Pod } from '../../kinds/core/v1/pod.ts';
import { ConditionList } from './condition-list.ts';
import { limitReplicas } from './limit-replicas.ts';
import { TOLERANCE } from './limits.ts';
import { metricFailure, type MetricFailure } from './metric-failure.ts';
import { metricReplicas, type MetricReplicas, type Scaled } from './metric-replicas.ts';
import type { MetricsReader } from './read-metrics.ts';
import { withScaleEvent, type ScaleHistory } from './scale-history.ts';
import { readScale, scaledResource, scalePath, type Scale } from './scale-target.ts';
import type { PodSelections } from './selected-pods.ts';

type Context = Pick<
  ReconcileContext<typeof HorizontalPodAutoscaler, Record<string, never>>,
  'object' | 'caches' | 'client' | 'nowMs' | 'event'
>;

export interface PassDeps {
  readonly reader: MetricsReader;
  readonly resources: readonly Resource[];
  readonly selections: PodSelections;
}

export interface PassOutcome {
  readonly status: HorizontalPodAutoscalerStatus;
  readonly history: ScaleHistory;
}

/** One look of an autoscaler at what it scales: what it finds, and what it does about it. */
export class AutoscalerPass {
  readonly #deps: PassDeps;
  readonly #context: Context;
  readonly #conditions: ConditionList;
  #history: ScaleHistory;

  constructor(deps: PassDeps, context: Context, history: ScaleHistory) {
    this.#deps = deps;
    this.#context = context;
    this.#history = history;
    this.#conditions = new ConditionList(context.object.status.conditions ?? [], context.nowMs);
  }

  async run(): Promise<PassOutcome> {
    const { object, nowMs } = this.#context;
    const found = await this.#target();
    if (found === undefined) return this.#outcome(object.status);
    const { resource, scale } = found;
    this.#conditions.set(
      'AbleToScale',
      'True',
      'SucceededGetScale',
      "the HPA controller was able to get the target's current scale",
    );
    const current = scale.specReplicas;
    if (this.#history.recommendations.length === 0) {
      this.#history = { ...this.#history, recommendations: [{ replicas: current, atMs: nowMs }] };
    }
    const wanted = await this.#wanted(scale);
    const { desiredReplicas: before } = object.status;
    if (wanted.type === 'unknown') return this.#outcome(this.#status(current, before, wanted.statuses));
    if (wanted.replicas === current) return this.#outcome(this.#status(current, current, wanted.statuses));
    const isScaled = await this.#scale(resource, current, wanted);
    if (!isScaled) return this.#outcome(this.#status(current, before, wanted.statuses));
    const status = this.#status(current, wanted.replicas, wanted.statuses);
    return this.#outcome({ ...status, lastScaleTime: timeOf(nowMs) });
  }

  #outcome(status: HorizontalPodAutoscalerStatus): PassOutcome {
    return { status: { ...status, conditions: this.#conditions.all }, history: this.#history };
  }

  #status(current: number, desired: number, statuses: readonly MetricStatus[] | null): HorizontalPodAutoscalerStatus {
    const { lastScaleTime } = this.#context.object.status;
    return {
      ...(lastScaleTime === undefined ? {} : { lastScaleTime }),
      ...(current === 0 ? {} : { currentReplicas: current }),
      desiredReplicas: desired,
      currentMetrics: statuses,
    };
  }

  async #target(): Promise<{ readonly resource: Resource; readonly scale: Scale } | undefined> {
    const { object, event } = this.#context;
    const { scaleTargetRef } = object.spec;
    try {
      const resource = scaledResource(scaleTargetRef, this.#deps.resources);
      const path = scalePath(resource, object.metadata.namespace ?? '', scaleTargetRef.name);
      return { resource, scale: readScale(await this.#deps.reader.get(path)) };
    } catch (error) {
      const text = messageOf(error);
      event('Warning', 'FailedGetScale', text);
      const told = `the HPA controller was unable to get the target's current scale: ${text}`;
      this.#conditions.set('AbleToScale', 'False', 'FailedGetScale', told);
      return undefined;
    }
  }

  async #wanted(scale: Scale): Promise<Wanted> {
    const { minReplicas: min = 1, maxReplicas: max, behavior } = this.#context.object.spec;
    const current = scale.specReplicas;
    if (current === 0) {
      const told = 'scaling is disabled since the replica count of the target is zero';
      this.#conditions.set('ScalingActive', 'False', 'ScalingDisabled', told);
      return { type: 'known', replicas: 0, statuses: null, reason: '' };
    }
    if (current > max) {
      const reason = 'Current number of replicas above Spec.MaxReplicas';
      return { type: 'known', replicas: max, statuses: null, reason };
    }
    if (current < min) {
      const reason = 'Current number of replicas below Spec.MinReplicas';
      return { type: 'known', replicas: min, statuses: null, reason };
    }
    const asked = await this.#byMetrics(scale);
    if (asked.type === 'unknown') return asked;
    const { nowMs } = this.#context;
    const question = { current, wanted: asked.replicas, min, max, behavior, history: this.#history, nowMs };
    const { replicas, able, limited, history } = limitReplicas(question);
    this.#history = history;
    this.#conditions.set('AbleToScale', 'True', able.reason, able.message);
    this.#conditions.set('ScalingLimited', limited.status, limited.reason, limited.message);
    const reason =
      asked.replicas > current
        ? `${asked.name} above target`
        : asked.replicas < current
          ? 'All metrics below target'
          : '';
    return { type: 'known', replicas, statuses: asked.statuses, reason };
  }

  async #byMetrics(scale: Scale): Promise<Asked> {
    const { object, caches, event, nowMs } = this.#context;
    const { name, namespace = '' } = object.metadata;
    const { metrics = [] } = object.spec;
    const all = caches.of(Pod).list(namespace);
    const selection = this.#deps.selections.select({ name, namespace }, scale.selector, all);
    if (selection.type === 'refused') {
      event('Warning', selection.event, selection.message);
      this.#conditions.set('ScalingActive', 'False', selection.reason, selection.told);
      event('Warning', 'FailedComputeMetricsReplicas', selection.message);
      return { type: 'unknown', statuses: null };
    }
    const { pods } = selection;
    const scaled: Scaled = { namespace, ...scale, pods, tolerances: tolerancesOf(object), nowMs };
    const found: MetricReplicas[] = [];
    const failures: MetricFailure[] = [];
    const statuses: MetricStatus[] = [];
    for (const metric of metrics) {
      try {
        const replicas = await metricReplicas(this.#deps.reader, scaled, metric);
        found.push(replicas);
        statuses.push(replicas.status);
      } catch (error) {
        const failure = metricFailure(metric, messageOf(error));
        event('Warning', failure.reason, failure.message);
        failures.push(failure);
        statuses.push({ type: '' });
      }
    }
    return this.#judge(scale.specReplicas, found, failures, statuses);
  }

  /** The metric that asks for most decides; where one is not known, nothing shrinks. */
  #judge(
    current: number,
    found: readonly MetricReplicas[],
    failures: readonly MetricFailure[],
    statuses: readonly MetricStatus[],
  ): Asked {
    const [most] = found.toSorted((a, b) => b.replicas - a.replicas);
    const [first] = failures;
    if (most === undefined || (first !== undefined && most.replicas < current)) {
      const { reason = '', message = '', whole = '' } = first ?? {};
      const told = `the HPA was unable to compute the replica count: ${message}`;
      this.#conditions.set('ScalingActive', 'False', reason, told);
      const count = `${failures.length} invalid out of ${statuses.length}`;
      const text = `invalid metrics (${count}), first error is: ${whole}`;
      this.#context.event('Warning', 'FailedComputeMetricsReplicas', text);
      return { type: 'unknown', statuses };
    }
    const told = `the HPA was able to successfully calculate a replica count from ${most.name}`;
    this.#conditions.set('ScalingActive', 'True', 'ValidMetricFound', told);
    return { type: 'known', replicas: most.replicas, name: most.name, statuses };
  }

  async #scale(resource: Resource, from: number, { replicas, reason }: Known): Promise<boolean> {
    const { object, client, event, nowMs } = this.#context;
    const { namespace = '' } = object.metadata;
    const key = { name: object.spec.scaleTargetRef.name, namespace };
    try {
      const body = { spec: { replicas } };
      await client.patch(resource, key, { type: 'merge', body }, { subresource: 'scale' });
    } catch (error) {
      const text = messageOf(error);
      event('Warning', 'FailedRescale', `New size: ${replicas}; reason: ${reason}; error: ${text}`);
      const told = `the HPA controller was unable to update the target scale: ${text}`;
      this.#conditions.set('AbleToScale', 'False', 'FailedUpdateScale', told);
      return false;
    }
    const told = `the HPA controller was able to update the target scale to ${replicas}`;
    this.#conditions.set('AbleToScale', 'True', 'SucceededRescale', told);
    event('Normal', 'SuccessfulRescale', `New size: ${replicas}; reason: ${reason}`);
    const { behavior } = object.spec;
    // Without rules nobody looks back.
    if (behavior !== undefined) {
      this.#history = withScaleEvent(this.#history, behavior, { from, to: replicas }, nowMs);
    }
    return true;
  }
}

interface Known {
  readonly type: 'known';
  readonly replicas: number;
  readonly statuses: readonly MetricStatus[] | null;
  /** Why, where it is not what there is. */
  readonly reason: string;
}
interface Unknown {
  readonly type: 'unknown';
  readonly statuses: readonly MetricStatus[] | null;
}
type Wanted = Known | Unknown;
type Asked = (Omit<Known, 'reason'> & { readonly name: string }) | Unknown;

function tolerancesOf({ spec: { behavior } }: HorizontalPodAutoscaler): Scaled['tolerances'] {
  const read = (text: string | undefined): number => (text === undefined ? TOLERANCE : ratioOf(parseQuantity(text)));
  return { down: read(behavior?.scaleDown?.tolerance), up: read(behavior?.scaleUp?.tolerance) };
}

const ratioOf = ({ nano }: Quantity): number => Number(nano) / 1e9;
