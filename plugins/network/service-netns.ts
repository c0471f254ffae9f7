import { closeSync, fstatSync } from 'node:fs';
import type { NetworkNative } from '../../native/network.ts';
import { claimAddress, serviceNetnsChanges, unclaimAddress } from './changes.ts';
import type { LinkNames } from './link-name.ts';

export interface ServiceNetnsOptions {
  readonly native: NetworkNative;
  readonly names: LinkNames;
  /** One of a family, as are the ranges; IPv4 first. */
  readonly proxyAddresses: readonly string[];
  readonly serviceCidrs: readonly string[];
  readonly mtu: number | null;
  /** Given to the node's end of the link, for a node that has no address of a family but loopback. */
  readonly ownAddresses: readonly string[];
}

/**
 * The namespace in which every service address is local. Nothing outside this process holds it, so it goes,
 * link and routes with it, however the process ends; the next one makes its own.
 */
export class ServiceNetns {
  readonly fd: number;
  readonly #native: NetworkNative;
  readonly #link: string;
  readonly #claimed = new Set<string>();

  static async create(options: ServiceNetnsOptions): Promise<ServiceNetns> {
    const fd = options.native.netnsCreate();
    const link = options.names.service(fstatSync(fd).ino);
    try {
      await options.native.networkApply(serviceNetnsChanges({ ...options, netns: fd, link }));
    } catch (error) {
      closeSync(fd);
      throw error;
    }
    return new ServiceNetns(options.native, fd, link);
  }

  private constructor(native: NetworkNative, fd: number, link: string) {
    this.#native = native;
    this.fd = fd;
    this.#link = link;
  }

  get link(): string {
    return this.#link;
  }

  /** Makes `address`, which is outside the service CIDR, answer here for this node and its pods. Idempotent. */
  async claim(address: string): Promise<void> {
    if (this.#claimed.has(address)) return;
    this.#claimed.add(address);
    await this.#native.networkApply(claimAddress(this.fd, this.#link, address));
  }

  async unclaim(address: string): Promise<void> {
    if (!this.#claimed.delete(address)) return;
    await this.#native.networkApply(unclaimAddress(this.fd, this.#link, address));
  }

  close(): void {
    closeSync(this.fd);
  }
}
