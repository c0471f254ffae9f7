import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ALL_CAPABILITIES } from '../../../src/base/linux-capabilities.ts';
import { runFilter } from './run-filter.ts';
import { compileFilter } from './compile-filter.ts';
import { runtimeDefaultProfile, type Verdict } from './runtime-default.ts';
import { I386_SYSCALLS } from './syscalls-i386.ts';
import { X86_64_SYSCALLS } from './syscalls-x86-64.ts';

const ALLOW = 0x7fff_0000;
const EPERM = 0x0005_0001;
const ENOSYS = 0x0005_0026;
const X86_64 = 0xc000_003e;

describe('compileFilter', () => {
  it('decides every number, architecture and argument as the profile says', () => {
    fc.assert(
      fc.property(
        fc.subarray([...ALL_CAPABILITIES]),
        fc.integer({ min: 0, max: 600 }),
        fc.constantFrom(X86_64, 0x4000_0003),
        fc.oneof(fc.integer({ min: 0, max: 50 }), fc.integer({ min: 0, max: 2 ** 32 - 1 })),
        (capabilities, number, arch, firstArgument) => {
          const profile = runtimeDefaultProfile(new Set(capabilities));
          const rules = profile.architectures.find(each => each.auditArch === arch);
          const expected = outcome(rules?.verdicts.get(number), firstArgument);
          expect(runFilter(compileFilter(profile), { number, arch, firstArgument })).toBe(expected);
        },
      ),
      { numRuns: 400 },
    );
  });

  it('kills on a foreign architecture and knows no x32', () => {
    const filter = compileFilter(runtimeDefaultProfile(new Set()));
    expect(runFilter(filter, { number: 0, arch: 0xc000_00b7, firstArgument: 0 })).toBe(0x8000_0000);
    expect(runFilter(filter, { number: 0x4000_0000, arch: X86_64, firstArgument: 0 })).toBe(ENOSYS);
  });

  it('stays small enough to load in a tenth of a millisecond', () => {
    expect(compileFilter(runtimeDefaultProfile(new Set())).length / 8).toBeLessThan(450);
  });
});

describe('runtimeDefaultProfile', () => {
  const filter = (capabilities: readonly (typeof ALL_CAPABILITIES)[number][]): Buffer =>
    compileFilter(runtimeDefaultProfile(new Set(capabilities)));
  const call = (
    name: string,
    firstArgument = 0,
    arch = X86_64,
  ): { number: number; arch: number; firstArgument: number } => ({
    number: (arch === X86_64 ? X86_64_SYSCALLS : I386_SYSCALLS).get(name) ?? -1,
    arch,
    firstArgument,
  });

  it.each([
    ['read', [], 0, ALLOW],
    ['mount', [], 0, EPERM],
    ['mount', ['CAP_SYS_ADMIN'], 0, ALLOW],
    ['keyctl', ['CAP_SYS_ADMIN'], 0, EPERM],
    ['io_uring_setup', [], 0, EPERM],
    ['chroot', ['CAP_SYS_CHROOT'], 0, ALLOW],
    ['chroot', [], 0, EPERM],
    ['ptrace', [], 0, ALLOW],
    ['socket', [], 2, ALLOW],
    ['socket', [], 38, EPERM],
    ['socket', [], 40, EPERM],
    ['personality', [], 0, ALLOW],
    ['personality', [], 0x4_0000, EPERM],
    ['clone', [], 0x11, ALLOW],
    ['clone', [], 0x1000_0000, EPERM],
    ['clone', ['CAP_SYS_ADMIN'], 0x1000_0000, ALLOW],
    ['clone3', [], 0, ENOSYS],
    ['clone3', ['CAP_SYS_ADMIN'], 0, ALLOW],
    ['bpf', ['CAP_BPF'], 0, ALLOW],
    ['statx', [], 0, ALLOW],
    ['mseal', [], 0, ALLOW],
  ] as const)('%s with %j, first argument %i', (name, capabilities, firstArgument, expected) => {
    expect(runFilter(filter(capabilities), call(name, firstArgument))).toBe(expected);
  });
});

function outcome(verdict: Verdict | undefined, firstArgument: number): number {
  switch (verdict?.kind) {
    case undefined:
      return EPERM;
    case 'allow':
      return ALLOW;
    case 'errno':
      return 0x0005_0000 | verdict.errno;
    case 'unlessFirstArgument':
      return verdict.values.includes(firstArgument) ? EPERM : ALLOW;
    case 'answer':
    case 'byArguments':
      throw new Error('the default profile has none of these');
    case 'onlyFirstArgument':
      return verdict.values.includes(firstArgument) ? ALLOW : EPERM;
    case 'unlessFirstArgumentHas':
      return (firstArgument & verdict.mask) === 0 ? ALLOW : EPERM;
  }
}
