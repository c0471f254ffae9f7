import { isIP } from 'node:net';
import { parseIpv4 } from './ipv4.ts';

const NO_ADDRESS = 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)';
const NO_RANGE = 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)';

/** An address in numbers. */
export interface Address {
  readonly family: 4 | 6;
  readonly value: bigint;
  /** As RFC 5952 writes it. */
  readonly canonical: string;
  /** An IPv6 address that only wraps an IPv4 one. */
  readonly isMapped: boolean;
  readonly hasLeadingZeros: boolean;
}

/** Reads an address as leniently as Go's oldest parser does. */
export function parseIp(text: string): Address | undefined {
  const bare = /^\d{1,15}(\.\d{1,15}){3}$/.test(text) ? text.replaceAll(/(^|\.)0+(?=\d)/g, '$1') : text;
  const ipv4 = parseIpv4(bare);
  if (ipv4 !== undefined) {
    return { family: 4, value: BigInt(ipv4), canonical: bare, isMapped: false, hasLeadingZeros: bare !== text };
  }
  if (isIP(text) !== 6 || text.includes('%')) return undefined;
  const canonical = new URL(`http://[${text}]`).hostname.slice(1, -1);
  const [head = '', tail] = canonical.split('::');
  const groupsOf = (part: string): readonly string[] => (part === '' ? [] : part.split(':'));
  const [before, after] = [groupsOf(head), groupsOf(tail ?? '')];
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => '0');
  const digits = [...before, ...zeros, ...after].map(group => group.padStart(4, '0')).join('');
  const value = BigInt(`0x${digits}`);
  return { family: 6, value, canonical, isMapped: value >> 32n === 0xffffn, hasLeadingZeros: false };
}

/** What is wrong with an address in a field that may hold it in any spelling; IsValidIPForLegacyField. */
export function ipProblems(text: string): readonly string[] {
  const address = parseIp(text);
  if (address === undefined) return [NO_ADDRESS];
  if (address.hasLeadingZeros) return ['must not have leading 0s'];
  return address.isMapped ? ['must not be an IPv4-mapped IPv6 address'] : [];
}

/** The same where the one right spelling is asked for; IsValidIP. */
export function canonicalIpProblems(text: string): readonly string[] {
  const problems = ipProblems(text);
  const canonical = parseIp(text)?.canonical ?? text;
  return problems.length > 0 || canonical === text ? problems : [`must be in canonical form ("${canonical}")`];
}

/** What tells that an address is in an odd spelling, for a `Warning`. */
export function ipWarnings(text: string, field: string): readonly string[] {
  const address = parseIp(text);
  if (address === undefined || address.family === 4 || address.canonical === text) return [];
  return [`${field}: IPv6 address "${text}" should be in RFC 5952 canonical format ("${address.canonical}")`];
}

export const ipFamily = (text: string): 4 | 6 | undefined => parseIp(text)?.family;

/** What is wrong with the address of a backend: it must be one of another machine; ValidateEndpointIP. */
export function endpointIpProblems(text: string): readonly string[] {
  const address = parseIp(text);
  if (address === undefined) return ['must be a valid IP address'];
  const { family, value } = address;
  const problems: string[] = [];
  if (value === 0n) problems.push(`may not be unspecified (${text})`);
  if (family === 4 ? value >> 24n === 127n : value === 1n) {
    problems.push('may not be in the loopback range (127.0.0.0/8, ::1/128)');
  }
  if (family === 4 ? value >> 16n === 0xa9_fen : value >> 118n === 0x3_fan) {
    problems.push('may not be in the link-local range (169.254.0.0/16, fe80::/10)');
  }
  if (family === 4 ? value >> 8n === 0xe0_0000n : ((value >> 112n) & 0xff0fn) === 0xff02n) {
    problems.push('may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)');
  }
  return problems;
}

/** What is wrong with a range of addresses; IsValidCIDRForLegacyField. */
export function cidrProblems(text: string): readonly string[] {
  const [ip = '', prefix = '', ...more] = text.split('/');
  const address = parseIp(ip);
  const bits = address?.family === 4 ? 32 : 128;
  if (address === undefined || more.length > 0 || !/^\d{1,6}$/.test(prefix) || Number(prefix) > bits) return [NO_RANGE];
  if (address.hasLeadingZeros || (prefix.length > 1 && prefix.startsWith('0'))) {
    return ['must not have leading 0s in IP or prefix length'];
  }
  if (address.isMapped) return ['must not have an IPv4-mapped IPv6 address'];
  const hostBits = BigInt(bits - Number(prefix));
  return (address.value >> hostBits) << hostBits === address.value
    ? []
    : ['must not have bits set beyond the prefix length'];
}
