import { isStatusError } from '../../../src/api/status-error.ts';
import { isRecord, own } from '../../../src/base/is-record.ts';
import { goDurationMs } from '../../../src/base/go-duration.ts';
import { milliUnits, readQuantity } from '../../../src/base/quantity.ts';
import type { CrossVersionReference } from '../../kinds/autoscaling/v2/cross-version-reference.ts';
import { CUSTOM_WINDOW_MS } from './limits.ts';
import { MetricError, toldAs } from './metric-error.ts';

/** What one pod's metric is, in thousandths. */
export interface PodSample {
  readonly value: number;
  readonly atMs: number;
  readonly windowMs: number;
}
export type PodSamples = ReadonlyMap<string, PodSample>;

/** Reads the three metrics APIs, whoever answers them. Rejects with `MetricError`. */
export class MetricsReader {
  readonly #get: (path: string) => Promise<unknown>;
  /** The plural of a kind with its group, `deployments.apps`; `undefined` for one that nobody serves. */
  readonly #resourceOf: (kind: string, group: string) => string | undefined;

  constructor(get: MetricsReader['get'], resourceOf: (kind: string, group: string) => string | undefined) {
    this.#get = get;
    this.#resourceOf = resourceOf;
  }

  get(path: string): Promise<unknown> {
    return this.#get(path);
  }

  /** Of one container of each pod, or of all of them. A pod of which not all is known is left out. */
  async ofResource(name: string, namespace: string, selector: string, container: string): Promise<PodSamples> {
    const path = `/apis/metrics.k8s.io/v1beta1/namespaces/${namespace}/pods?labelSelector=${encodeURIComponent(selector)}`;
    const items = itemsOf(await toldAs('unable to fetch metrics from resource metrics API', this.#get(path)));
    if (items.length === 0) throw new MetricError('no metrics returned from resource metrics API');
    return new Map(
      items.flatMap(item => {
        const containers = listOf(item, 'containers').filter(
          each => container === '' || textOf(each, 'name') === container,
        );
        const amounts = containers.map(each => amountOf(recordOf(each, 'usage'), name));
        if (amounts.length === 0 || amounts.includes(undefined)) return [];
        const value = amounts.reduce<number>((sum, amount) => sum + (amount ?? 0), 0);
        const windowMs = goDurationMs(textOf(item, 'window')) ?? 0;
        return [[textOf(recordOf(item, 'metadata'), 'name'), { value, atMs: timeIn(item), windowMs }] as const];
      }),
    );
  }

  async ofPods(metric: string, namespace: string, selector: string, metricSelector: string): Promise<PodSamples> {
    const query = new URLSearchParams();
    if (selector !== '') query.set('labelSelector', selector);
    if (metricSelector !== '') query.set('metricLabelSelector', metricSelector);
    const items = await this.#custom(`namespaces/${namespace}/pods/*/${metric}`, query);
    return new Map(
      items.map(item => {
        const seconds = own(item, 'windowSeconds') ?? own(item, 'window');
        const windowMs = typeof seconds === 'number' ? seconds * 1000 : CUSTOM_WINDOW_MS;
        const sample = { value: amountOf(item, 'value') ?? 0, atMs: timeIn(item), windowMs };
        return [textOf(recordOf(item, 'describedObject'), 'name'), sample] as const;
      }),
    );
  }

  async ofObject(
    metric: string,
    namespace: string,
    { kind, name, apiVersion = '' }: CrossVersionReference,
    metricSelector: string,
  ): Promise<number> {
    const group = apiVersion.includes('/') ? (apiVersion.split('/', 1)[0] ?? '') : '';
    const query = new URLSearchParams(metricSelector === '' ? {} : { metricLabelSelector: metricSelector });
    const isNamespace = kind === 'Namespace' && group === '';
    const resource = this.#resourceOf(kind, group);
    if (resource === undefined && !isNamespace) {
      const matches = `no matches for kind "${kind}" in group "${group}"`;
      throw new MetricError(`unable to fetch metrics from custom metrics API: ${matches}`);
    }
    // A reference does not lead out of its namespace.
    const path = isNamespace
      ? `namespaces/${namespace}/metrics/${metric}`
      : `namespaces/${namespace}/${resource}/${name}/${metric}`;
    const [item] = await this.#custom(path, query);
    return (item && amountOf(item, 'value')) ?? 0;
  }

  async ofNothing(metric: string, namespace: string, metricSelector: string): Promise<readonly number[]> {
    const query = metricSelector === '' ? '' : `?labelSelector=${encodeURIComponent(metricSelector)}`;
    const path = `/apis/external.metrics.k8s.io/v1beta1/namespaces/${namespace}/${metric}${query}`;
    const items = itemsOf(await toldAs('unable to fetch metrics from external metrics API', this.#get(path)));
    if (items.length === 0) throw new MetricError('no metrics returned from external metrics API');
    return items.map(item => amountOf(item, 'value') ?? 0);
  }

  async #custom(path: string, query: URLSearchParams): Promise<readonly Json[]> {
    const search = query.size === 0 ? '' : `?${query.toString()}`;
    const asked = this.#get(`/apis/custom.metrics.k8s.io/v1beta2/${path}${search}`).catch((error: unknown) => {
      // Adapters of the first version have no other.
      if (isStatusError(error, 'NotFound')) return this.#get(`/apis/custom.metrics.k8s.io/v1beta1/${path}${search}`);
      throw error;
    });
    const items = itemsOf(await toldAs('unable to fetch metrics from custom metrics API', asked));
    if (items.length === 0) throw new MetricError('no metrics returned from custom metrics API');
    return items;
  }
}

type Json = Readonly<Record<string, unknown>>;

const listOf = (record: unknown, name: string): readonly Json[] => {
  const value = isRecord(record) ? own(record, name) : undefined;
  return Array.isArray(value) ? value.filter(isRecord) : [];
};
const itemsOf = (answer: unknown): readonly Json[] => listOf(answer, 'items');

function recordOf(record: Json, name: string): Json {
  const value = own(record, name);
  return isRecord(value) ? value : {};
}

function textOf(record: Json, name: string): string {
  const value = own(record, name);
  return typeof value === 'string' ? value : '';
}

function amountOf(record: Json, name: string): number | undefined {
  const amount = readQuantity(own(record, name));
  return amount && milliUnits(amount);
}

function timeIn(item: Json): number {
  const at = Date.parse(textOf(item, 'timestamp'));
  return Number.isNaN(at) ? 0 : at;
}
