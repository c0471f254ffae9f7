import { labelMatcher, labelSelectorText, type LabelSelector } from '../../../src/api/label-selector.ts';
import { messageOf } from '../../../src/base/message-of.ts';
import { formatQuantity, milliUnits, parseQuantity, type QuantityFormat } from '../../../src/base/quantity.ts';
import type { MetricIdentifier, MetricSpec, MetricTarget } from '../../kinds/autoscaling/v2/metric-source.ts';
import type { MetricStatus, MetricValueStatus } from '../../kinds/autoscaling/v2/metric-status.ts';
import type { Pod } from '../../kinds/core/v1/pod.ts';
import { groupPods, readyPods } from './group-pods.ts';
import { MAX_INT32 } from './limits.ts';
import { MetricError, toldAs } from './metric-error.ts';
import { podRequests } from './pod-requests.ts';
import type { MetricsReader, PodSamples } from './read-metrics.ts';
import { isWithin, plainUsage, replicasForUsage, utilization, type Tolerances } from './replicas-for-usage.ts';
import { shownSelector } from './shown-selector.ts';

/** What is scaled, as it is when metrics are asked for. */
export interface Scaled {
  readonly namespace: string;
  /** That its scale asks for, and that there are. */
  readonly specReplicas: number;
  readonly statusReplicas: number;
  readonly selector: string;
  readonly pods: readonly Pod[];
  readonly tolerances: Tolerances;
  readonly nowMs: number;
}

export interface MetricReplicas {
  readonly replicas: number;
  /** The metric as conditions name it. */
  readonly name: string;
  readonly status: MetricStatus;
}

/** How many replicas a metric asks for. Rejects with `MetricError`. */
export function metricReplicas(reader: MetricsReader, scaled: Scaled, spec: MetricSpec): Promise<MetricReplicas> {
  const { type, resource, containerResource, pods, object, external } = spec;
  if (type === 'Resource' && resource !== undefined) return byResource(reader, scaled, resource, '');
  if (type === 'ContainerResource' && containerResource !== undefined) {
    return byResource(reader, scaled, containerResource, containerResource.container);
  }
  if (type === 'Pods' && pods !== undefined) return byPods(reader, scaled, pods);
  if (type === 'Object' && object !== undefined) return byObject(reader, scaled, object);
  if (type === 'External' && external !== undefined) return byExternal(reader, scaled, external);
  return Promise.reject(new MetricError(`unknown metric source type ${JSON.stringify(type)}`));
}

async function byResource(
  reader: MetricsReader,
  scaled: Scaled,
  { name, target }: { readonly name: string; readonly target: MetricTarget },
  container: string,
): Promise<MetricReplicas> {
  const { replicas, current } = await resourceReplicas(reader, scaled, name, target, container);
  const status: MetricStatus =
    container === ''
      ? { type: 'Resource', resource: { name, current } }
      : { type: 'ContainerResource', containerResource: { name, container, current } };
  const what = container === '' ? 'resource' : 'container resource';
  const told =
    target.averageValue === undefined ? `${name} ${what} utilization (percentage of request)` : `${name} resource`;
  return { replicas, name: told, status };
}

async function resourceReplicas(
  reader: MetricsReader,
  scaled: Scaled,
  name: string,
  { averageValue, averageUtilization }: MetricTarget,
  container: string,
): Promise<{ readonly replicas: number; readonly current: MetricValueStatus }> {
  const { namespace, selector } = scaled;
  const format: QuantityFormat = name === 'memory' ? 'BinarySI' : 'DecimalSI';
  const read = () =>
    toldAs(`unable to get metrics for resource ${name}`, reader.ofResource(name, namespace, selector, container));
  if (averageValue !== undefined) {
    const found = (async () => {
      const { replicas, usage } = await plainReplicas(scaled, await read(), milliOf(averageValue), name);
      return { replicas, current: { averageValue: amount(usage.raw, format) } };
    })();
    return toldAs(`failed to get ${name} usage`, found);
  }
  if (averageUtilization === undefined) {
    throw new MetricError(
      'invalid resource metric source: neither an average utilization target nor an average value (usage) target was set',
    );
  }
  const found = (async () => {
    const samples = await read();
    const groups = groupPods(podsOf(scaled), samples, name === 'cpu', scaled.nowMs);
    const requests = podRequests(scaled.pods, container, name);
    const { replicas, usage } = replicasForUsage({
      currentReplicas: scaled.specReplicas,
      tolerances: scaled.tolerances,
      groups,
      samples,
      usageOf: utilization(requests, averageUtilization),
      missingAs: pod => Math.trunc(((requests.get(pod) ?? 0) * Math.max(100, averageUtilization)) / 100),
    });
    const current = { averageUtilization: usage.percent, averageValue: amount(usage.raw, format) };
    return { replicas, current };
  })();
  return toldAs(`failed to get ${name} utilization`, found);
}

async function byPods(
  reader: MetricsReader,
  scaled: Scaled,
  { metric, target }: { readonly metric: MetricIdentifier; readonly target: MetricTarget },
): Promise<MetricReplicas> {
  const { namespace, selector } = scaled;
  const asked = reader.ofPods(metric.name, namespace, selector, selectorText(metric.selector));
  const samples = await toldAs(`unable to get metric ${metric.name}`, asked);
  const { replicas, usage } = await plainReplicas(scaled, samples, milliOf(target.averageValue), '');
  const status = { type: 'Pods', pods: { metric, current: { averageValue: amount(usage.raw) } } };
  return { replicas, name: `pods metric ${metric.name}`, status };
}

async function plainReplicas(scaled: Scaled, samples: PodSamples, target: number, resource: string) {
  return replicasForUsage({
    currentReplicas: scaled.specReplicas,
    tolerances: scaled.tolerances,
    groups: groupPods(podsOf(scaled), samples, resource === 'cpu', scaled.nowMs),
    samples,
    usageOf: plainUsage(target),
    missingAs: () => target,
  });
}

async function byObject(
  reader: MetricsReader,
  scaled: Scaled,
  source: NonNullable<MetricSpec['object']>,
): Promise<MetricReplicas> {
  const { metric, target, describedObject } = source;
  const { kind, name } = describedObject;
  const read = (): Promise<number> =>
    reader.ofObject(metric.name, scaled.namespace, describedObject, selectorText(metric.selector)).catch(error => {
      const why = messageOf(error);
      const text = `unable to get metric ${metric.name}: ${kind} on ${scaled.namespace} ${name}/${why}`;
      throw new MetricError(text, { cause: error });
    });
  const status = (current: MetricValueStatus): MetricStatus => ({
    type: 'Object',
    object: { describedObject, metric, current },
  });
  if (target.type === 'Value' && target.value !== undefined) {
    const used = await read();
    const replicas = byRatio(scaled, used / milliOf(target.value));
    return { replicas, name: `${kind} metric ${metric.name}`, status: status({ value: amount(used) }) };
  }
  if (target.type === 'AverageValue' && target.averageValue !== undefined) {
    const { replicas, average } = perPod(scaled, await read(), milliOf(target.averageValue));
    const told = `external metric ${metric.name}(${shownSelector(metric.selector)})`;
    return { replicas, name: told, status: status({ averageValue: amount(average) }) };
  }
  throw new MetricError('invalid object metric source: neither a value target nor an average value target was set');
}

async function byExternal(
  reader: MetricsReader,
  scaled: Scaled,
  { metric, target }: { readonly metric: MetricIdentifier; readonly target: MetricTarget },
): Promise<MetricReplicas> {
  const shown = shownSelector(metric.selector);
  const read = async (): Promise<number> => {
    const what = `unable to get external metric ${scaled.namespace}/${metric.name}/${shown}`;
    const values = await toldAs(what, reader.ofNothing(metric.name, scaled.namespace, selectorText(metric.selector)));
    return values.reduce((sum, value) => sum + value, 0);
  };
  const told = `external metric ${metric.name}(${shown})`;
  const status = (current: MetricValueStatus): MetricStatus => ({ type: 'External', external: { metric, current } });
  if (target.averageValue !== undefined) {
    const { replicas, average } = perPod(scaled, await read(), milliOf(target.averageValue));
    return { replicas, name: told, status: status({ averageValue: amount(average) }) };
  }
  if (target.value !== undefined) {
    const used = await read();
    return {
      replicas: byRatio(scaled, used / milliOf(target.value)),
      name: told,
      status: status({ value: amount(used) }),
    };
  }
  throw new MetricError('invalid external metric source: neither a value target nor an average value target was set');
}

function byRatio(scaled: Scaled, ratio: number): number {
  const { specReplicas, tolerances, pods } = scaled;
  if (specReplicas === 0) return Math.ceil(ratio);
  if (isWithin(tolerances, ratio)) return specReplicas;
  if (pods.length === 0) throw new MetricError(`unable to calculate ready pods: ${NO_PODS}`);
  return Math.min(MAX_INT32, Math.ceil(ratio * readyPods(pods)));
}

function perPod({ statusReplicas, tolerances }: Scaled, used: number, target: number) {
  const isEnough = isWithin(tolerances, used / (target * statusReplicas));
  const replicas = isEnough ? statusReplicas : Math.min(MAX_INT32, Math.ceil(used / target));
  return { replicas, average: statusReplicas === 0 ? used : Math.ceil(used / statusReplicas) };
}

function podsOf({ pods }: Scaled): readonly Pod[] {
  if (pods.length === 0) throw new MetricError(NO_PODS);
  return pods;
}
const NO_PODS = 'no pods returned by selector while calculating replica count';

const milliOf = (text = '0'): number => milliUnits(parseQuantity(text));
const amount = (milli: number, format: QuantityFormat = 'DecimalSI'): string =>
  formatQuantity({ nano: BigInt(milli) * 1_000_000n, format });
const selectorText = (selector: LabelSelector | undefined): string =>
  selector === undefined ? '' : labelSelectorText(labelMatcher(selector));
