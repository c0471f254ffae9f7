import { int32, object, quantity, string, type Stored } from '../../../../src/schema/schema.ts';
import { crossVersionReference } from './cross-version-reference.ts';
import { metricIdentifier } from './metric-source.ts';

const V2 = 'io.k8s.api.autoscaling.v2';

export const metricValueStatus = object({
  value: quantity().optional().doc('What the metric is.').at(1),
  averageValue: quantity().optional().doc('What the metric is for each pod.').at(2),
  averageUtilization: int32().optional().doc('How much of its request a pod uses, in percent.').at(3),
})
  .named(`${V2}.MetricValueStatus`)
  .doc('What a metric is.');
export type MetricValueStatus = Stored<typeof metricValueStatus>;

const current = metricValueStatus.zero().doc('What it is.').at(2);
const identifier = metricIdentifier.zero().doc('The metric.').at(1);
const name = string().zero().doc('Name of the resource.').at(1);

const objectMetricStatus = object({
  metric: identifier,
  current,
  describedObject: crossVersionReference.zero().doc('The object that the metric is about.').at(3),
})
  .named(`${V2}.ObjectMetricStatus`)
  .doc('A metric of one object.');
const podsMetricStatus = object({ metric: identifier, current })
  .named(`${V2}.PodsMetricStatus`)
  .doc('A metric of each pod.');
const resourceMetricStatus = object({ name, current })
  .named(`${V2}.ResourceMetricStatus`)
  .doc('A resource that pods use.');
const containerResourceMetricStatus = object({
  name,
  current,
  container: string().zero().doc('Name of the container.').at(3),
})
  .named(`${V2}.ContainerResourceMetricStatus`)
  .doc('A resource that one container of each pod uses.');
const externalMetricStatus = object({ metric: identifier, current })
  .named(`${V2}.ExternalMetricStatus`)
  .doc('A metric of nothing in the cluster.');

export const metricStatus = object({
  type: string().zero().doc('ContainerResource, External, Object, Pods or Resource.').at(1),
  object: objectMetricStatus.optional().doc('A metric of one object.').at(2),
  pods: podsMetricStatus.optional().doc('A metric of each pod.').at(3),
  resource: resourceMetricStatus.optional().doc('A resource that pods use.').at(4),
  containerResource: containerResourceMetricStatus.optional().doc('A resource that one container uses.').at(7),
  external: externalMetricStatus.optional().doc('A metric of nothing in the cluster.').at(5),
})
  .named(`${V2}.MetricStatus`)
  .doc('What it was scaled by last.');
export type MetricStatus = Stored<typeof metricStatus>;
