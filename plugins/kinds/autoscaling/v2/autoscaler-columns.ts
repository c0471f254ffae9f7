import { ageColumn, nameColumn, text } from '../../../../src/api/columns.ts';
import type { AnyObject } from '../../../../src/api/object-meta.ts';
import type { Column } from '../../../../src/api/resource.ts';
import type { HorizontalPodAutoscalerSpec, HorizontalPodAutoscalerStatus } from './horizontal-pod-autoscaler-spec.ts';
import type { MetricSpec, MetricTarget } from './metric-source.ts';
import type { MetricStatus, MetricValueStatus } from './metric-status.ts';

/** What columns are computed from. */
export interface AutoscalerParts extends AnyObject {
  readonly spec: HorizontalPodAutoscalerSpec;
  readonly status: HorizontalPodAutoscalerStatus;
}

const UNKNOWN = '<unknown>';
const SHOWN = 2;

export const autoscalerColumns: readonly Column<AutoscalerParts>[] = [
  nameColumn,
  text(
    'Reference',
    'What is scaled.',
    ({ spec: { scaleTargetRef } }) => `${scaleTargetRef.kind}/${scaleTargetRef.name}`,
  ),
  text('Targets', 'By what it is scaled: as it is, and as it shall be.', targets),
  text('MinPods', 'The fewest pods.', ({ spec }) =>
    spec.minReplicas === undefined ? '<unset>' : `${spec.minReplicas}`,
  ),
  text('MaxPods', 'The most pods.', ({ spec }) => spec.maxReplicas),
  text('Replicas', 'How many pods there are.', ({ status }) => status.currentReplicas ?? 0),
  ageColumn,
];

function targets({ spec: { metrics = [] }, status }: AutoscalerParts): string {
  if (metrics.length === 0) return '<none>';
  const all = metrics.map((metric, index) => target(metric, status.currentMetrics?.[index]));
  const more = all.length > SHOWN ? ` + ${all.length - SHOWN} more...` : '';
  return `${all.slice(0, SHOWN).join(', ')}${more}`;
}

function target(spec: MetricSpec, status: MetricStatus | undefined): string {
  switch (spec.type) {
    case 'External':
      return ofMetric(spec.external?.target, status?.external?.current);
    case 'Object':
      return ofMetric(spec.object?.target, status?.object?.current);
    case 'Pods':
      return `${status?.pods?.current.averageValue ?? UNKNOWN}/${spec.pods?.target.averageValue}`;
    case 'Resource':
      return ofResource(spec.resource, status?.resource?.current);
    case 'ContainerResource':
      return ofResource(spec.containerResource, status?.containerResource?.current);
    default:
      return '<unknown type>';
  }
}

function ofMetric(wanted: MetricTarget | undefined, is: MetricValueStatus | undefined): string {
  if (wanted?.averageValue !== undefined) return `${is?.averageValue ?? UNKNOWN}/${wanted.averageValue} (avg)`;
  return `${is?.value ?? UNKNOWN}/${wanted?.value}`;
}

function ofResource(
  source: { readonly name: string; readonly target: MetricTarget } | undefined,
  is: MetricValueStatus | undefined,
): string {
  const { name = '', target: wanted } = source ?? {};
  if (wanted?.averageValue !== undefined) return `${name}: ${is?.averageValue ?? UNKNOWN}/${wanted.averageValue}`;
  const percent = (value: number | undefined, otherwise: string): string =>
    value === undefined ? otherwise : `${value}%`;
  return `${name}: ${percent(is?.averageUtilization, UNKNOWN)}/${percent(wanted?.averageUtilization, '<auto>')}`;
}
