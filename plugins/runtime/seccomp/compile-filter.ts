import { isDeepEqual } from '../../../src/base/deep-equal.ts';
import { argumentRules } from './argument-rules.ts';
import { JUMP, JUMP_AT_LEAST, JUMP_BITS, JUMP_EQUAL, LOAD_WORD, RETURN, type Instruction } from './instruction.ts';
import type { ArchitectureRules, Profile, Verdict } from './runtime-default.ts';

// Offsets in struct seccomp_data.
const NUMBER = 0;
const ARCHITECTURE = 4;
const FIRST_ARGUMENT = 16;

const ALLOW = 0x7fff_0000;
const ERRNO = 0x0005_0000;
const KILL_PROCESS = 0x8000_0000;
const EPERM = 1;
const ENOSYS = 38;

/** Numbers from here on are x32's on x86_64: there is no such system call, as on most kernels. */
const X32 = 0x4000_0000;
const LONGEST_JUMP = 255;

/**
 * The profile as a seccomp filter: equal neighbours are merged into ranges, and a balanced tree of
 * comparisons finds a number's range in about seven steps. An architecture without rules kills.
 */
export function compileFilter(profile: Profile): Buffer {
  const program: Instruction[] = [{ code: LOAD_WORD, jt: 0, jf: 0, k: ARCHITECTURE }];
  for (const rules of profile.architectures) {
    const body = [{ code: LOAD_WORD, jt: 0, jf: 0, k: NUMBER }, ...searchTree(rangesOf(rules))];
    program.push(...unless(JUMP_EQUAL, rules.auditArch, body));
  }
  program.push(answer(KILL_PROCESS));
  return encode(program);
}

interface Range {
  readonly from: number;
  readonly verdict: Verdict;
}

function rangesOf(rules: ArchitectureRules): readonly Range[] {
  const { unknown = { kind: 'errno', errno: EPERM } } = rules;
  const last = Math.max(...rules.verdicts.keys());
  const ranges: Range[] = [];
  for (let number = 0; number <= last + 1; number++) {
    const verdict = rules.verdicts.get(number) ?? unknown;
    const before = ranges.at(-1);
    if (before === undefined || !isDeepEqual(before.verdict, verdict)) ranges.push({ from: number, verdict });
  }
  return [...ranges, { from: X32, verdict: { kind: 'errno', errno: ENOSYS } }];
}

function searchTree(ranges: readonly Range[]): readonly Instruction[] {
  const [first] = ranges;
  if (first === undefined) return [answer(ERRNO | EPERM)];
  if (ranges.length === 1) return leaf(first.verdict);
  const middle = ranges.length >> 1;
  const upper = searchTree(ranges.slice(middle));
  const lower = searchTree(ranges.slice(0, middle));
  return [...unless(JUMP_AT_LEAST, ranges[middle]?.from ?? 0, upper), ...lower];
}

/** `body` where the comparison holds; what follows it otherwise. `body` always returns. */
function unless(code: number, k: number, body: readonly Instruction[]): readonly Instruction[] {
  if (body.length <= LONGEST_JUMP) return [{ code, jt: 0, jf: body.length, k }, ...body];
  return [{ code, jt: 1, jf: 0, k }, { code: JUMP, jt: 0, jf: 0, k: body.length }, ...body];
}

function leaf(verdict: Verdict): readonly Instruction[] {
  const load: Instruction = { code: LOAD_WORD, jt: 0, jf: 0, k: FIRST_ARGUMENT };
  switch (verdict.kind) {
    case 'allow':
      return [answer(ALLOW)];
    case 'errno':
      return [answer(ERRNO | verdict.errno)];
    case 'answer':
      return [answer(verdict.answer)];
    case 'byArguments':
      return argumentRules(verdict.rules, verdict.otherwise, verdict.wide);
    case 'unlessFirstArgument':
      return [load, ...matches(verdict.values), answer(ALLOW), answer(ERRNO | EPERM)];
    case 'onlyFirstArgument':
      return [load, ...matches(verdict.values), answer(ERRNO | EPERM), answer(ALLOW)];
    case 'unlessFirstArgumentHas':
      return [load, { code: JUMP_BITS, jt: 1, jf: 0, k: verdict.mask }, answer(ALLOW), answer(ERRNO | EPERM)];
  }
}

/** Skips one instruction, the answer where none matched, when the accumulator is one of `values`. */
function matches(values: readonly number[]): readonly Instruction[] {
  return values.map((k, index) => ({ code: JUMP_EQUAL, jt: values.length - index, jf: 0, k }));
}

const answer = (k: number): Instruction => ({ code: RETURN, jt: 0, jf: 0, k });

function encode(program: readonly Instruction[]): Buffer {
  const bytes = Buffer.alloc(program.length * 8);
  program.forEach(({ code, jt, jf, k }, index) => {
    bytes.writeUInt16LE(code, index * 8);
    bytes.writeUInt8(jt, index * 8 + 2);
    bytes.writeUInt8(jf, index * 8 + 3);
    bytes.writeUInt32LE(k >>> 0, index * 8 + 4);
  });
  return bytes;
}
