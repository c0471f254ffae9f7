import { expect, it } from 'vitest';
import { usageOfV1, usageOfV2 } from './cgroup-usage.ts';

const reading =
  (files: Readonly<Record<string, string>>) =>
  (controller: string, file: string): Promise<string> => {
    expect(file.startsWith(`${controller}.`)).toBe(true);
    return Promise.resolve(files[file] ?? '');
  };

const USED = {
  atMs: 7,
  cpuUsageNanoCoreSeconds: 3_000_000_000,
  cpuUserSeconds: 2,
  cpuSystemSeconds: 1,
  cpuPeriods: 10,
  cpuThrottledPeriods: 4,
  cpuThrottledSeconds: 0.5,
  cpuQuotaUs: 50_000,
  cpuPeriodUs: 100_000,
  memoryUsageBytes: 900,
  memoryWorkingSetBytes: 700,
  memoryRssBytes: 300,
  memoryCacheBytes: 400,
  memoryMappedFileBytes: 50,
  memorySwapBytes: 20,
  memoryMaxUsageBytes: 950,
  memoryFailures: 3,
  memoryLimitBytes: 1000,
  pageFaults: 60,
  majorPageFaults: 6,
  oomKills: 2,
  pids: 5,
};
const NO_LIMITS = { cpuQuotaUs: null, memoryLimitBytes: null };

const V1 = {
  'cpuacct.usage': '3000000000\n',
  'cpuacct.stat': 'user 200\nsystem 100\n',
  'cpu.stat': 'nr_periods 10\nnr_throttled 4\nthrottled_time 500000000\n',
  'cpu.cfs_quota_us': '50000\n',
  'cpu.cfs_period_us': '100000\n',
  'memory.usage_in_bytes': '900\n',
  'memory.stat':
    'cache 1\ntotal_cache 400\ntotal_rss 300\ntotal_mapped_file 50\ntotal_swap 20\ntotal_inactive_file 200\ntotal_pgfault 60\ntotal_pgmajfault 6\n',
  'memory.max_usage_in_bytes': '950\n',
  'memory.failcnt': '3\n',
  'memory.limit_in_bytes': '1000\n',
  'memory.oom_control': 'oom_kill_disable 0\nunder_oom 0\noom_kill 2\n',
  'pids.current': '5\n',
};
const V2 = {
  'cpu.stat':
    'usage_usec 3000000\nuser_usec 2000000\nsystem_usec 1000000\nnr_periods 10\nnr_throttled 4\nthrottled_usec 500000\n',
  'cpu.max': '50000 100000\n',
  'memory.current': '900\n',
  'memory.stat': 'anon 300\nfile 400\nfile_mapped 50\ninactive_file 200\npgfault 60\npgmajfault 6\n',
  'memory.swap.current': '20\n',
  'memory.peak': '950\n',
  'memory.max': '1000\n',
  'memory.events': 'low 0\nhigh 0\nmax 3\noom 2\noom_kill 2\n',
  'pids.current': '5\n',
};

it('reads the same of both versions', async () => {
  expect(await usageOfV1(reading(V1), 7)).toEqual(USED);
  expect(await usageOfV2(reading(V2), 7)).toEqual(USED);
});

it('knows where there is no limit', async () => {
  const v1 = { ...V1, 'cpu.cfs_quota_us': '-1\n', 'memory.limit_in_bytes': '9223372036854771712\n' };
  expect(await usageOfV1(reading(v1), 7)).toEqual({ ...USED, ...NO_LIMITS });
  const v2 = { ...V2, 'cpu.max': 'max 100000\n', 'memory.max': 'max\n' };
  expect(await usageOfV2(reading(v2), 7)).toEqual({ ...USED, ...NO_LIMITS });
  const none = await usageOfV1(reading({}), 7);
  expect(none).toMatchObject({ memoryUsageBytes: 0, ...NO_LIMITS });
});
