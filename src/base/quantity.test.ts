import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  canonicalQuantity,
  compareQuantities,
  formatQuantity,
  milliUnits,
  parseQuantity,
  wholeUnits,
} from './quantity.ts';

describe('canonicalQuantity', () => {
  it.each([
    ['0', '0'],
    ['0n', '0'],
    ['-0', '0'],
    ['1.', '1'],
    ['.', '0'],
    ['-.', '0'],
    ['.001', '1m'],
    ['0.9n', '1n'],
    ['-0.9n', '-1n'],
    ['1000m', '1'],
    ['0.5', '500m'],
    ['1500m', '1500m'],
    ['100000', '100k'],
    ['12E', '12E'],
    ['1E', '1E'],
    ['1e3', '1e3'],
    ['1e4', '10e3'],
    ['1E-3', '1e-3'],
    ['1024Ki', '1Mi'],
    ['1023Ki', '1023Ki'],
    ['512', '512'],
    ['0.5Gi', '512Mi'],
    ['1Ki', '1Ki'],
    ['0.5Ki', '512'],
    ['100.035Ki', '102435840m'],
    ['9Ei', '9223372036854775807'],
    ['9223372036854775807Ki', '9223372036854775807'],
    ['+2', '2'],
  ])('%s is %s', (text, canonical) => {
    expect(canonicalQuantity(text)).toBe(canonical);
  });

  it.each([
    '',
    '1.1.M',
    '1+1.0M',
    '0.1mi',
    '0.1am',
    'aoeu',
    '.5i',
    '1i',
    '-3.01i',
    '-3.01e-',
    ' 1',
    '1 ',
    '1e100000000',
  ])('refuses %j', text => {
    expect(() => parseQuantity(text)).toThrow(/quantit/);
  });

  it('refuses a long text at once', () => {
    expect(() => parseQuantity('9'.repeat(1_000_000))).toThrow('regular expression');
  });

  it('is a fixed point and loses nothing', () => {
    const suffix = fc.constantFrom('n', 'u', 'm', '', 'k', 'M', 'G', 'Ki', 'Mi', 'Gi', 'e3', 'e-3');
    fc.assert(
      fc.property(fc.integer(), suffix, (value, unit) => {
        const quantity = parseQuantity(`${value}${unit}`);
        const text = formatQuantity(quantity);
        expect(formatQuantity(parseQuantity(text))).toBe(text);
        expect(compareQuantities(parseQuantity(text), quantity)).toBe(0);
      }),
    );
  });
});

it('counts whole units and thousandths, rounded up', () => {
  expect(milliUnits(parseQuantity('0.0015'))).toBe(2);
  expect(wholeUnits(parseQuantity('1500m'))).toBe(2);
  expect(wholeUnits(parseQuantity('2Gi'))).toBe(2 ** 31);
});
