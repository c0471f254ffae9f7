import { describe, expect, it } from 'vitest';
import { EXIT_RECORD_BYTES, fnv1a, parseExitsFile } from './exit-record.ts';
import { signalNumber } from './signal-number.ts';

const record = (id: string, status: number): Buffer => {
  const bytes = Buffer.alloc(EXIT_RECORD_BYTES);
  bytes.write(id.repeat(64), 0, 'latin1');
  bytes.writeUInt32LE(status, 68);
  bytes.writeBigUInt64LE(5_000_000n, 88);
  bytes.writeBigUInt64LE(fnv1a(bytes.subarray(0, 96)), 96);
  return bytes;
};

describe('parseExitsFile', () => {
  it('reads codes and signals', () => {
    const [exit, killed] = parseExitsFile(Buffer.concat([record('a', 7 << 8), record('b', 9)]));
    expect(exit).toMatchObject({ containerId: 'a'.repeat(64), exit: { exitCode: 7, signal: 0, finishedAtMs: 5 } });
    expect(killed).toMatchObject({ exit: { exitCode: 137, signal: 9 } });
  });

  it('stops at what was torn or altered', () => {
    const whole = Buffer.concat([record('a', 0), record('b', 0)]);
    for (let length = EXIT_RECORD_BYTES; length < whole.length; length += 13) {
      expect(parseExitsFile(whole.subarray(0, length))).toHaveLength(1);
    }
    whole.writeUInt8(1, EXIT_RECORD_BYTES + 70);
    expect(parseExitsFile(whole)).toHaveLength(1);
  });
});

describe('signalNumber', () => {
  it.each([
    ['SIGTERM', 15],
    ['QUIT', 3],
    ['9', 9],
    ['SIGRTMIN+3', 37],
    ['RTMAX-1', 63],
  ])('%s is %i', (signal, number) => {
    expect(signalNumber(signal)).toBe(number);
  });

  it('refuses what is none', () => {
    expect(() => signalNumber('SIGNOPE')).toThrow('unknown signal "SIGNOPE"');
  });
});
