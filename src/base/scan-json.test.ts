import fc from 'fast-check';
import { expect, it } from 'vitest';
import { JsonScan, scanJson } from './scan-json.ts';

const LIMITS = { depth: 100, weight: 1_000_000 };

it('finds in pieces what it finds at once', () => {
  const text = fc.oneof(
    fc.json(),
    fc.constantFrom(
      '{"a":1.0,"a":{"b":[1,{"c":9223372036854775807,"c":"\\ud800"}]},"x":"\\\\\\""}',
      '[[],[{"a":"]","a":"\\"]"}],-1e3,12345678901234567890]',
      '{"a":"',
      '{"é":"\\\\\\\\","\\u00e9":-12e1,"😀":"é\\ud83d\\ude00","😀":"\\\\\\ud800"}',
    ),
  );
  fc.assert(
    fc.property(text, fc.integer({ min: 1, max: 7 }), (json, count) => {
      const pieces = new JsonScan(Buffer.from(json), LIMITS);
      while (!pieces.isAtEnd) pieces.read(count);
      const whole = scanJson(Buffer.from(json), LIMITS);
      const findings = ({ duplicates, floats, hasBigInteger, hasSurrogateEscape, weight }: typeof whole) => ({
        duplicates,
        floats,
        hasBigInteger,
        hasSurrogateEscape,
        weight,
      });
      expect(findings(pieces)).toEqual(findings(whole));
    }),
  );
});

it('comes to an end', () => {
  const scan = new JsonScan(Buffer.from('{"a":[1,2]}'), LIMITS);
  expect(scan.isAtEnd).toBe(false);
  scan.read(3);
  expect(scan.isAtEnd).toBe(false);
  scan.read(100);
  expect(scan.isAtEnd).toBe(true);
});
