import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { must } from '../../../src/base/must.ts';
import { runFilter } from './run-filter.ts';
import { compileFilter } from './compile-filter.ts';
import { localhostFilter } from './localhost-filter.ts';
import { localhostProfile } from './localhost-profile.ts';
import { I386_SYSCALLS } from './syscalls-i386.ts';
import { X86_64_SYSCALLS } from './syscalls-x86-64.ts';

const X86_64 = 0xc000_003e;
const I386 = 0x4000_0003;
const ALLOW = 0x7fff_0000;
const EPERM = 0x0005_0001;
const ENOSYS = 0x0005_0026;
const LOG = 0x7ffc_0000;
const KILL = 0x8000_0000;

function asked(profile: object, name: string, all: readonly bigint[] = [], arch = X86_64): number {
  const table = arch === X86_64 ? X86_64_SYSCALLS : I386_SYSCALLS;
  const number = must(table.get(name), `${name} is a system call`);
  const filter = compileFilter(localhostProfile(JSON.stringify(profile)));
  return runFilter(filter, { number, arch, firstArgument: 0, all });
}
const allowing = (...names: readonly string[]) => [{ names, action: 'SCMP_ACT_ALLOW' }];

describe('a profile of one’s own', () => {
  it('decides by name, on each architecture that it names, and refuses what is newer than itself as unknown', () => {
    const profile = {
      defaultAction: 'SCMP_ACT_ERRNO',
      architectures: ['SCMP_ARCH_X86_64', 'SCMP_ARCH_X86'],
      syscalls: allowing('read', 'statx', 'no_such_call'),
    };
    expect(asked(profile, 'read')).toBe(ALLOW);
    expect(asked(profile, 'write')).toBe(EPERM);
    expect(asked(profile, 'openat2')).toBe(ENOSYS);
    expect(asked(profile, 'read', [], I386)).toBe(ALLOW);
    expect(asked(profile, 'write', [], I386)).toBe(EPERM);
    expect(asked({ ...profile, architectures: [] }, 'read', [], I386)).toBe(KILL);
  });

  it.each([
    ['SCMP_ACT_LOG', {}, LOG, LOG],
    ['SCMP_ACT_ALLOW', {}, ALLOW, ALLOW],
    ['SCMP_ACT_KILL', {}, 0, ENOSYS],
    ['SCMP_ACT_KILL_PROCESS', {}, KILL, ENOSYS],
    ['SCMP_ACT_ERRNO', { defaultErrnoRet: 13 }, 0x0005_000d, ENOSYS],
  ])('answers %s %j where no rule does', (defaultAction, rest, plain, newer) => {
    const profile = { defaultAction, ...rest, syscalls: [{ names: ['mkdir'], action: 'SCMP_ACT_TRAP' }] };
    expect(asked(profile, 'read')).toBe(plain);
    expect(asked(profile, 'mkdir')).toBe(0x0003_0000);
    expect(asked(profile, 'openat2')).toBe(newer);
  });

  it('lets a rule without arguments go before those with, and of several about one argument each is enough', () => {
    const rule = (args: readonly object[], action = 'SCMP_ACT_ALLOW') => ({ names: ['socket'], action, args });
    const is = (index: number, value: number) => ({ index, value, op: 'SCMP_CMP_EQ' });
    const profile = (...syscalls: readonly object[]) => ({ defaultAction: 'SCMP_ACT_ERRNO', syscalls });
    const both = profile(rule([is(0, 2), is(1, 7)]));
    expect(asked(both, 'socket', [2n, 7n])).toBe(ALLOW);
    expect(asked(both, 'socket', [2n, 8n])).toBe(EPERM);
    const either = profile(rule([is(0, 2), is(0, 3)]));
    expect([1n, 2n, 3n].map(value => asked(either, 'socket', [value]))).toEqual([EPERM, ALLOW, ALLOW]);
    expect(asked(profile(rule([is(0, 2)], 'SCMP_ACT_KILL_PROCESS'), rule([])), 'socket', [2n])).toBe(ALLOW);
  });

  const compare = {
    SCMP_CMP_NE: (a: bigint, b: bigint) => a !== b,
    SCMP_CMP_LT: (a: bigint, b: bigint) => a < b,
    SCMP_CMP_LE: (a: bigint, b: bigint) => a <= b,
    SCMP_CMP_EQ: (a: bigint, b: bigint) => a === b,
    SCMP_CMP_GE: (a: bigint, b: bigint) => a >= b,
    SCMP_CMP_GT: (a: bigint, b: bigint) => a > b,
    SCMP_CMP_MASKED_EQ: (a: bigint, b: bigint, c: bigint) => (a & b) === c,
  } as const;
  const operators = ['NE', 'LT', 'LE', 'EQ', 'GE', 'GT', 'MASKED_EQ'] as const;
  const values = fc.oneof(
    fc.constantFrom(0, 1, 2, 0xffff_ffff, 2 ** 32, 2 ** 32 + 1, 2 ** 40),
    fc.integer({ min: 0, max: 2 ** 53 - 1 }),
  );
  const condition = fc.record({
    index: fc.integer({ min: 0, max: 5 }),
    op: fc.constantFrom(...operators.map(name => `SCMP_CMP_${name}` as const)),
    value: values,
    valueTwo: values,
  });

  it('compares arguments as it says, all 64 bits of them, the first rule that holds first', () => {
    const rule = fc.record({
      action: fc.constantFrom('SCMP_ACT_ALLOW' as const, 'SCMP_ACT_LOG' as const, 'SCMP_ACT_KILL_PROCESS' as const),
      args: fc.uniqueArray(condition, { selector: ({ index }) => index, minLength: 1, maxLength: 3 }),
    });
    const answers = { SCMP_ACT_ALLOW: ALLOW, SCMP_ACT_LOG: LOG, SCMP_ACT_KILL_PROCESS: KILL } as const;
    fc.assert(
      fc.property(
        fc.array(rule, { minLength: 1, maxLength: 4 }),
        fc.array(values.map(BigInt), { minLength: 6, maxLength: 6 }),
        (rules, all) => {
          const syscalls = rules.map(each => ({ names: ['ioctl'], ...each }));
          const held = rules.find(({ args }) =>
            args.every(({ index, op, value, valueTwo }) =>
              compare[op](all[index] ?? 0n, BigInt(value), BigInt(valueTwo)),
            ),
          );
          const expected = held === undefined ? EPERM : answers[held.action];
          expect(asked({ defaultAction: 'SCMP_ACT_ERRNO', syscalls }, 'ioctl', all)).toBe(expected);
        },
      ),
      { numRuns: 400 },
    );
  });

  it.each([
    ['{', /decoding seccomp profile failed: .*JSON/],
    ['[]', 'decoding seccomp profile failed: the profile is no object'],
    ['{}', 'an action is no text'],
    ['{"defaultAction":"SCMP_ACT_NOTIFY"}', 'action "SCMP_ACT_NOTIFY" is not supported'],
    ['{"defaultAction":"SCMP_ACT_ALLOW","listenerPath":"/x"}', 'listenerPath is not supported'],
    [
      '{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["read"],"action":"no"}]}',
      'action "no" is not supported',
    ],
    [
      '{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["read"],"action":"SCMP_ACT_LOG","args":[{"index":6}]}]}',
      'there is no argument 6',
    ],
    [
      '{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["read"],"action":"SCMP_ACT_LOG","args":[{"index":0,"op":"SCMP_CMP_EQ","value":9007199254740993}]}]}',
      'is no number that can be compared exactly',
    ],
  ])('%s is refused', (profile, message) => {
    expect(() => localhostFilter(profile)).toThrow(message);
  });
});
