import type { Instruction } from './instruction.ts';
import { ALU_AND, JUMP_ABOVE, JUMP_AT_LEAST, JUMP_EQUAL, LOAD_WORD, RETURN } from './instruction.ts';

export type Comparison = 'NE' | 'LT' | 'LE' | 'EQ' | 'GE' | 'GT' | 'MASKED_EQ';

export interface Condition {
  /** Which argument, from 0. */
  readonly index: number;
  readonly comparison: Comparison;
  /** Of `MASKED_EQ` the mask. */
  readonly value: bigint;
  /** What the masked argument has to be. */
  readonly second: bigint;
}

export interface ArgumentRule {
  /** All of them have to hold. */
  readonly conditions: readonly Condition[];
  /** What the filter returns then. */
  readonly answer: number;
}

/** The first rule that holds answers; `otherwise` does where none does. Arguments have as many bits as `wide` says. */
export const argumentRules = (
  rules: readonly ArgumentRule[],
  otherwise: number,
  wide: boolean,
): readonly Instruction[] => [
  ...rules.flatMap(({ conditions, answer }) => ruleOf(conditions, answer, wide)),
  returns(otherwise),
];

/** From one comparison: on to the next one, or past those of this condition where it holds or fails. */
type Way = 'next' | 'holds' | 'fails';
interface Test {
  readonly code: number;
  readonly k: number;
  readonly yes: Way;
  readonly no: Way;
}

function ruleOf(conditions: readonly Condition[], answer: number, wide: boolean): readonly Instruction[] {
  const all = conditions.map(condition => testsOf(condition, wide));
  const length = all.reduce((sum, tests) => sum + tests.length, 0);
  const instructions: Instruction[] = [];
  for (const tests of all) {
    const end = instructions.length + tests.length;
    for (const { code, k, yes, no } of tests) {
      const at = instructions.length + 1;
      const to = (way: Way): number => (way === 'next' ? 0 : way === 'holds' ? end - at : length + 1 - at);
      instructions.push({ code, jt: to(yes), jf: to(no), k });
    }
  }
  return [...instructions, returns(answer)];
}

function testsOf({ index, comparison, value, second }: Condition, wide: boolean): readonly Test[] {
  const low = ARGUMENTS + 8 * index;
  const load = (offset: number): Test => ({ code: LOAD_WORD, k: offset, yes: 'next', no: 'next' });
  const masked = (mask: number): Test => ({ code: ALU_AND, k: mask, yes: 'next', no: 'next' });
  const test = (code: number, k: number, yes: Way, no: Way): Test => ({ code, k, yes, no });
  const [high, word] = [Number(value >> 32n), Number(value & WORD)];
  switch (comparison) {
    case 'MASKED_EQ':
      return [
        ...(wide ? [load(low + 4), masked(high), test(JUMP_EQUAL, Number(second >> 32n), 'next', 'fails')] : []),
        load(low),
        masked(word),
        test(JUMP_EQUAL, Number(second & WORD), 'holds', 'fails'),
      ];
    case 'EQ':
      return [
        ...(wide ? [load(low + 4), test(JUMP_EQUAL, high, 'next', 'fails')] : []),
        load(low),
        test(JUMP_EQUAL, word, 'holds', 'fails'),
      ];
    case 'NE':
      return [
        ...(wide ? [load(low + 4), test(JUMP_EQUAL, high, 'next', 'holds')] : []),
        load(low),
        test(JUMP_EQUAL, word, 'fails', 'holds'),
      ];
    default: {
      const isUp = comparison === 'GE' || comparison === 'GT';
      const [above, below]: readonly [Way, Way] = isUp ? ['holds', 'fails'] : ['fails', 'holds'];
      const code = comparison === 'GE' || comparison === 'LT' ? JUMP_AT_LEAST : JUMP_ABOVE;
      const first = [load(low + 4), test(JUMP_ABOVE, high, above, 'next'), test(JUMP_EQUAL, high, 'next', below)];
      return [...(wide ? first : []), load(low), test(code, word, above, below)];
    }
  }
}

/** Offset in struct seccomp_data; each has eight bytes, the lower half first. */
const ARGUMENTS = 16;
const WORD = 0xffff_ffffn;

const returns = (k: number): Instruction => ({ code: RETURN, jt: 0, jf: 0, k });
