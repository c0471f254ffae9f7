import type { HorizontalPodAutoscalerSpec } from './horizontal-pod-autoscaler-spec.ts';
import type { MetricSpec } from './metric-source.ts';
import type { ScalingRules } from './scaling-rules.ts';

/** By the processor alone, where nothing is said. */
export const DEFAULT_METRIC: MetricSpec = {
  type: 'Resource',
  resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } },
};

const SCALE_UP: ScalingRules = {
  stabilizationWindowSeconds: 0,
  selectPolicy: 'Max',
  policies: [
    { type: 'Pods', value: 4, periodSeconds: 15 },
    { type: 'Percent', value: 100, periodSeconds: 15 },
  ],
};
/** How long it waits is the controller's to say. */
const SCALE_DOWN: ScalingRules = {
  selectPolicy: 'Max',
  policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }],
};

/** What depends on other fields; rules are filled up once there are any. */
export function defaultAutoscaler<T extends { readonly spec: HorizontalPodAutoscalerSpec }>(autoscaler: T): T {
  const { spec } = autoscaler;
  const { minReplicas = 1, metrics = [], behavior } = spec;
  const isWhole = spec.minReplicas !== undefined && metrics.length > 0 && behavior === undefined;
  if (isWhole) return autoscaler;
  const rules = behavior && {
    scaleUp: { ...SCALE_UP, ...behavior.scaleUp },
    scaleDown: { ...SCALE_DOWN, ...behavior.scaleDown },
  };
  return {
    ...autoscaler,
    spec: {
      ...spec,
      minReplicas,
      metrics: metrics.length === 0 ? [DEFAULT_METRIC] : metrics,
      ...(rules === undefined ? {} : { behavior: rules }),
    },
  };
}
