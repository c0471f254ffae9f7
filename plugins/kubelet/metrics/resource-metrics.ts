import type { Metric, MetricSample } from '../../../src/base/metric.ts';
import type { ContainerStats, Runtime } from '../../runtime/contract.ts';

export interface NodeUsage {
  readonly atMs: number;
  readonly cpuSeconds: number;
  readonly memoryWorkingSetBytes: number;
}

/** `/metrics/resource`, as metrics-server reads it. */
export async function resourceMetrics(runtime: Runtime, node: NodeUsage): Promise<readonly Metric[]> {
  const all = new Map<string, MetricSample[]>();
  const add = (name: string, labels: MetricSample['labels'], value: number, atMs: number): void => {
    const samples = all.get(name) ?? [];
    all.set(name, samples);
    samples.push({ labels, value, atMs });
  };
  const addUsage = (prefix: 'container' | 'pod', labels: MetricSample['labels'], stats: ContainerStats): void => {
    add(`${prefix}_cpu_usage_seconds_total`, labels, stats.cpuUsageNanoCoreSeconds / 1e9, stats.atMs);
    add(`${prefix}_memory_working_set_bytes`, labels, stats.memoryWorkingSetBytes, stats.atMs);
  };
  add('node_cpu_usage_seconds_total', {}, node.cpuSeconds, node.atMs);
  add('node_memory_working_set_bytes', {}, node.memoryWorkingSetBytes, node.atMs);
  let failures = 0;
  // A container that ends while it is asked has nothing to tell; that is counted, not thrown.
  const attempt = async (ask: Promise<ContainerStats>): Promise<ContainerStats | undefined> =>
    ask.catch(() => {
      failures++;
      return undefined;
    });
  for (const { id, config, containers, state } of runtime.list()) {
    if (state !== 'ready') continue;
    const pod = { namespace: config.podNamespace, pod: config.podName };
    for (const container of containers) {
      if (container.state !== 'running') continue;
      const stats = await attempt(runtime.stats(container.id));
      if (stats === undefined) continue;
      const labels = { container: container.name, ...pod };
      addUsage('container', labels, stats);
      add('container_start_time_seconds', labels, container.startedAtMs / 1000, stats.atMs);
    }
    const stats = await attempt(runtime.sandboxStats(id));
    if (stats !== undefined) addUsage('pod', pod, stats);
  }
  const error = { labels: {}, value: failures === 0 ? 0 : 1 };
  return [
    ...MEASURES.map(([name, type, help]) => ({
      name,
      type,
      help: `[STABLE] ${help}`,
      samples: all.get(name) ?? [],
    })),
    {
      name: 'resource_scrape_error',
      type: 'gauge',
      help: '[STABLE] 1 if there was an error while getting container metrics, 0 otherwise',
      samples: [error],
    },
  ];
}

const MEASURES: readonly (readonly [name: string, type: 'counter' | 'gauge', help: string])[] = [
  ['container_cpu_usage_seconds_total', 'counter', 'Cumulative cpu time consumed by the container in core-seconds'],
  ['container_memory_working_set_bytes', 'gauge', 'Current working set of the container in bytes'],
  ['container_start_time_seconds', 'gauge', 'Start time of the container since unix epoch in seconds'],
  ['node_cpu_usage_seconds_total', 'counter', 'Cumulative cpu time consumed by the node in core-seconds'],
  ['node_memory_working_set_bytes', 'gauge', 'Current working set of the node in bytes'],
  ['pod_cpu_usage_seconds_total', 'counter', 'Cumulative cpu time consumed by the pod in core-seconds'],
  ['pod_memory_working_set_bytes', 'gauge', 'Current working set of the pod in bytes'],
];
