import type { ContainerStats, Runtime } from '../../runtime/contract.ts';

interface Sample {
  readonly name: string;
  readonly labels: string;
  readonly value: string;
}

const HELP: readonly (readonly [name: string, type: string, help: string])[] = [
  ['container_cpu_usage_seconds_total', 'counter', 'Cumulative cpu time consumed by the container in core-seconds'],
  ['container_memory_working_set_bytes', 'gauge', 'Current working set of the container in bytes'],
  ['container_start_time_seconds', 'gauge', 'Start time of the container since unix epoch in seconds'],
  ['node_cpu_usage_seconds_total', 'counter', 'Cumulative cpu time consumed by the node in core-seconds'],
  ['node_memory_working_set_bytes', 'gauge', 'Current working set of the node in bytes'],
  ['pod_cpu_usage_seconds_total', 'counter', 'Cumulative cpu time consumed by the pod in core-seconds'],
  ['pod_memory_working_set_bytes', 'gauge', 'Current working set of the pod in bytes'],
];

export interface NodeUsage {
  readonly atMs: number;
  readonly cpuSeconds: number;
  readonly memoryWorkingSetBytes: number;
}

/** `/metrics/resource`, as metrics-server reads it, in the Prometheus text format. */
export async function resourceMetrics(runtime: Runtime, node: NodeUsage): Promise<string> {
  const samples: Sample[] = [
    sample('node_cpu_usage_seconds_total', '', node.cpuSeconds, node.atMs),
    sample('node_memory_working_set_bytes', '', node.memoryWorkingSetBytes, node.atMs),
  ];
  let failures = 0;
  // A container that ends while it is asked has nothing to tell; that is counted, not thrown.
  const attempt = async (ask: Promise<ContainerStats>): Promise<ContainerStats | undefined> =>
    ask.catch(() => {
      failures++;
      return undefined;
    });
  for (const { id, config, containers, state } of runtime.list()) {
    if (state !== 'ready') continue;
    const pod = `namespace="${config.podNamespace}",pod="${config.podName}"`;
    for (const container of containers) {
      if (container.state !== 'running') continue;
      const stats = await attempt(runtime.stats(container.id));
      if (stats === undefined) continue;
      const labels = `container="${container.name}",${pod}`;
      samples.push(...usage('container', labels, stats));
      samples.push(sample('container_start_time_seconds', labels, container.startedAtMs / 1000, stats.atMs));
    }
    const stats = await attempt(runtime.sandboxStats(id));
    if (stats !== undefined) samples.push(...usage('pod', pod, stats));
  }
  const blocks = HELP.map(([name, type, help]) => {
    const own = samples.filter(each => each.name === name).map(each => `${name}${each.labels} ${each.value}\n`);
    return own.length === 0 ? '' : `# HELP ${name} [STABLE] ${help}\n# TYPE ${name} ${type}\n${own.join('')}`;
  });
  const error = failures === 0 ? 0 : 1;
  return `${blocks.join('')}# HELP resource_scrape_error [STABLE] 1 if there was an error while getting container metrics, 0 otherwise\n# TYPE resource_scrape_error gauge\nresource_scrape_error ${error}\n`;
}

const usage = (prefix: 'container' | 'pod', labels: string, stats: ContainerStats): readonly Sample[] => [
  sample(`${prefix}_cpu_usage_seconds_total`, labels, stats.cpuUsageNanoCoreSeconds / 1e9, stats.atMs),
  sample(`${prefix}_memory_working_set_bytes`, labels, stats.memoryWorkingSetBytes, stats.atMs),
];

const sample = (name: string, labels: string, value: number, atMs: number): Sample => ({
  name,
  labels: labels === '' ? '' : `{${labels}}`,
  value: `${value} ${Math.round(atMs)}`,
});
