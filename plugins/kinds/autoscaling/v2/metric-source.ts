import { labelSelector } from '../../../../src/api/label-selector-schema.ts';
import { int32, object, quantity, string, type Stored } from '../../../../src/schema/schema.ts';
import { crossVersionReference } from './cross-version-reference.ts';

const V2 = 'io.k8s.api.autoscaling.v2';

export const metricIdentifier = object({
  name: string().zero().doc('Name of the metric.').at(1),
  selector: labelSelector.optional().doc('Labels of the series that are meant.').at(2),
})
  .named(`${V2}.MetricIdentifier`)
  .doc('A metric by its name.');
export type MetricIdentifier = Stored<typeof metricIdentifier>;

export const metricTarget = object({
  type: string().zero().doc('Utilization, Value or AverageValue.').at(1),
  value: quantity().optional().doc('What the metric shall be.').at(2),
  averageValue: quantity().optional().doc('What the metric shall be for each pod.').at(3),
  averageUtilization: int32().optional().doc('How much of its request a pod shall use, in percent.').at(4),
})
  .named(`${V2}.MetricTarget`)
  .doc('What is aimed at.');
export type MetricTarget = Stored<typeof metricTarget>;

export const objectMetricSource = object({
  describedObject: crossVersionReference.zero().doc('The object that the metric is about.').at(1),
  target: metricTarget.zero().doc('What is aimed at.').at(2),
  metric: metricIdentifier.zero().doc('The metric.').at(3),
})
  .named(`${V2}.ObjectMetricSource`)
  .doc('A metric of one object.');
export type ObjectMetricSource = Stored<typeof objectMetricSource>;

export const podsMetricSource = object({
  metric: metricIdentifier.zero().doc('The metric.').at(1),
  target: metricTarget.zero().doc('What is aimed at.').at(2),
})
  .named(`${V2}.PodsMetricSource`)
  .doc('A metric of each pod.');
export type PodsMetricSource = Stored<typeof podsMetricSource>;

export const resourceMetricSource = object({
  name: string().zero().doc('Name of the resource.').at(1),
  target: metricTarget.zero().doc('What is aimed at.').at(2),
})
  .named(`${V2}.ResourceMetricSource`)
  .doc('A resource that pods use.');
export type ResourceMetricSource = Stored<typeof resourceMetricSource>;

export const containerResourceMetricSource = object({
  name: string().zero().doc('Name of the resource.').at(1),
  target: metricTarget.zero().doc('What is aimed at.').at(2),
  container: string().zero().doc('Name of the container.').at(3),
})
  .named(`${V2}.ContainerResourceMetricSource`)
  .doc('A resource that one container of each pod uses.');
export type ContainerResourceMetricSource = Stored<typeof containerResourceMetricSource>;

export const externalMetricSource = object({
  metric: metricIdentifier.zero().doc('The metric.').at(1),
  target: metricTarget.zero().doc('What is aimed at.').at(2),
})
  .named(`${V2}.ExternalMetricSource`)
  .doc('A metric of nothing in the cluster.');
export type ExternalMetricSource = Stored<typeof externalMetricSource>;

export const metricSpec = object({
  type: string().zero().doc('ContainerResource, External, Object, Pods or Resource.').at(1),
  object: objectMetricSource.optional().doc('A metric of one object.').at(2),
  pods: podsMetricSource.optional().doc('A metric of each pod.').at(3),
  resource: resourceMetricSource.optional().doc('A resource that pods use.').at(4),
  containerResource: containerResourceMetricSource.optional().doc('A resource that one container uses.').at(7),
  external: externalMetricSource.optional().doc('A metric of nothing in the cluster.').at(5),
})
  .named(`${V2}.MetricSpec`)
  .doc('By what it is scaled.');
export type MetricSpec = Stored<typeof metricSpec>;
