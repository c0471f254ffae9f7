import type { CgroupUsage } from '../../runtime/contract.ts';
import type { NetworkCounters } from './network-counters.ts';

/** One of cAdvisor's metrics, and where it comes from; `undefined` where there is nothing to tell. */
export interface Measure<T> {
  readonly name: string;
  readonly type: 'counter' | 'gauge';
  readonly help: string;
  readonly labels?: Readonly<Record<string, string>>;
  of(this: void, from: T): number | undefined;
}

/** A measure of CPU periods; there are none without a quota. */
const quota =
  (of: (usage: CgroupUsage) => number) =>
  (usage: CgroupUsage): number | undefined =>
    usage.cpuQuotaUs === null ? undefined : of(usage);

/** In the order in which cAdvisor's names sort. */
export const USAGE_MEASURES: readonly Measure<CgroupUsage>[] = [
  {
    name: 'container_cpu_cfs_periods_total',
    type: 'counter',
    help: 'Number of elapsed enforcement period intervals.',
    of: quota(usage => usage.cpuPeriods),
  },
  {
    name: 'container_cpu_cfs_throttled_periods_total',
    type: 'counter',
    help: 'Number of throttled period intervals.',
    of: quota(usage => usage.cpuThrottledPeriods),
  },
  {
    name: 'container_cpu_cfs_throttled_seconds_total',
    type: 'counter',
    help: 'Total time duration the container has been throttled.',
    of: quota(usage => usage.cpuThrottledSeconds),
  },
  {
    name: 'container_cpu_system_seconds_total',
    type: 'counter',
    help: 'Cumulative system cpu time consumed in seconds.',
    of: usage => usage.cpuSystemSeconds,
  },
  {
    name: 'container_cpu_usage_seconds_total',
    type: 'counter',
    help: 'Cumulative cpu time consumed in seconds.',
    labels: { cpu: 'total' },
    of: usage => usage.cpuUsageNanoCoreSeconds / 1e9,
  },
  {
    name: 'container_cpu_user_seconds_total',
    type: 'counter',
    help: 'Cumulative user cpu time consumed in seconds.',
    of: usage => usage.cpuUserSeconds,
  },
  {
    name: 'container_last_seen',
    type: 'gauge',
    help: 'Last time a container was seen.',
    of: usage => usage.atMs / 1000,
  },
  {
    name: 'container_memory_cache',
    type: 'gauge',
    help: 'Number of bytes of page cache memory.',
    of: usage => usage.memoryCacheBytes,
  },
  {
    name: 'container_memory_failcnt',
    type: 'counter',
    help: 'Number of memory usage hits limits.',
    of: usage => usage.memoryFailures,
  },
  {
    name: 'container_memory_failures_total',
    type: 'counter',
    help: 'Cumulative count of memory allocation failures.',
    labels: { failure_type: 'pgfault', scope: 'hierarchy' },
    of: usage => usage.pageFaults,
  },
  {
    name: 'container_memory_failures_total',
    type: 'counter',
    help: 'Cumulative count of memory allocation failures.',
    labels: { failure_type: 'pgmajfault', scope: 'hierarchy' },
    of: usage => usage.majorPageFaults,
  },
  {
    name: 'container_memory_mapped_file',
    type: 'gauge',
    help: 'Size of memory mapped files in bytes.',
    of: usage => usage.memoryMappedFileBytes,
  },
  {
    name: 'container_memory_max_usage_bytes',
    type: 'gauge',
    help: 'Maximum memory usage recorded in bytes.',
    of: usage => usage.memoryMaxUsageBytes,
  },
  { name: 'container_memory_rss', type: 'gauge', help: 'Size of RSS in bytes.', of: usage => usage.memoryRssBytes },
  {
    name: 'container_memory_swap',
    type: 'gauge',
    help: 'Container swap usage in bytes.',
    of: usage => usage.memorySwapBytes,
  },
  {
    name: 'container_memory_usage_bytes',
    type: 'gauge',
    help: 'Current memory usage in bytes, including all memory regardless of when it was accessed',
    of: usage => usage.memoryUsageBytes,
  },
  {
    name: 'container_memory_working_set_bytes',
    type: 'gauge',
    help: 'Current working set in bytes.',
    of: usage => usage.memoryWorkingSetBytes,
  },
  {
    name: 'container_oom_events_total',
    type: 'counter',
    help: 'Count of out of memory events observed for the container',
    of: usage => usage.oomKills,
  },
  {
    name: 'container_spec_cpu_period',
    type: 'gauge',
    help: 'CPU period of the container.',
    of: usage => usage.cpuPeriodUs,
  },
  {
    name: 'container_spec_cpu_quota',
    type: 'gauge',
    help: 'CPU quota of the container.',
    of: usage => usage.cpuQuotaUs ?? undefined,
  },
  {
    name: 'container_spec_memory_limit_bytes',
    type: 'gauge',
    help: 'Memory limit for the container.',
    of: usage => usage.memoryLimitBytes ?? 0,
  },
  {
    name: 'container_threads',
    type: 'gauge',
    help: 'Number of threads running inside the container',
    of: usage => usage.pids,
  },
];

const network = (name: string, help: string, of: (counters: NetworkCounters) => number): Measure<NetworkCounters> => ({
  name: `container_network_${name}_total`,
  type: 'counter',
  help,
  of,
});

export const NETWORK_MEASURES: readonly Measure<NetworkCounters>[] = [
  network('receive_bytes', 'Cumulative count of bytes received', of => of.receivedBytes),
  network('receive_errors', 'Cumulative count of errors encountered while receiving', of => of.receiveErrors),
  network('receive_packets_dropped', 'Cumulative count of packets dropped while receiving', of => of.receiveDropped),
  network('receive_packets', 'Cumulative count of packets received', of => of.receivedPackets),
  network('transmit_bytes', 'Cumulative count of bytes transmitted', of => of.sentBytes),
  network('transmit_errors', 'Cumulative count of errors encountered while transmitting', of => of.sendErrors),
  network('transmit_packets_dropped', 'Cumulative count of packets dropped while transmitting', of => of.sendDropped),
  network('transmit_packets', 'Cumulative count of packets transmitted', of => of.sentPackets),
];
