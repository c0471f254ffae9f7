import { formatIpv4, parseIpv4 } from './ipv4.ts';
import { parseIp } from './ip-problems.ts';
import { formatIp } from './ip-range.ts';

/** An address to count with: of IPv4 a number, of IPv6 a bigint, so that those of one never are those of the other. */
export type IpNumber = number | bigint;

export function parseIpNumber(text: string): IpNumber | undefined {
  const ipv4 = parseIpv4(text);
  if (ipv4 !== undefined) return ipv4;
  const found = parseIp(text);
  return found?.family === 6 ? found.value : undefined;
}

export const formatIpNumber = (address: IpNumber): string =>
  typeof address === 'bigint' ? formatIp(6, address) : formatIpv4(address);

export const isIpv6Number = (address: IpNumber): address is bigint => typeof address === 'bigint';

export const nextAddress = (address: IpNumber): IpNumber => (typeof address === 'bigint' ? address + 1n : address + 1);

export const addressBefore = (address: IpNumber): IpNumber =>
  typeof address === 'bigint' ? address - 1n : address - 1;

export const compareAddresses = (one: IpNumber, other: IpNumber): number => (one < other ? -1 : one > other ? 1 : 0);

/** The numbers of 32 bits that native code takes an address as: one, or four of IPv6. */
export const wordsOf = (address: IpNumber): readonly number[] =>
  typeof address === 'bigint' ? [96n, 64n, 32n, 0n].map(shift => Number((address >> shift) & 0xffff_ffffn)) : [address];
