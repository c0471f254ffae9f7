import type { Cache, CacheIndex } from '../../src/sdk/caches.ts';
import type { Service } from '../kinds/core/v1/service.ts';
import type { ServiceSpec } from '../kinds/core/v1/service-spec.ts';
import type { AddressSpace } from './address-space.ts';

/**
 * Who holds which node port: the services that are stored, and those being written, which
 * hold theirs until the cache shows them or the write is given up.
 */
export class NodePortBook implements Disposable {
  readonly #services: Cache<Service>;
  readonly #pending = new Map<string, ReadonlySet<string>>();
  readonly #subscription: Disposable;

  constructor(services: Cache<Service>) {
    this.#services = services;
    this.#subscription = services.subscribe({
      changed: ({ metadata: { uid } }) => void this.#pending.delete(uid),
      removed: ({ metadata: { uid } }) => void this.#pending.delete(uid),
    });
  }

  /** What is taken, seen from the service `uid`: its own is not. */
  othersThan(uid: string): Pick<AddressSpace, 'isNodePortTaken'> {
    return {
      isNodePortTaken: port =>
        this.#services.indexed(HOLDINGS, String(port)).some(service => service.metadata.uid !== uid) ||
        [...this.#pending].some(([other, keys]) => other !== uid && keys.has(String(port))),
    };
  }

  hold(uid: string, spec: ServiceSpec): void {
    this.#pending.set(uid, new Set(nodePortsOf(spec)));
  }

  letGo(uid: string): void {
    this.#pending.delete(uid);
  }

  [Symbol.dispose](): void {
    this.#subscription[Symbol.dispose]();
  }
}

/** Each once: ports of different protocols may share a number. */
export const nodePortsOf = ({ ports = [], healthCheckNodePort }: ServiceSpec): readonly string[] =>
  [...new Set([healthCheckNodePort, ...ports.map(({ nodePort }) => nodePort)])].flatMap(port =>
    port === undefined ? [] : [String(port)],
  );

const HOLDINGS: CacheIndex<Service> = {
  name: 'service-addresses.node-ports',
  keysOf: ({ spec }) => nodePortsOf(spec),
};
