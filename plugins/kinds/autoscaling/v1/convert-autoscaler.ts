import type { AnyObject } from '../../../../src/api/object-meta.ts';
import { isRecord, own } from '../../../../src/base/is-record.ts';
import { jsonOf } from '../../../../src/base/json-of.ts';
import { list, type Schema } from '../../../../src/schema/schema.ts';
import { typeError } from '../../../../src/schema/type-error.ts';
import { DEFAULT_METRIC } from '../v2/default-autoscaler.ts';
import {
  autoscalerCondition,
  type HorizontalPodAutoscalerSpec as Spec,
  type HorizontalPodAutoscalerStatus as Status,
} from '../v2/horizontal-pod-autoscaler-spec.ts';
import type { MetricSpec } from '../v2/metric-source.ts';
import { autoscalerBehavior } from '../v2/scaling-rules.ts';
import type { HorizontalPodAutoscalerSpec, HorizontalPodAutoscalerStatus } from './horizontal-pod-autoscaler-spec.ts';
import { metricSpecsText, metricStatusesText, readMetricSpecs, readMetricStatuses, set } from './metric-annotations.ts';

/** What the first version has no fields for it tells in annotations. */
const METRICS = 'autoscaling.alpha.kubernetes.io/metrics';
const STATUSES = 'autoscaling.alpha.kubernetes.io/current-metrics';
const CONDITIONS = 'autoscaling.alpha.kubernetes.io/conditions';
const BEHAVIOR = 'autoscaling.alpha.kubernetes.io/behavior';
const OWN: readonly string[] = [
  METRICS,
  STATUSES,
  CONDITIONS,
  BEHAVIOR,
  'autoscaling.alpha.kubernetes.io/scale-down-tolerance',
  'autoscaling.alpha.kubernetes.io/scale-up-tolerance',
];

export interface AutoscalerV1 extends AnyObject {
  readonly spec: HorizontalPodAutoscalerSpec;
  readonly status: HorizontalPodAutoscalerStatus;
}
export interface AutoscalerV2 extends AnyObject {
  readonly spec: Spec;
  readonly status: Status;
}

/** As it is stored. */
export function toV2({ metadata, spec, status, ...rest }: AutoscalerV1): AutoscalerV2 {
  const { annotations = {} } = metadata;
  const { targetCPUUtilizationPercentage: percent, ...ofSpec } = spec;
  const { currentCPUUtilizationPercentage: current, currentReplicas, ...ofStatus } = status;
  const text = (name: string): string => annotations[name] ?? '';
  const ofCpu = percent === undefined ? [] : [utilizationOf(percent)];
  const metrics = [...(readMetricSpecs(text(METRICS)) ?? []), ...ofCpu];
  const behavior = readBehavior(text(BEHAVIOR));
  const seen = current === undefined ? null : [statusOfCpu(current)];
  const conditions = readAs(jsonOf(text(CONDITIONS)), list(autoscalerCondition));
  return {
    ...rest,
    apiVersion: 'autoscaling/v2',
    metadata: withAnnotations(metadata, {}),
    spec: {
      ...ofSpec,
      metrics: metrics.length === 0 ? [DEFAULT_METRIC] : metrics,
      ...(behavior === undefined ? {} : { behavior }),
    },
    status: {
      ...ofStatus,
      ...(currentReplicas === 0 ? {} : { currentReplicas }),
      currentMetrics: readMetricStatuses(text(STATUSES)) ?? seen,
      ...(conditions === undefined ? {} : { conditions }),
    },
  };
}

export function toV1({ metadata, spec, status, ...rest }: AutoscalerV2): AutoscalerV1 {
  const { metrics = [], behavior, ...ofSpec } = spec;
  const { currentMetrics, conditions = [], currentReplicas = 0, ...ofStatus } = status;
  const others = metrics.filter(metric => utilizationIn(metric) === undefined);
  const percent = metrics.map(utilizationIn).find(each => each !== undefined);
  const statuses = currentMetrics ?? [];
  const current = statuses
    .filter(({ type, resource }) => type === 'Resource' && resource?.name === 'cpu')
    .map(({ resource }) => resource?.current.averageUtilization)
    .findLast(each => each !== undefined);
  return {
    ...rest,
    apiVersion: 'autoscaling/v1',
    metadata: withAnnotations(metadata, {
      ...(others.length === 0 ? {} : { [METRICS]: metricSpecsText(others) }),
      ...(statuses.length === 0 ? {} : { [STATUSES]: metricStatusesText(statuses) }),
      ...(behavior === undefined ? {} : { [BEHAVIOR]: behaviorText(behavior) }),
      ...(conditions.length === 0 ? {} : { [CONDITIONS]: JSON.stringify(conditions) }),
    }),
    spec: { ...ofSpec, ...(percent === undefined ? {} : { targetCPUUtilizationPercentage: percent }) },
    status: {
      ...ofStatus,
      currentReplicas,
      ...(current === undefined ? {} : { currentCPUUtilizationPercentage: current }),
    },
  };
}

function withAnnotations(
  metadata: AnyObject['metadata'],
  more: Readonly<Record<string, string>>,
): AnyObject['metadata'] {
  const { annotations, ...others } = metadata;
  const kept = Object.entries(annotations ?? {}).filter(([name]) => !OWN.includes(name));
  const all = { ...Object.fromEntries(kept), ...more };
  return Object.keys(all).length === 0 ? others : { ...others, annotations: all };
}

const utilizationOf = (averageUtilization: number): MetricSpec => ({
  type: 'Resource',
  resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization } },
});
const statusOfCpu = (averageUtilization: number) => ({
  type: 'Resource',
  resource: { name: 'cpu', current: { averageUtilization } },
});

const utilizationIn = ({ type, resource }: MetricSpec): number | undefined =>
  type === 'Resource' && resource?.name === 'cpu' ? resource.target.averageUtilization : undefined;

/** `undefined` for what is not of the schema's types, which is as good as nothing. */
const readAs = <T>(value: unknown, schema: Schema<T, unknown>): T | undefined =>
  value === undefined || typeError(schema.node, value) !== undefined ? undefined : (value as T);

type Behavior = NonNullable<Spec['behavior']>;

/** Upstream writes Go's own names here. */
const behaviorText = (behavior: Behavior): string =>
  JSON.stringify({ ScaleUp: goRules(behavior.scaleUp), ScaleDown: goRules(behavior.scaleDown) });

const goRules = (rules: Behavior['scaleUp']): object | null =>
  rules === undefined
    ? null
    : {
        StabilizationWindowSeconds: rules.stabilizationWindowSeconds ?? null,
        SelectPolicy: rules.selectPolicy ?? null,
        Policies:
          rules.policies?.map(({ type, value, periodSeconds }) => ({
            Type: type,
            Value: value,
            PeriodSeconds: periodSeconds,
          })) ?? null,
        Tolerance: rules.tolerance ?? null,
      };

function readBehavior(text: string): Behavior | undefined {
  const found = readAs(lowered(jsonOf(text)), autoscalerBehavior);
  return found?.scaleUp === undefined && found?.scaleDown === undefined ? undefined : found;
}

/** Names in JSON's way, and without what is `null`. */
function lowered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(lowered);
  if (!isRecord(value)) return value;
  return set(
    Object.fromEntries(
      Object.keys(value).map(name => [
        `${name.charAt(0).toLowerCase()}${name.slice(1)}`,
        lowered(own(value, name) ?? undefined),
      ]),
    ),
  );
}
