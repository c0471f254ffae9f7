import { readlinkSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_CAPABILITIES } from '../../src/base/linux-capabilities.ts';
import { MASKED_PATHS, READONLY_PATHS } from '../kubelet/container/security.ts';
import type { ContainerConfig, Sandbox } from './contract.ts';
import type { RuntimeService } from './runtime-service.ts';
import { knownCapabilities } from './capabilities.ts';
import { runtimeDefaultProfile } from './seccomp/runtime-default.ts';
import { X86_64_SYSCALLS } from './seccomp/syscalls-x86-64.ts';
import { factsOf, Prober } from './testing/prober.ts';
import { PURE_V2, TestNode } from './testing/test-node.ts';

/** What images/probe finds out inside of a container, held to what a container may know and do. */
describe('from inside a container', () => {
  const node = new TestNode();
  let runtime: RuntimeService;
  let sandbox: Sandbox;
  let prober: Prober;
  beforeAll(async () => {
    runtime = await node.open();
    prober = await Prober.install(node);
    sandbox = await runtime.createSandbox(node.sandboxConfig());
  });
  afterAll(() => node[Symbol.asyncDispose]());
  const probe = (args: readonly string[], overrides: Partial<ContainerConfig> = {}): Promise<readonly string[]> =>
    prober.inside(sandbox, args, overrides);

  it('a program has its own namespaces, three descriptors, no inheritable capability and no signal held back', async () => {
    const lines = await probe(['state']);
    const facts = factsOf(lines.filter(line => !line.startsWith('ns ') && !line.startsWith('fd ')));
    expect(facts).toMatchObject({
      'CapInh:': '0000000000000000',
      'CapAmb:': '0000000000000000',
      'CapEff:': '00000000a80425fb',
      'CapBnd:': '00000000a80425fb',
      'Seccomp:': '2',
      'SigBlk:': '0000000000000000',
      'SigIgn:': '0000000000000000',
      'SigCgt:': '0000000000000000',
      cwd: '/',
      session: 'own',
    });
    expect(lines.filter(line => line.startsWith('propagates'))).toEqual([]);
    expect(lines.filter(line => line.startsWith('fd ')).map(line => line.slice(0, 14).replace(/\[.*/, ''))).toEqual([
      'fd 0 /dev/null',
      'fd 1 pipe:',
      'fd 2 pipe:',
    ]);
    const namespaces = factsOf(lines.filter(line => line.startsWith('ns ')));
    const shared = Object.entries(namespaces)
      .filter(([name, id]) => readlinkSync(`/proc/self/ns/${name.slice(3)}`) === id)
      .map(([name]) => name.slice(3))
      .sort();
    // Of these a pod has none of its own, and v1 shows control groups by its mounts.
    const common = ['time', 'time_for_children', 'user', ...(PURE_V2 ? [] : ['cgroup'])];
    expect(shared.filter(name => !common.includes(name))).toEqual([]);
    const names = Object.keys(namespaces).map(name => name.slice(3));
    expect(names).toEqual(expect.arrayContaining(['ipc', 'mnt', 'net', 'pid', 'uts']));
  });

  it('every system call of the default filter’s refusals is refused, with its errno', async () => {
    const [rules] = runtimeDefaultProfile(knownCapabilities(DEFAULT_CAPABILITIES)).architectures;
    const refused = [...X86_64_SYSCALLS].flatMap(([name, number]) => {
      const verdict = rules?.verdicts.get(number);
      return verdict?.kind === 'errno' ? [{ name, number, errno: verdict.errno === 1 ? 'EPERM' : 'ENOSYS' }] : [];
    });
    expect(refused.map(({ name }) => name)).toEqual(expect.arrayContaining(NEVER_IN_A_CONTAINER));
    const calls = [
      ...refused.map(({ name, number }) => `${name}=${number}`),
      ...ARGUMENTS.map(({ name, number, argument }) => `${name}=${number}:${argument}`),
      // x32's numbers, and one that no kernel has yet.
      `x32-mount=${0x4000_0000 + 165}`,
      'unknown=1500',
    ];
    expect(factsOf(await probe(['call', ...calls]))).toEqual({
      ...Object.fromEntries(refused.map(({ name, errno }) => [name, errno])),
      ...Object.fromEntries(ARGUMENTS.map(({ name, errno }) => [name, errno])),
      'x32-mount': 'ENOSYS',
      unknown: 'EPERM',
    });
    // It is the filter that refuses: without one most of these fail for their arguments alone.
    const open = factsOf(await probe(['call', ...calls], { seccomp: 'Unconfined' }));
    const letThrough = ['add_key', 'keyctl', 'io_uring_setup', 'pidfd_getfd', 'kcmp', 'clone3', 'socket AF_ALG'];
    expect(letThrough.filter(name => open[name] === 'EPERM')).toEqual([]);
  });

  it('masked paths are empty, and read-only ones cannot be opened for writing, one by one', async () => {
    const seen = factsOf(
      await probe(['read', ...MASKED_PATHS]).then(lines => lines.map(line => line.replace('entries ', 'entries-'))),
    );
    const revealing = Object.entries(seen).filter(([, what]) => !['missing', 'empty', 'entries-0'].includes(what));
    expect(revealing).toEqual([]);
    expect(Object.values(seen)).toContain('empty');
    expect(Object.keys(seen)).toHaveLength(MASKED_PATHS.length);
    expect(await probe(['writable', ...READONLY_PATHS, '/sys'])).toEqual([]);
    const unmasked = await probe(['read', '/proc/interrupts', '/proc/timer_list'], { maskedPaths: [] });
    expect(unmasked.filter(line => line.endsWith(' bytes'))).not.toEqual([]);
  });

  it('no file of /proc outside its own processes can be written but those every process may', async () => {
    const writable = await probe(['writable', '/proc']);
    expect(writable.filter(path => !WRITABLE_BY_ALL.test(path))).toEqual([]);
  });

  it('devices of the host can neither be found nor made and opened', async () => {
    const opened = (lines: readonly string[]): readonly string[] =>
      lines.filter(line => line.endsWith(' open 0')).map(line => line.split(' ')[0] ?? '');
    const lines = await probe(['devices']);
    expect(opened(lines)).toEqual(['null']);
    expect(lines.filter(line => !line.endsWith(' EPERM'))).toEqual(['null mknod 0 open 0']);
    expect(opened(await probe(['devices'], { privileged: true })).length).toBeGreaterThan(1);
  });

  it('keys of the daemon and its starter are out of reach', async () => {
    const description = `tiphys-${node.settings.cgroupRoot}`;
    expect(prober.outside('plant', description)).toEqual(['planted 0']);
    expect(await probe(['keyring', description])).toEqual(['keyring EPERM']);
    const [own, search] = await probe(['keyring', description], { seccomp: 'Unconfined' });
    const [other] = await probe(['keyring', description], { seccomp: 'Unconfined' });
    expect(search).toBe('search ENOKEY');
    expect(own).toMatch(/^keyring \d+$/);
    const serials = [own, other, prober.outside('keyring')[0]];
    expect(new Set(serials).size).toBe(3);
  });

  it('a pod on the host’s network finds no abstract socket of the runtime', async () => {
    const onNetwork = await runtime.createSandbox(node.sandboxConfig({ hostNetwork: true }));
    const visible = await prober.inside(onNetwork, ['sockets']);
    expect(visible.filter(name => /tiphys|shim|sock/.test(name))).toEqual([]);
    expect(prober.outside('sockets')).toEqual(expect.arrayContaining([...visible]));
  });
});

/** Of Docker's table of "significant syscalls blocked by the default profile", those of x86-64. */
const NEVER_IN_A_CONTAINER = `acct add_key bpf clock_settime create_module delete_module finit_module
  get_kernel_syms get_mempolicy init_module ioperm iopl kcmp kexec_file_load kexec_load keyctl lookup_dcookie
  mbind mount move_pages name_to_handle_at nfsservctl open_by_handle_at perf_event_open pivot_root
  query_module quotactl reboot request_key set_mempolicy setns settimeofday swapon swapoff sysfs _sysctl umount2
  unshare uselib userfaultfd ustat`
  .split(/\s+/)
  .filter(name => name !== 'name_to_handle_at');

const CLONE = 56;
const PERSONALITY = 135;
const SOCKET = 41;
/** Calls that are refused for their first argument only. */
const ARGUMENTS = [
  { name: 'clone NEWNS', number: CLONE, argument: 0x2_0000, errno: 'EPERM' },
  { name: 'clone NEWUSER', number: CLONE, argument: 0x1000_0000, errno: 'EPERM' },
  { name: 'clone NEWNET', number: CLONE, argument: 0x4000_0000, errno: 'EPERM' },
  { name: 'personality ADDR_NO_RANDOMIZE', number: PERSONALITY, argument: 0x4_0000, errno: 'EPERM' },
  { name: 'personality READ_IMPLIES_EXEC', number: PERSONALITY, argument: 0x40_0000, errno: 'EPERM' },
  { name: 'socket AF_ALG', number: SOCKET, argument: 38, errno: 'EPERM' },
  { name: 'socket AF_VSOCK', number: SOCKET, argument: 40, errno: 'EPERM' },
];

/** Own triggers of pressure, what belongs to the network namespace, and two that only user-mode Linux has. */
const WRITABLE_BY_ALL = /^\/proc\/(pressure\/(cpu|io|memory|irq)$|net\/|sysemu$|exitcode$)/;
