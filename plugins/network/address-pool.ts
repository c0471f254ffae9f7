import { formatIpv4, parseIpv4, cidrContains, type Cidr } from '../../src/base/ipv4.ts';
import { limits } from './limits.ts';

/** The node's share of the pod network ran out of addresses. */
export class AddressPoolError extends Error {
  readonly code = 'Exhausted';
  constructor(cidr: string) {
    super(`no addresses left in ${cidr}`);
    this.name = 'AddressPoolError';
  }
}

/** Where the proxy of the node with this pod CIDR connects from. */
export const proxyAddressOf = ({ first }: Cidr): number => first + 2;

/**
 * Which address of a pod CIDR is whose. The search for a free one goes on where the last ended, so that an
 * address rests as long as possible before it is used again: peers may still hold connections to its last owner.
 */
export class AddressPool {
  readonly #cidr: Cidr;
  readonly #taken: Uint8Array;
  readonly #byOwner = new Map<string, number>();
  #next = 0;

  constructor(cidr: Cidr) {
    if (cidr.prefix > limits.longestPodPrefix)
      throw new Error(`a pod CIDR of /${cidr.prefix} is too small: /${limits.longestPodPrefix} at most`);
    this.#cidr = cidr;
    this.#taken = new Uint8Array(Math.ceil(cidr.size / 8));
    for (const reserved of [0, 1, 2, cidr.size - 1]) this.#set(reserved, true);
    this.#next = 3;
  }

  /** For the node itself, where it has no other address. */
  get nodeAddress(): string {
    return formatIpv4(this.#cidr.first + 1);
  }
  /** What backends see as the peer of connections that the service proxy relays. */
  get proxyAddress(): string {
    return formatIpv4(proxyAddressOf(this.#cidr));
  }

  addressOf(owner: string): string | undefined {
    const offset = this.#byOwner.get(owner);
    return offset === undefined ? undefined : formatIpv4(this.#cidr.first + offset);
  }

  /** The owner's address, the same at every call until `release`. */
  lease(owner: string): string {
    const held = this.addressOf(owner);
    if (held !== undefined) return held;
    for (let tried = 0; tried < this.#cidr.size; tried++) {
      const offset = (this.#next + tried) % this.#cidr.size;
      if (this.#isTaken(offset)) continue;
      this.#take(owner, offset);
      this.#next = (offset + 1) % this.#cidr.size;
      return formatIpv4(this.#cidr.first + offset);
    }
    throw new AddressPoolError(`${formatIpv4(this.#cidr.first)}/${this.#cidr.prefix}`);
  }

  /** Takes back a lease of an earlier run; false when the address is not to be had. */
  restore(owner: string, address: string): boolean {
    const value = parseIpv4(address);
    if (value === undefined || !cidrContains(this.#cidr, value) || this.#byOwner.has(owner)) return false;
    const offset = value - this.#cidr.first;
    if (this.#isTaken(offset)) return false;
    this.#take(owner, offset);
    return true;
  }

  release(owner: string): void {
    const offset = this.#byOwner.get(owner);
    if (offset === undefined) return;
    this.#byOwner.delete(owner);
    this.#set(offset, false);
  }

  #take(owner: string, offset: number): void {
    this.#byOwner.set(owner, offset);
    this.#set(offset, true);
  }

  #isTaken(offset: number): boolean {
    return ((this.#taken[offset >>> 3] ?? 0) & (1 << (offset & 7))) !== 0;
  }

  #set(offset: number, taken: boolean): void {
    const bit = 1 << (offset & 7);
    const byte = this.#taken[offset >>> 3] ?? 0;
    this.#taken[offset >>> 3] = taken ? byte | bit : byte & ~bit;
  }
}
