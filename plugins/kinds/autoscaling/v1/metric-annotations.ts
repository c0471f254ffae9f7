import { jsonOf } from '../../../../src/base/json-of.ts';
import { isRecord, own } from '../../../../src/base/is-record.ts';
import type { Schema } from '../../../../src/schema/schema.ts';
import { typeError } from '../../../../src/schema/type-error.ts';
import { list } from '../../../../src/schema/schema.ts';
import type { CrossVersionReference } from '../v2/cross-version-reference.ts';
import { metricSpec, type MetricSpec } from '../v2/metric-source.ts';
import { metricStatus, type MetricStatus } from '../v2/metric-status.ts';

type Json = Readonly<Record<string, unknown>>;

/** How the first version writes metrics that it has no fields for, in an annotation. */
export const metricSpecsText = (metrics: readonly MetricSpec[]): string => JSON.stringify(metrics.map(flatSpec));
export const metricStatusesText = (statuses: readonly MetricStatus[]): string =>
  JSON.stringify(statuses.map(flatStatus));

/** `undefined` for what nobody could have meant; that is as good as nothing. */
export const readMetricSpecs = (text: string): readonly MetricSpec[] | undefined =>
  read(text, fullSpec, list(metricSpec));
export const readMetricStatuses = (text: string): readonly MetricStatus[] | undefined =>
  read(text, fullStatus, list(metricStatus));

function read<T>(text: string, full: (item: Json) => Json, schema: Schema<T, unknown>): T | undefined {
  const parsed = jsonOf(text);
  if (!Array.isArray(parsed) || !parsed.every(isRecord)) return undefined;
  const items = parsed.map(full);
  // What is of the schema's types is what the schema says.
  return typeError(schema.node, items) === undefined ? (items as unknown as T) : undefined;
}

/** Without what is not set. */
export const set = (record: Json): Json =>
  Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined));

function flatSpec({ type, object, pods, resource, containerResource, external }: MetricSpec): Json {
  return set({
    type,
    object: object && {
      target: inGoOrder(object.describedObject),
      metricName: object.metric.name,
      targetValue: object.target.value ?? '0',
      ...set({ selector: object.metric.selector, averageValue: object.target.averageValue }),
    },
    pods: pods && {
      metricName: pods.metric.name,
      targetAverageValue: pods.target.averageValue ?? '0',
      ...set({ selector: pods.metric.selector }),
    },
    resource: resource && { name: resource.name, ...flatTarget(resource.target) },
    containerResource: containerResource && {
      name: containerResource.name,
      ...flatTarget(containerResource.target),
      container: containerResource.container,
    },
    external: external && {
      metricName: external.metric.name,
      ...set({
        metricSelector: external.metric.selector,
        targetValue: external.target.value,
        targetAverageValue: external.target.averageValue,
      }),
    },
  });
}

/** Annotations are texts: clients compare them. */
const inGoOrder = ({ kind, name, apiVersion }: CrossVersionReference): Json => set({ kind, name, apiVersion });

const flatTarget = ({ averageUtilization, averageValue }: NonNullable<MetricSpec['resource']>['target']): Json =>
  set({ targetAverageUtilization: averageUtilization, targetAverageValue: averageValue });

function fullSpec(item: Json): Json {
  const part = (name: string, full: (of: (key: string) => unknown) => Json): unknown => partOf(item, name, full);
  return set({
    type: own(item, 'type') ?? '',
    object: part('object', of => {
      const average = of('averageValue');
      const value = average === undefined || of('targetValue') !== '0' ? of('targetValue') : undefined;
      return {
        describedObject: of('target') ?? {},
        metric: identifier(of('metricName'), of('selector')),
        target: target(average === undefined ? 'Value' : 'AverageValue', { value, averageValue: average }),
      };
    }),
    pods: part('pods', of => ({
      metric: identifier(of('metricName'), of('selector')),
      target: target('AverageValue', { averageValue: of('targetAverageValue') }),
    })),
    resource: part('resource', of => ({ name: of('name') ?? '', target: ofResource(of) })),
    containerResource: part('containerResource', of => ({
      name: of('name') ?? '',
      target: ofResource(of),
      container: of('container') ?? '',
    })),
    external: part('external', of => {
      const value = of('targetValue');
      const amounts = { value, averageValue: of('targetAverageValue') };
      return {
        metric: identifier(of('metricName'), of('metricSelector')),
        target: target(value === undefined ? 'AverageValue' : 'Value', amounts),
      };
    }),
  });
}

function flatStatus({ type, object, pods, resource, containerResource, external }: MetricStatus): Json {
  return set({
    type,
    object: object && {
      target: inGoOrder(object.describedObject),
      metricName: object.metric.name,
      currentValue: object.current.value ?? '0',
      ...set({ selector: object.metric.selector, averageValue: object.current.averageValue }),
    },
    pods: pods && {
      metricName: pods.metric.name,
      currentAverageValue: pods.current.averageValue ?? '0',
      ...set({ selector: pods.metric.selector }),
    },
    resource: resource && { name: resource.name, ...flatCurrent(resource.current) },
    containerResource: containerResource && {
      name: containerResource.name,
      ...flatCurrent(containerResource.current),
      container: containerResource.container,
    },
    external: external && {
      metricName: external.metric.name,
      ...set({ metricSelector: external.metric.selector }),
      currentValue: external.current.value ?? '0',
      ...set({ currentAverageValue: external.current.averageValue }),
    },
  });
}

const flatCurrent = ({ averageUtilization, averageValue }: NonNullable<MetricStatus['resource']>['current']): Json => ({
  ...set({ currentAverageUtilization: averageUtilization }),
  currentAverageValue: averageValue ?? '0',
});

function fullStatus(item: Json): Json {
  const part = (name: string, full: (of: (key: string) => unknown) => Json): unknown => partOf(item, name, full);
  const usage = (of: (key: string) => unknown): Json =>
    set({ averageValue: of('currentAverageValue'), averageUtilization: of('currentAverageUtilization') });
  return set({
    type: own(item, 'type') ?? '',
    object: part('object', of => ({
      metric: identifier(of('metricName'), of('selector')),
      current: set({ value: of('currentValue'), averageValue: of('averageValue') }),
      describedObject: of('target') ?? {},
    })),
    pods: part('pods', of => ({
      metric: identifier(of('metricName'), of('selector')),
      current: set({ averageValue: of('currentAverageValue') }),
    })),
    resource: part('resource', of => ({ name: of('name') ?? '', current: usage(of) })),
    containerResource: part('containerResource', of => ({
      name: of('name') ?? '',
      current: usage(of),
      container: of('container') ?? '',
    })),
    external: part('external', of => ({
      metric: identifier(of('metricName'), of('metricSelector')),
      current: set({ value: of('currentValue'), averageValue: of('currentAverageValue') }),
    })),
  });
}

function partOf(item: Json, name: string, full: (of: (key: string) => unknown) => Json): unknown {
  const part = own(item, name);
  return isRecord(part) ? full(key => own(part, key) ?? undefined) : undefined;
}

const identifier = (name: unknown, selector: unknown): Json => set({ name: name ?? '', selector });
const target = (type: string, amounts: Json): Json => ({ type, ...set(amounts) });

function ofResource(of: (key: string) => unknown): Json {
  const averageUtilization = of('targetAverageUtilization');
  const type = averageUtilization === undefined ? 'AverageValue' : 'Utilization';
  return target(type, { averageValue: of('targetAverageValue'), averageUtilization });
}
