import { describe, expect, it } from 'vitest';
import { assembleFilter } from './assemble-filter.ts';
import { DEVICE_RULES, ownRules, ruleText } from './device-rules.ts';

const MAKE = 1;
const READ = 2;
const WRITE = 4;

describe('the device filter', () => {
  const program = assembleFilter(DEVICE_RULES);
  const decide = (type: 'b' | 'c', major: number, minor: number, access: number): number =>
    run(program, [(access << 16) | (type === 'b' ? 1 : 2), major, minor]);

  it.each([
    ['null', 'c', 1, 3, READ | WRITE, 1],
    ['urandom', 'c', 1, 9, READ, 1],
    ['a terminal', 'c', 136, 17, READ | WRITE, 1],
    ['ptmx', 'c', 5, 2, READ | WRITE | MAKE, 1],
    ['a node of memory', 'c', 1, 1, MAKE, 1],
    ['a node of a disk', 'b', 8, 0, MAKE, 1],
    ['memory', 'c', 1, 1, READ, 0],
    ['memory made and read', 'c', 1, 1, READ | MAKE, 0],
    ['a disk', 'b', 8, 0, READ, 0],
    ['a disk numbered as null', 'b', 1, 3, READ, 0],
    ['the kernel’s log', 'c', 1, 11, WRITE, 0],
    ['an unknown device', 'c', 511, 255, READ | WRITE, 0],
  ] as const)('decides on %s', (_, type, major, minor, access, answer) => {
    expect(decide(type, major, minor, access)).toBe(answer);
  });

  it('lets a container do with a device of its own what that allows', () => {
    const device = { path: '/dev/mine', type: 'c', major: 1, minor: 11, mode: 0o666, access: 'w' } as const;
    const rules = [...DEVICE_RULES, ...ownRules([device])];
    const log = (access: number) => run(assembleFilter(rules), [(access << 16) | 2, 1, 11]);
    expect([WRITE, READ, READ | WRITE, MAKE].map(log)).toEqual([1, 0, 0, 1]);
    expect(rules.map(ruleText)).toContain('c 1:11 w');
  });

  it('says the same as the text that cgroup v1 takes', () => {
    expect(DEVICE_RULES.map(ruleText)).toEqual(
      expect.arrayContaining(['c *:* m', 'b *:* m', 'c 1:3 rwm', 'c 136:* rwm']),
    );
  });

  it('without rules refuses all', () => {
    expect(run(assembleFilter([]), [(MAKE << 16) | 2, 1, 3])).toBe(0);
  });
});

/** The instructions of eBPF that a device filter is made of, over the words of its context. */
function run(program: Buffer, context: readonly number[]): number {
  const registers = Array.from({ length: 11 }, () => 0);
  for (let at = 0; at < program.length; at += 8) {
    const [to, from] = [program.readUInt8(at + 1) & 15, program.readUInt8(at + 1) >> 4];
    const [offset, value] = [program.readInt16LE(at + 2), program.readInt32LE(at + 4)];
    const code = program.readUInt8(at);
    if (code === 0x95) return registers[0] ?? 0;
    const held = registers[to] ?? 0;
    if (code === 0x61) registers[to] = context[offset / 4] ?? Number.NaN;
    else if (code === 0xbf) registers[to] = registers[from] ?? 0;
    else if (code === 0xb7) registers[to] = value;
    else if (code === 0x57) registers[to] = held & value;
    else if (code === 0x77) registers[to] = held >>> value;
    else if (code === 0x55) at += held === value ? 0 : offset * 8;
    else throw new Error(`unknown instruction ${code}`);
  }
  throw new Error('the program has no end');
}
