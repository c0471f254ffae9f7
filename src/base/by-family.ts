import { parseIp } from './ip-problems.ts';
import { canonicalCidrProblems, parseIpRange } from './ip-range.ts';

/** What a setting says of each family; of IPv6 nothing in a cluster of IPv4 alone. */
export interface ByFamily {
  readonly ipv4: string;
  readonly ipv6: string | undefined;
}

/** A setting that holds no IPv4 range or address, optionally followed by one of IPv6. */
export class FamiliesError extends Error {
  readonly code = 'BadFamilies';
  constructor(text: string) {
    super(`${JSON.stringify(text)} must be of IPv4, or of IPv4 and of IPv6 after a comma`);
    this.name = 'FamiliesError';
  }
}

/**
 * Reads `10.42.0.0/16,fd42::/56`, or the same of addresses. IPv4 comes first: it is what a service or a pod has
 * unless more is said. Throws what is none: it comes from configuration, checked once at start.
 */
export function byFamily(text: string): ByFamily {
  const [ipv4 = '', ipv6, ...more] = text.split(',');
  const isRange = ipv4.includes('/');
  const isFitting = familyOf(ipv4) === 4 && (ipv6 === undefined || familyOf(ipv6) === 6) && more.length === 0;
  if (!isFitting || (ipv6 !== undefined && ipv6.includes('/') !== isRange)) throw new FamiliesError(text);
  if (ipv6 === undefined) return { ipv4, ipv6 };
  if (!isRange) return { ipv4, ipv6: parseIp(ipv6)?.canonical };
  const [problem] = canonicalCidrProblems(ipv6);
  if (problem !== undefined) throw new Error(`${ipv6} ${problem}`);
  return { ipv4, ipv6 };
}

const familyOf = (text: string): 4 | 6 | undefined =>
  text.includes('/') ? parseIpRange(text)?.family : parseIp(text)?.family;

/** Those there are, IPv4 first. */
export const families = ({ ipv4, ipv6 }: ByFamily): readonly string[] => (ipv6 === undefined ? [ipv4] : [ipv4, ipv6]);
