import type { Metric } from './metric.ts';

/** Of this process, under the names that every exporter gives them. */
export function processMetrics(nowMs: number): readonly Metric[] {
  const { heapUsed, rss } = process.memoryUsage();
  const { user, system } = process.cpuUsage();
  const gauge = (name: string, help: string, value: number): Metric => ({
    name,
    help,
    type: 'gauge',
    samples: [{ labels: {}, value }],
  });
  return [
    { ...gauge('process_cpu_seconds_total', 'CPU time spent.', (user + system) / 1e6), type: 'counter' },
    gauge('process_resident_memory_bytes', 'Memory of this process.', rss),
    gauge('process_start_time_seconds', 'When it was started.', nowMs / 1000 - process.uptime()),
    gauge('nodejs_heap_size_used_bytes', 'Heap in use.', heapUsed),
  ];
}
