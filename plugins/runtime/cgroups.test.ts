import { describe, expect, it } from 'vitest';
import { hostWorld } from '../../src/kernel/host-world.ts';
import { createCgroups } from './cgroups.ts';
import { cpuWeight } from './cpu-weight.ts';
import { withAncestors } from './delegate-controllers.ts';
import { parseCgroupMounts } from './hierarchies.ts';

const RESOURCES = { cpuShares: 1024, cpuQuotaUs: 50_000, cpuPeriodUs: null, memoryBytes: 1 << 20, pids: 7 };

describe('cgroups', () => {
  const files = hostWorld().files;

  it('speaks v2 where only v2 is, and leaves out controllers that are not there', () => {
    const v2 = createCgroups(
      files,
      { version: 'v2', unified: '/cg', controllers: new Set(['cpu', 'pids']) },
      'kubepods',
    );
    expect(v2.limits('podX', RESOURCES)).toEqual([
      { path: '/cg/kubepods/podX/cpu.weight', data: '100' },
      { path: '/cg/kubepods/podX/cpu.max', data: '50000 100000' },
      { path: '/cg/kubepods/podX/pids.max', data: '7' },
    ]);
    expect(v2.enter('podX/c')).toEqual({ unified: '/cg/kubepods/podX/c', tasks: [] });
    expect(v2.oomFile('podX/c')).toBe('');
  });

  it('speaks v1 in every hierarchy, once where controllers share one, with the unified tree beside', () => {
    const v1 = new Map([
      ['cpu', '/cg/cpu,cpuacct'],
      ['cpuacct', '/cg/cpu,cpuacct'],
      ['memory', '/cg/memory'],
    ]);
    const hybrid = createCgroups(files, { version: 'v1', v1, unified: '/cg/unified' }, 'kubepods');
    expect(hybrid.enter('podX/c')).toEqual({
      unified: '/cg/unified/kubepods/podX/c',
      tasks: ['/cg/cpu,cpuacct/kubepods/podX/c/tasks', '/cg/memory/kubepods/podX/c/tasks'],
    });
    expect(hybrid.limits('podX', RESOURCES).map(({ path }) => path.slice('/cg/'.length))).toEqual([
      'cpu,cpuacct/kubepods/podX/cpu.shares',
      'cpu,cpuacct/kubepods/podX/cpu.cfs_period_us',
      'cpu,cpuacct/kubepods/podX/cpu.cfs_quota_us',
      'memory/kubepods/podX/memory.limit_in_bytes',
    ]);
    expect(hybrid.view('podX/c')).toEqual([
      { source: '/cg/cpu,cpuacct/kubepods/podX/c', target: 'cpu,cpuacct', aliases: ['cpu', 'cpuacct'] },
      { source: '/cg/memory/kubepods/podX/c', target: 'memory', aliases: [] },
    ]);
  });

  it('finds what is mounted', () => {
    const found = parseCgroupMounts(
      '30 29 0:25 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu,cpuacct\n31 29 0:26 / /sys/fs/cgroup/unified rw shared:2 - cgroup2 none rw\n',
    );
    expect([...found.v1]).toEqual([
      ['cpu', '/sys/fs/cgroup/cpu'],
      ['cpuacct', '/sys/fs/cgroup/cpu'],
    ]);
    expect(found.unified).toBe('/sys/fs/cgroup/unified');
  });

  it('delegates parents first', () => {
    expect(withAncestors(['a/b', 'a/b/c'])).toEqual(['a', 'a/b', 'a/b/c']);
  });
});

describe('cpuWeight', () => {
  it.each([
    [2, 1],
    [1024, 100],
    [262_144, 10_000],
  ])('%i shares are weight %i', (shares, weight) => {
    expect(cpuWeight(shares)).toBe(weight);
  });
});
