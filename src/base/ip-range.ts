import { type Address, cidrProblems, parseIp } from './ip-problems.ts';

/** A range of addresses of either family. */
export interface IpRange {
  readonly family: 4 | 6;
  /** Network address, host bits clear. */
  readonly first: bigint;
  readonly last: bigint;
  readonly prefix: number;
  /** What was written before the slash. */
  readonly address: Address;
  /** As RFC 5952 writes it. */
  readonly canonical: string;
}

/** Reads a range as leniently as Go's oldest parser does: with host bits set and leading zeros. */
export function parseIpRange(text: string): IpRange | undefined {
  const [ip = '', length = '', ...more] = text.split('/');
  const address = parseIp(ip);
  const bits = address?.family === 4 ? 32 : 128;
  if (address === undefined || more.length > 0 || !/^\d{1,6}$/.test(length) || Number(length) > bits) return undefined;
  const prefix = Number(length);
  const hostBits = BigInt(bits - prefix);
  const first = (address.value >> hostBits) << hostBits;
  const last = first + (1n << hostBits) - 1n;
  const canonical = `${formatIp(address.family, first)}/${prefix}`;
  return { family: address.family, first, last, prefix, address, canonical };
}

export const contains = (range: IpRange, other: IpRange): boolean =>
  range.family === other.family && range.first <= other.first && other.last <= range.last;

export const overlap = (range: IpRange, other: IpRange): boolean =>
  range.family === other.family && range.first <= other.last && other.first <= range.last;

export const isWithin = (range: IpRange, { family, value }: Pick<Address, 'family' | 'value'>): boolean =>
  range.family === family && range.first <= value && value <= range.last;

/** An address as RFC 5952 writes it. */
export function formatIp(family: 4 | 6, value: bigint): string {
  if (family === 4) return [24n, 16n, 8n, 0n].map(shift => (value >> shift) & 255n).join('.');
  const digits = value.toString(16).padStart(32, '0');
  const groups = digits.match(/.{4}/g) ?? [];
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1);
}

/** What is wrong with a range where the one right spelling is asked for; IsValidCIDR. */
export function canonicalCidrProblems(text: string): readonly string[] {
  const problems = cidrProblems(text);
  const canonical = parseIpRange(text)?.canonical ?? text;
  return problems.length > 0 || canonical === text ? problems : [`must be in canonical form ("${canonical}")`];
}

/** What tells that a range is in an odd spelling, for a `Warning`. */
export function cidrWarnings(text: string, field: string): readonly string[] {
  const range = parseIpRange(text);
  if (range === undefined) return [];
  const { address, canonical, first, prefix } = range;
  const [, length = ''] = text.split('/');
  const warnings: string[] = [];
  if (address.value !== first) {
    const single = `${address.canonical}/${address.family === 4 ? 32 : 128}`;
    warnings.push(
      `${field}: CIDR value "${text}" is ambiguous in this context (should be "${canonical}" or "${single}"?)`,
    );
  }
  if (address.hasLeadingZeros || address.isMapped || length !== String(prefix)) {
    warnings.push(`${field}: non-standard CIDR value "${text}" is invalid: use "${canonical}"`);
  }
  const spelled = `${address.canonical}/${prefix}`;
  if (warnings.length > 0 || address.family === 4 || spelled === text) return warnings;
  return [`${field}: IPv6 CIDR value "${text}" should be in RFC 5952 canonical format ("${spelled}")`];
}
