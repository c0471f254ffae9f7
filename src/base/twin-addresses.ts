import { byFamily, type ByFamily } from './by-family.ts';
import { must } from './must.ts';
import { formatIp, parseIpRange, type IpRange } from './ip-range.ts';
import { parseIp } from './ip-problems.ts';

/** Of IPv4 a node usually has this much, and of IPv6 what upstream gives it. */
const NODE_PREFIX = 24;
const NODE_PREFIX_IPV6 = 64;
const HOST_BITS = BigInt(32 - NODE_PREFIX);

/**
 * The IPv6 address or range of a cluster that belongs to one of IPv4. Of `10.42.0.0/16,fd42::/56` a node with
 * 10.42.3.0/24 has fd42:0:0:3::/64, and its pod 10.42.3.7 has fd42:0:0:3::7: who has one has the other, so nothing
 * more is to be allocated, written down or told to other nodes.
 */
export class TwinAddresses {
  readonly #ipv4: IpRange;
  readonly #ipv6: IpRange;
  /** Of the IPv6 range that belongs to a /24. */
  readonly #nodePrefix: number;

  /** Undefined in a cluster of IPv4 alone; throws where there are fewer addresses of IPv6 than of IPv4. */
  static of(clusterCidr: string): TwinAddresses | undefined {
    const cidrs = byFamily(clusterCidr);
    return cidrs.ipv6 === undefined ? undefined : new TwinAddresses(cidrs);
  }

  private constructor({ ipv4, ipv6 = '' }: ByFamily) {
    this.#ipv4 = must(parseIpRange(ipv4), 'a range of IPv4');
    this.#ipv6 = must(parseIpRange(ipv6), 'a range of IPv6');
    const nodes = Math.max(0, NODE_PREFIX - this.#ipv4.prefix);
    this.#nodePrefix = Math.max(NODE_PREFIX_IPV6, this.#ipv6.prefix + nodes);
    if (BigInt(128 - this.#nodePrefix) < HOST_BITS)
      throw new Error(`${ipv6} has fewer addresses than ${ipv4}: a /${128 - Number(HOST_BITS) - nodes} at most`);
  }

  /** That of an address; undefined for one that is not the cluster's. */
  address(ipv4: string): string | undefined {
    const found = parseIp(ipv4);
    if (found?.family !== 4 || found.value < this.#ipv4.first || found.value > this.#ipv4.last) return undefined;
    return formatIp(6, this.#valueOf(found.value));
  }

  /** That of a node's range, in CIDR notation. */
  range(cidr: string): string | undefined {
    const range = parseIpRange(cidr);
    if (range?.family !== 4 || range.first < this.#ipv4.first || range.last > this.#ipv4.last) return undefined;
    const prefix =
      range.prefix > NODE_PREFIX ? 128 - (32 - range.prefix) : this.#nodePrefix - (NODE_PREFIX - range.prefix);
    return `${formatIp(6, this.#valueOf(range.first))}/${prefix}`;
  }

  #valueOf(ipv4: bigint): bigint {
    const offset = ipv4 - this.#ipv4.first;
    const node = offset >> HOST_BITS;
    const host = offset & ((1n << HOST_BITS) - 1n);
    return this.#ipv6.first + (node << BigInt(128 - this.#nodePrefix)) + host;
  }
}
