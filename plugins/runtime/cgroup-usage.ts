import type { CgroupUsage } from './contract.ts';
import { flatField } from './flat-field.ts';

/** A file of one cgroup; '' where there is none, as where its controller is not there. */
export type ReadCgroupFile = (controller: string, file: string) => Promise<string>;

/** All that cgroup v1 tells of what a cgroup and those below it use, and of their limits. */
export async function usageOfV1(read: ReadCgroupFile, atMs: number): Promise<CgroupUsage> {
  const memoryFile = (file: string): Promise<string> => read('memory', `memory.${file}`);
  const [usage, times, cpu, quota, period, bytes, memory, most, failures, limit, oom, pids] = await Promise.all([
    read('cpuacct', 'cpuacct.usage'),
    read('cpuacct', 'cpuacct.stat'),
    read('cpu', 'cpu.stat'),
    read('cpu', 'cpu.cfs_quota_us'),
    read('cpu', 'cpu.cfs_period_us'),
    memoryFile('usage_in_bytes'),
    memoryFile('stat'),
    memoryFile('max_usage_in_bytes'),
    memoryFile('failcnt'),
    memoryFile('limit_in_bytes'),
    memoryFile('oom_control'),
    read('pids', 'pids.current'),
  ]);
  const of = (name: string): number => flatField(memory, `total_${name}`);
  return {
    atMs,
    cpuUsageNanoCoreSeconds: Number(usage),
    cpuUserSeconds: flatField(times, 'user') / TICKS,
    cpuSystemSeconds: flatField(times, 'system') / TICKS,
    cpuPeriods: flatField(cpu, 'nr_periods'),
    cpuThrottledPeriods: flatField(cpu, 'nr_throttled'),
    cpuThrottledSeconds: flatField(cpu, 'throttled_time') / 1e9,
    cpuQuotaUs: Number(quota) > 0 ? Number(quota) : null,
    cpuPeriodUs: Number(period),
    memoryUsageBytes: Number(bytes),
    memoryWorkingSetBytes: Math.max(0, Number(bytes) - of('inactive_file')),
    memoryRssBytes: of('rss'),
    memoryCacheBytes: of('cache'),
    memoryMappedFileBytes: of('mapped_file'),
    memorySwapBytes: of('swap'),
    memoryMaxUsageBytes: Number(most),
    memoryFailures: Number(failures),
    // What is no limit is the largest number of pages there can be.
    memoryLimitBytes: limit === '' || Number(limit) >= NO_LIMIT_BYTES ? null : Number(limit),
    pageFaults: of('pgfault'),
    majorPageFaults: of('pgmajfault'),
    oomKills: flatField(oom, 'oom_kill'),
    pids: Number(pids),
  };
}

/** The same of cgroup v2. */
export async function usageOfV2(read: ReadCgroupFile, atMs: number): Promise<CgroupUsage> {
  const memoryFile = (file: string): Promise<string> => read('memory', `memory.${file}`);
  const [cpu, quota, bytes, memory, swap, most, limit, events, pids] = await Promise.all([
    read('cpu', 'cpu.stat'),
    read('cpu', 'cpu.max'),
    memoryFile('current'),
    memoryFile('stat'),
    memoryFile('swap.current'),
    memoryFile('peak'),
    memoryFile('max'),
    memoryFile('events'),
    read('pids', 'pids.current'),
  ]);
  const of = (name: string): number => flatField(memory, name);
  const [quotaUs = 'max', periodUs = '0'] = quota.trim().split(' ');
  return {
    atMs,
    cpuUsageNanoCoreSeconds: flatField(cpu, 'usage_usec') * 1000,
    cpuUserSeconds: flatField(cpu, 'user_usec') / 1e6,
    cpuSystemSeconds: flatField(cpu, 'system_usec') / 1e6,
    cpuPeriods: flatField(cpu, 'nr_periods'),
    cpuThrottledPeriods: flatField(cpu, 'nr_throttled'),
    cpuThrottledSeconds: flatField(cpu, 'throttled_usec') / 1e6,
    cpuQuotaUs: Number(quotaUs) > 0 ? Number(quotaUs) : null,
    cpuPeriodUs: Number(periodUs),
    memoryUsageBytes: Number(bytes),
    memoryWorkingSetBytes: Math.max(0, Number(bytes) - of('inactive_file')),
    memoryRssBytes: of('anon'),
    memoryCacheBytes: of('file'),
    memoryMappedFileBytes: of('file_mapped'),
    memorySwapBytes: Number(swap),
    memoryMaxUsageBytes: Number(most),
    memoryFailures: flatField(events, 'max'),
    memoryLimitBytes: Number(limit) > 0 ? Number(limit) : null,
    pageFaults: of('pgfault'),
    majorPageFaults: of('pgmajfault'),
    oomKills: flatField(events, 'oom_kill'),
    pids: Number(pids),
  };
}

/** Clock ticks a second; fixed on every Linux that Node runs on. */
const TICKS = 100;
const NO_LIMIT_BYTES = 2 ** 62;
