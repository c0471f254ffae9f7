import { describe, expect, it } from 'vitest';
import { ALL_CAPABILITIES } from '../../../src/base/linux-capabilities.ts';
import { judgeMachine } from './judge-machine.ts';
import { type MachineFacts, WANTED_FILE_SYSTEMS } from './machine-facts.ts';

const WHOLE: MachineFacts = {
  kernel: '6.12.0-amd64',
  capabilities: new Set(ALL_CAPABILITIES),
  namespaces: new Set(['cgroup', 'ipc', 'mnt', 'net', 'pid', 'pid_for_children', 'user', 'uts']),
  maxUserNamespaces: 15_000,
  cgroups: 'v2',
  controllers: new Set(['cpu', 'memory', 'pids', 'devices']),
  fileSystems: new Set(WANTED_FILE_SYSTEMS),
  seccompActions: new Set(['kill_process', 'errno', 'allow']),
  oomScoreAdj: 0,
  openFilesLimit: 1_048_576,
};
const without = <T>(set: ReadonlySet<T>, ...gone: readonly T[]): ReadonlySet<T> =>
  new Set([...set].filter(each => !gone.includes(each)));

describe('a machine', () => {
  it.each(['v2', 'hybrid', 'v1'] as const)('that has everything, with %s, is whole', cgroups => {
    const abilities = judgeMachine({ ...WHOLE, cgroups });
    expect(abilities.filter(({ state }) => state !== 'ok')).toEqual([]);
    expect(abilities.filter(({ remedy }) => remedy !== '')).toEqual([]);
    expect(new Set(abilities.map(({ name }) => name)).size).toBe(abilities.length);
  });

  it.each([
    [
      'an old kernel',
      { kernel: '5.10.0-32-amd64' },
      ['missing kernel: boot Linux 5.15 or newer', 'degraded user namespaces: boot Linux 6.3 or newer'],
    ],
    ['a kernel just new enough', { kernel: '5.15.0' }, ['degraded user namespaces: boot Linux 6.3 or newer']],
    ['a kernel just new enough for users of pods', { kernel: '6.3.0' }, []],
    [
      'no user namespaces',
      { namespaces: without(WHOLE.namespaces, 'user') },
      ['degraded user namespaces: boot a kernel built with CONFIG_USER_NS'],
    ],
    [
      'user namespaces turned off',
      { maxUserNamespaces: 0 },
      ['degraded user namespaces: sysctl user.max_user_namespaces=15000'],
    ],
    [
      'no CAP_SYS_RESOURCE',
      { capabilities: without(WHOLE.capabilities, 'CAP_SYS_RESOURCE') },
      [
        'degraded CAP_SYS_RESOURCE: run tiphys as root; inside of a container, in a privileged one or one with CAP_SYS_RESOURCE',
        'degraded oom_score_adj: give CAP_SYS_RESOURCE, or start with OOMScoreAdjust=-999',
      ],
    ],
    [
      'no CAP_SYS_RESOURCE but a score low enough from the start',
      { capabilities: without(WHOLE.capabilities, 'CAP_SYS_RESOURCE'), oomScoreAdj: -999 },
      [
        'degraded CAP_SYS_RESOURCE: run tiphys as root; inside of a container, in a privileged one or one with CAP_SYS_RESOURCE',
      ],
    ],
    [
      'no capability to make containers with',
      { capabilities: without(WHOLE.capabilities, 'CAP_SYS_ADMIN') },
      ['missing privileges: run tiphys as root; inside of a container, in a privileged one'],
    ],
    [
      'no namespaces',
      { namespaces: without(WHOLE.namespaces, 'net') },
      ['missing namespaces: boot a kernel built with CONFIG_NAMESPACES'],
    ],
    [
      'a controller that was not handed down',
      { controllers: without(WHOLE.controllers, 'memory') },
      [
        'degraded limits of memory: let the cgroup above have the controller memory (systemd: Delegate=yes; boot: cgroup_enable=memory)',
      ],
    ],
    [
      'a hierarchy that is not mounted',
      { cgroups: 'v1', controllers: without(WHOLE.controllers, 'pids') },
      ['degraded limits of processes: mount -t cgroup -o pids cgroup /sys/fs/cgroup/pids'],
    ],
    [
      'no BPF for devices',
      { controllers: without(WHOLE.controllers, 'devices') },
      ['degraded devices: boot a kernel built with CONFIG_CGROUP_BPF, and let this process have CAP_BPF'],
    ],
    [
      'no control groups',
      { cgroups: 'none', controllers: new Set(['cpu', 'memory', 'pids', 'devices']) },
      ['missing control groups: mount -t cgroup2 cgroup2 /sys/fs/cgroup'],
    ],
    ['no overlay', { fileSystems: without(WHOLE.fileSystems, 'overlay') }, ['missing file systems: modprobe overlay']],
    [
      'no filters of system calls',
      { seccompActions: new Set(['']) },
      ['degraded seccomp: boot a kernel built with CONFIG_SECCOMP_FILTER'],
    ],
    [
      'few open files',
      { openFilesLimit: 1024 },
      ['degraded open files: ulimit -Hn 1048576 (systemd: LimitNOFILE=1048576)'],
    ],
  ] as const satisfies readonly (readonly [string, Partial<MachineFacts>, readonly string[]])[])(
    'that has %s says so with its remedy',
    (_, facts, expected) => {
      const lacking = judgeMachine({ ...WHOLE, ...facts }).filter(({ state }) => state !== 'ok');
      expect(lacking.map(({ name, state, remedy }) => `${state} ${name}: ${remedy}`)).toEqual(expected);
      expect(lacking.every(({ detail }) => detail !== '')).toBe(true);
    },
  );
});
