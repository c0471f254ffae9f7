import { expect, it } from 'vitest';
import { AllowedSysctls, sandboxSysctls } from './sysctls.ts';

const setting = (...names: readonly string[]) => ({
  securityContext: { sysctls: names.map(name => ({ name, value: '1' })) },
});
const some = new AllowedSysctls(['kernel.msg*', 'net/core/somaxconn', 'net.ipv4.conf.*']);

it('pods may set what is safe, and what the node allows besides', () => {
  expect(new AllowedSysctls().refusal(setting('net.ipv4.tcp_syncookies', 'kernel/shm_rmid_forced'))).toBeUndefined();
  const unsafe = setting('kernel.msgmax', 'net.core.somaxconn', 'net/ipv4/conf/eth0.1/arp_filter');
  expect(some.refusal(unsafe)).toBeUndefined();
  expect(new AllowedSysctls().refusal(unsafe)).toBe('forbidden sysctl: "kernel.msgmax" not allowlisted');
});

it.each([
  [setting('net/core/somaxconn2'), 'forbidden sysctl: "net.core.somaxconn2" not allowlisted'],
  [setting('kernel.shmmax'), 'forbidden sysctl: "kernel.shmmax" not allowlisted'],
  [
    { ...setting('kernel.msgmax'), hostIPC: true },
    'forbidden sysctl: "kernel.msgmax" not allowed with host ipc enabled',
  ],
  [
    { ...setting('net.ipv4.tcp_rmem'), hostNetwork: true },
    'forbidden sysctl: "net.ipv4.tcp_rmem" not allowed with host net enabled',
  ],
])('%j is refused', (spec, message) => {
  expect(some.refusal(spec)).toBe(message);
});

it.each([
  ['kernel.s*', 'the sysctls "kernel.s*" are not known to be namespaced'],
  ['vm/swappiness', 'the sysctl "vm.swappiness" are not known to be namespaced'],
  [
    'net.*.x',
    'sysctl "net.*.x" must have at most 253 characters and match regex ([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*([a-z0-9][-_a-z0-9]*)?[a-z0-9*]',
  ],
])('%s cannot be allowed', (pattern, message) => {
  expect(() => new AllowedSysctls([pattern])).toThrow(message);
});

it('names them as the kernel has them', () => {
  const spec = setting('net.core.somaxconn', 'net/ipv4/conf/eth0.1/arp_filter');
  expect(Object.keys(sandboxSysctls(spec))).toEqual(['net/core/somaxconn', 'net/ipv4/conf/eth0.1/arp_filter']);
});
