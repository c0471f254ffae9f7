import { describe, expect, it } from 'vitest';
import {
  allAddresses,
  rangeOfCidr,
  rangesContain,
  rangesOfAddresses,
  rangesWithout,
  unitedRanges,
  type AddressRanges,
} from './address-ranges.ts';
import { formatIpNumber } from './ip-number.ts';

const ranges = (...ends: readonly (readonly [number, number])[]): AddressRanges =>
  ends.map(([first, last]) => ({ first, last }));

describe('ranges of addresses', () => {
  it('are united where they overlap or touch, whatever their order', () => {
    expect(unitedRanges(ranges([7, 9], [1, 2], [3, 4], [8, 12], [20, 20]))).toEqual(ranges([1, 4], [7, 12], [20, 20]));
    expect(unitedRanges(ranges([1, 10], [2, 3]))).toEqual(ranges([1, 10]));
    expect(unitedRanges([])).toEqual([]);
  });

  it.each([
    [ranges([1, 10]), ranges(), ranges([1, 10])],
    [ranges([1, 10]), ranges([1, 10]), ranges()],
    [ranges([1, 10]), ranges([0, 3], [5, 5], [9, 20]), ranges([4, 4], [6, 8])],
    [ranges([1, 10], [20, 30]), ranges([5, 25]), ranges([1, 4], [26, 30])],
    [ranges([1, 2], [4, 5], [7, 8]), ranges([4, 5]), ranges([1, 2], [7, 8])],
    [allAddresses(0), ranges([0, 0], [0xff_ff_ff_ff, 0xff_ff_ff_ff]), ranges([1, 0xff_ff_ff_fe])],
  ])('%j without %j', (from, without, left) => {
    expect(rangesWithout(from, without)).toEqual(left);
  });

  it('are the same of IPv6', () => {
    const block = [rangeOfCidr('fd00::/120')];
    const without = rangesWithout(block, unitedRanges([rangeOfCidr('fd00::4/127'), rangeOfCidr('fd00::6/128')]));
    expect(without.map(({ first, last }) => `${formatIpNumber(first)} ${formatIpNumber(last)}`)).toEqual([
      'fd00:: fd00::3',
      'fd00::7 fd00::ff',
    ]);
    expect(rangesContain(without, 0xfd00n << 112n)).toBe(true);
    expect(rangesContain(without, (0xfd00n << 112n) + 5n)).toBe(false);
  });

  it('contain their ends and what is between, as asking each one would say', () => {
    const some = ranges([2, 4], [6, 6], [9, 12]);
    const found = Array.from({ length: 15 }, (_, address) => address).filter(address => rangesContain(some, address));
    expect(found).toEqual([2, 3, 4, 6, 9, 10, 11, 12]);
    expect(rangesContain([], 0)).toBe(false);
  });

  it('come of CIDRs and single addresses', () => {
    expect(rangeOfCidr('255.255.255.0/24')).toEqual({ first: 0xff_ff_ff_00, last: 0xff_ff_ff_ff });
    expect([rangeOfCidr('0.0.0.0/0')]).toEqual(allAddresses(0));
    expect([rangeOfCidr('::/0')]).toEqual(allAddresses(0n));
    expect(rangesOfAddresses([5, 3, 4, 9])).toEqual(ranges([3, 5], [9, 9]));
  });
});
