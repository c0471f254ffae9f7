import type { MetricSpec } from '../../kinds/autoscaling/v2/metric-source.ts';

/** Why a metric asks for nothing: in one word, and as a part of the whole failure. */
export interface MetricFailure {
  readonly reason: string;
  readonly message: string;
  readonly whole: string;
}

export function metricFailure(spec: MetricSpec, message: string): MetricFailure {
  const { type, resource, containerResource, object, external } = spec;
  const told = (reason: string, whole: string): MetricFailure => ({ reason, message, whole });
  switch (type) {
    case 'Resource':
      return told('FailedGetResourceMetric', `failed to get ${resource?.name} resource metric value: ${message}`);
    case 'ContainerResource': {
      const { container } = containerResource ?? {};
      return told('FailedGetContainerResourceMetric', `failed to get ${container} container metric value: ${message}`);
    }
    case 'Pods':
      return told('FailedGetPodsMetric', `failed to get pods metric value: ${message}`);
    case 'Object': {
      const isAverage = object?.target.type === 'AverageValue';
      const inner = isAverage ? `failed to get ${object?.metric.name} object metric: ${message}` : message;
      return told('FailedGetObjectMetric', `failed to get object metric value: ${inner}`);
    }
    case 'External': {
      const { metric, target } = external ?? {};
      const name = metric?.name ?? '';
      const what = target?.averageValue === undefined ? `external metric ${name}` : `${name} external metric`;
      const whole = `failed to get ${name} external metric value: failed to get ${what}: ${message}`;
      return told('FailedGetExternalMetric', whole);
    }
    default:
      return told('InvalidMetricSourceType', message);
  }
}
