import type { Cidr } from './ipv4.ts';

/** IPv4 addresses from `first` to `last`, both included. */
export interface AddressRange {
  readonly first: number;
  readonly last: number;
}

/** Sorted, apart from each other, never side by side: equal sets of addresses are equal lists. */
export type AddressRanges = readonly AddressRange[];

const LAST_ADDRESS = 0xff_ff_ff_ff;
export const ALL_ADDRESSES: AddressRanges = [{ first: 0, last: LAST_ADDRESS }];

/** All addresses of `ranges`, which may be in any order and overlap. */
export function unitedRanges(ranges: Iterable<AddressRange>): AddressRanges {
  const sorted = [...ranges].sort((one, other) => one.first - other.first);
  const united: AddressRange[] = [];
  for (const { first, last } of sorted) {
    const before = united.at(-1);
    if (before === undefined || first > before.last + 1) united.push({ first, last });
    else if (last > before.last) united[united.length - 1] = { first: before.first, last };
  }
  return united;
}

/** Those of `ranges` that are not in `without`. */
export function rangesWithout(ranges: AddressRanges, without: AddressRanges): AddressRanges {
  const left: AddressRange[] = [];
  let at = 0;
  for (const { first, last } of ranges) {
    let from = first;
    while ((without[at]?.last ?? Infinity) < from) at++;
    for (let next = at; (without[next]?.first ?? Infinity) <= last; next++) {
      const gone = without[next];
      if (gone === undefined) break;
      if (gone.first > from) left.push({ first: from, last: gone.first - 1 });
      from = Math.max(from, gone.last + 1);
    }
    if (from <= last) left.push({ first: from, last });
  }
  return left;
}

/** By halves. */
export function rangesContain(ranges: AddressRanges, address: number): boolean {
  let low = 0;
  let high = ranges.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ranges[middle]?.last ?? 0) < address) low = middle + 1;
    else high = middle;
  }
  return (ranges[low]?.first ?? Infinity) <= address;
}

export const rangeOfCidr = ({ first, size }: Cidr): AddressRange => ({ first, last: first + size - 1 });

export const rangesOfAddresses = (addresses: Iterable<number>): AddressRanges =>
  unitedRanges([...addresses].map(address => ({ first: address, last: address })));
