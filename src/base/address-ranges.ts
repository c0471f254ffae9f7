import { addressBefore, compareAddresses, nextAddress, type IpNumber } from './ip-number.ts';
import { must } from './must.ts';
import { parseIpRange } from './ip-range.ts';

/** Addresses of one family from `first` to `last`, both included. */
export interface AddressRange {
  readonly first: IpNumber;
  readonly last: IpNumber;
}

/** Of one family, sorted, apart from each other, never side by side: equal sets of addresses are equal lists. */
export type AddressRanges = readonly AddressRange[];

const ALL_IPV4: AddressRanges = [{ first: 0, last: 0xff_ff_ff_ff }];
const ALL_IPV6: AddressRanges = [{ first: 0n, last: (1n << 128n) - 1n }];

/** All of the family that `address` is of; the same list each time. */
export const allAddresses = (address: IpNumber): AddressRanges => (typeof address === 'bigint' ? ALL_IPV6 : ALL_IPV4);

/** All addresses of `ranges`, which may be in any order and overlap. */
export function unitedRanges(ranges: Iterable<AddressRange>): AddressRanges {
  const sorted = [...ranges].sort((one, other) => compareAddresses(one.first, other.first));
  const united: AddressRange[] = [];
  for (const { first, last } of sorted) {
    const before = united.at(-1);
    if (before === undefined || first > nextAddress(before.last)) united.push({ first, last });
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
      if (gone.first > from) left.push({ first: from, last: addressBefore(gone.first) });
      const behind = nextAddress(gone.last);
      if (behind > from) from = behind;
    }
    if (from <= last) left.push({ first: from, last });
  }
  return left;
}

/** By halves. */
export function rangesContain(ranges: AddressRanges, address: IpNumber): boolean {
  let low = 0;
  let high = ranges.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ranges[middle]?.last ?? 0) < address) low = middle + 1;
    else high = middle;
  }
  return (ranges[low]?.first ?? Infinity) <= address;
}

/** Of a range in CIDR notation, which was validated as one. */
export function rangeOfCidr(text: string): AddressRange {
  const { family, first, last } = must(parseIpRange(text), `${text} was validated as a range`);
  return family === 6 ? { first, last } : { first: Number(first), last: Number(last) };
}

export const rangesOfAddresses = (addresses: Iterable<IpNumber>): AddressRanges =>
  unitedRanges([...addresses].map(address => ({ first: address, last: address })));
