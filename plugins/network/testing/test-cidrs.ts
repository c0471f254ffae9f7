import { randomInt } from 'node:crypto';

export interface TestCidrs {
  readonly podCidr: string;
  readonly serviceCidr: string;
  /** For a cluster of both families. */
  readonly podCidrIpv6: string;
  readonly serviceCidrIpv6: string;
  /** The nth address of either. */
  pod(n: number): string;
  service(n: number): string;
}

/** Two /24 of the range for carriers (RFC 6598), by chance: test runs on one machine do not meet. */
export function testCidrs(): TestCidrs {
  const pods = `100.${64 + randomInt(32)}.${randomInt(256)}`;
  const run = randomInt(0x1_00_00).toString(16);
  const services = `100.${96 + randomInt(32)}.${randomInt(256)}`;
  return {
    podCidr: `${pods}.0/24`,
    serviceCidr: `${services}.0/24`,
    podCidrIpv6: `fd42:${run}::/64`,
    serviceCidrIpv6: `fd43:${run}::/112`,
    pod: n => `${pods}.${n}`,
    service: n => `${services}.${n}`,
  };
}
