import type { DeviceRule } from './device-rules.ts';

/** One instruction of eBPF: struct bpf_insn of linux/bpf.h. */
interface Instruction {
  readonly code: number;
  readonly to: number;
  readonly from?: number;
  readonly offset?: number;
  readonly value?: number;
}

const LOAD_WORD = 0x61; // BPF_LDX | BPF_MEM | BPF_W
const MOVE = 0xbf; // BPF_ALU64 | BPF_MOV | BPF_X
const SET = 0xb7; // BPF_ALU64 | BPF_MOV | BPF_K
const AND = 0x57; // BPF_ALU64 | BPF_AND | BPF_K
const SHIFT_RIGHT = 0x77; // BPF_ALU64 | BPF_RSH | BPF_K
const JUMP_UNLESS_EQUAL = 0x55; // BPF_JMP | BPF_JNE | BPF_K
const EXIT = 0x95;

// Registers: the answer, the context, and what was read from it.
const ANSWER = 0;
const CONTEXT = 1;
const ACCESS = 2;
const TYPE = 3;
const MAJOR = 4;
const MINOR = 5;
const EXCESS = 6;

/** BPF_DEVCG_DEV_* and BPF_DEVCG_ACC_*. */
const TYPES = { b: 1, c: 2 } as const;
const ACCESSES: readonly (readonly [string, number])[] = [
  ['m', 1],
  ['r', 2],
  ['w', 4],
];

/** The rules as a program of type BPF_PROG_TYPE_CGROUP_DEVICE: 1 where one of them allows all of the access, else 0. */
export function assembleFilter(rules: readonly DeviceRule[]): Buffer {
  return encode([
    // struct bpf_cgroup_dev_ctx: access in the upper and type in the lower half, major, minor.
    { code: LOAD_WORD, to: ACCESS, from: CONTEXT, offset: 0 },
    { code: MOVE, to: TYPE, from: ACCESS },
    { code: AND, to: TYPE, value: 0xffff },
    { code: SHIFT_RIGHT, to: ACCESS, value: 16 },
    { code: LOAD_WORD, to: MAJOR, from: CONTEXT, offset: 4 },
    { code: LOAD_WORD, to: MINOR, from: CONTEXT, offset: 8 },
    ...rules.flatMap(assembleRule),
    ...answer(0),
  ]);
}

function assembleRule({ type, major, minor, access }: DeviceRule): readonly Instruction[] {
  const numbers = [
    { register: MAJOR, number: major },
    { register: MINOR, number: minor },
  ].flatMap(({ register, number }) => (number === null ? [] : [unless(register, number)]));
  const body = [
    unless(TYPE, TYPES[type]),
    { code: MOVE, to: EXCESS, from: ACCESS },
    { code: AND, to: EXCESS, value: ~bitsOf(access) },
    unless(EXCESS, 0),
    ...numbers,
    ...answer(1),
  ];
  // To what follows the rule: a jump counts from the instruction after it.
  return body.map((each, index) =>
    each.code === JUMP_UNLESS_EQUAL ? { ...each, offset: body.length - index - 1 } : each,
  );
}

const bitsOf = (access: string): number =>
  ACCESSES.reduce((bits, [letter, bit]) => (access.includes(letter) ? bits | bit : bits), 0);

const unless = (register: number, value: number): Instruction => ({ code: JUMP_UNLESS_EQUAL, to: register, value });
const answer = (value: number): readonly Instruction[] => [
  { code: SET, to: ANSWER, value },
  { code: EXIT, to: 0 },
];

function encode(program: readonly Instruction[]): Buffer {
  const bytes = Buffer.alloc(program.length * 8);
  program.forEach(({ code, to, from = 0, offset = 0, value = 0 }, index) => {
    bytes.writeUInt8(code, index * 8);
    bytes.writeUInt8(to | (from << 4), index * 8 + 1);
    bytes.writeInt16LE(offset, index * 8 + 2);
    bytes.writeInt32LE(value, index * 8 + 4);
  });
  return bytes;
}
