import { isRecord, own as field } from '../../../src/base/is-record.ts';
import { messageOf } from '../../../src/base/message-of.ts';
import type { ArgumentRule, Comparison, Condition } from './argument-rules.ts';
import type { Profile, Verdict } from './runtime-default.ts';
import type { SyscallTable } from './syscall-table.ts';
import { I386_SYSCALLS } from './syscalls-i386.ts';
import { X86_64_SYSCALLS } from './syscalls-x86-64.ts';

/** What a profile says that cannot be done; in words for whoever wrote it. */
export class ProfileError extends Error {}

/**
 * A profile of the OCI runtime specification (`linux.seccomp`), read as runc reads it: a rule without arguments goes
 * before those with, names that are not known are passed over, and what is newer than all that a refusing profile
 * names is said not to exist. Flags only concern logging and speculation here, and are passed over.
 */
export function localhostProfile(text: string): Profile {
  const profile = record(parsed(text), 'the profile');
  if (field(profile, 'listenerPath') !== undefined) throw new ProfileError('listenerPath is not supported');
  const action = actionOf(field(profile, 'defaultAction'), field(profile, 'defaultErrnoRet'));
  const rules = list(field(profile, 'syscalls'), 'syscalls').flatMap(each => rulesOf(record(each, 'a rule'), action));
  const architectures = list(field(profile, 'architectures'), 'architectures');
  const x86: Profile['architectures'] = architectures.includes('SCMP_ARCH_X86')
    ? [{ auditArch: 0x4000_0003, verdicts: verdicts(I386_SYSCALLS, rules, action, false), unknown: newer(action) }]
    : [];
  return {
    architectures: [
      { auditArch: 0xc000_003e, verdicts: verdicts(X86_64_SYSCALLS, rules, action, true), unknown: newer(action) },
      ...x86,
    ],
  };
}

interface NamedRule extends ArgumentRule {
  readonly name: string;
}

function rulesOf(rule: Readonly<Record<string, unknown>>, otherwise: number): readonly NamedRule[] {
  const answer = actionOf(field(rule, 'action'), field(rule, 'errnoRet'));
  // It would say nothing.
  if (answer === otherwise) return [];
  const names = list(field(rule, 'names'), 'names').map(name => textOf(name, 'a name'));
  const conditions = list(field(rule, 'args'), 'args').map(each => conditionOf(record(each, 'an argument')));
  const isOneEach = new Set(conditions.map(({ index }) => index)).size === conditions.length;
  // Of several about one argument each is enough.
  const sets = isOneEach ? [conditions] : conditions.map(each => [each]);
  return names.flatMap(name => sets.map(set => ({ name, conditions: set, answer })));
}

/** Of every number up to the last one that any rule names. */
function verdicts(
  table: SyscallTable,
  rules: readonly NamedRule[],
  otherwise: number,
  wide: boolean,
): ReadonlyMap<number, Verdict> {
  const byNumber = new Map<number, NamedRule[]>();
  for (const rule of rules) {
    const number = table.get(rule.name);
    if (number === undefined) continue;
    const before = byNumber.get(number);
    if (before === undefined) byNumber.set(number, [rule]);
    else before.push(rule);
  }
  const last = Math.max(0, ...byNumber.keys());
  return new Map(
    Array.from({ length: last + 1 }, (_, number) => [number, verdictOf(byNumber.get(number) ?? [], otherwise, wide)]),
  );
}

function verdictOf(rules: readonly NamedRule[], otherwise: number, wide: boolean): Verdict {
  const plain = rules.find(({ conditions }) => conditions.length === 0);
  if (plain !== undefined || rules.length === 0) return { kind: 'answer', answer: plain?.answer ?? otherwise };
  const shown = rules.map(({ conditions, answer }) => ({ conditions, answer }));
  return { kind: 'byArguments', rules: shown, otherwise, wide };
}

/** Of a number beyond all that the profile names. */
const newer = (otherwise: number): Verdict => ({
  kind: 'answer',
  answer: PASSING.has(otherwise >>> 16) ? otherwise : ENOSYS,
});

function actionOf(name: unknown, errno: unknown): number {
  const action = ACTIONS.get(textOf(name, 'an action'));
  if (action === undefined) throw new ProfileError(`action ${JSON.stringify(name)} is not supported`);
  const takesErrno = action === ERRNO || action === TRACE;
  if (!takesErrno) return action;
  if (errno === undefined) return action | EPERM;
  if (typeof errno !== 'number' || !Number.isInteger(errno) || errno < 0 || errno > 4095)
    throw new ProfileError(`errno ${JSON.stringify(errno)} is none`);
  return (action | errno) >>> 0;
}

function conditionOf(argument: Readonly<Record<string, unknown>>): Condition {
  const index = field(argument, 'index');
  if (typeof index !== 'number' || !Number.isInteger(index) || index < 0 || index > 5) {
    throw new ProfileError(`there is no argument ${JSON.stringify(index)}`);
  }
  const comparison = COMPARISONS.get(textOf(field(argument, 'op'), 'op'));
  if (comparison === undefined)
    throw new ProfileError(`operator ${JSON.stringify(field(argument, 'op'))} is not supported`);
  return { index, comparison, value: amount(field(argument, 'value')), second: amount(field(argument, 'valueTwo')) };
}

/** Numbers beyond those that JSON keeps exactly would compare with something else than is written. */
function amount(value: unknown = 0): bigint {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0)
    throw new ProfileError(`value ${JSON.stringify(value)} is no number that can be compared exactly`);
  return BigInt(value);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ProfileError(messageOf(error), { cause: error });
  }
}

function record(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (!isRecord(value)) throw new ProfileError(`${what} is no object`);
  return value;
}

function list(value: unknown, what: string): readonly unknown[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw new ProfileError(`${what} is no list`);
  return value;
}

function textOf(value: unknown, what: string): string {
  if (typeof value !== 'string') throw new ProfileError(`${what} is no text`);
  return value;
}

const ERRNO = 0x0005_0000;
const TRACE = 0x7ff0_0000;
const EPERM = 1;
const ENOSYS = ERRNO | 38;
const ACTIONS: ReadonlyMap<string, number> = new Map([
  ['SCMP_ACT_KILL', 0],
  ['SCMP_ACT_KILL_THREAD', 0],
  ['SCMP_ACT_KILL_PROCESS', 0x8000_0000],
  ['SCMP_ACT_TRAP', 0x0003_0000],
  ['SCMP_ACT_ERRNO', ERRNO],
  ['SCMP_ACT_TRACE', TRACE],
  ['SCMP_ACT_LOG', 0x7ffc_0000],
  ['SCMP_ACT_ALLOW', 0x7fff_0000],
]);
/** Upper halves of answers that let a call through, in one way or another. */
const PASSING: ReadonlySet<number> = new Set([0x7fff, 0x7ffc, 0x7ff0]);
const COMPARISONS: ReadonlyMap<string, Comparison> = new Map([
  ['SCMP_CMP_NE', 'NE'],
  ['SCMP_CMP_LT', 'LT'],
  ['SCMP_CMP_LE', 'LE'],
  ['SCMP_CMP_EQ', 'EQ'],
  ['SCMP_CMP_GE', 'GE'],
  ['SCMP_CMP_GT', 'GT'],
  ['SCMP_CMP_MASKED_EQ', 'MASKED_EQ'],
]);
