import type { Client } from '../../../src/api/client.ts';
import { unlessOver } from '../../../src/base/unless-over.ts';
import type { World } from '../../../src/base/world.ts';
import type { Logger } from '../../../src/kernel/logger.ts';
import { ResourceSlice } from '../../kinds/resource/v1/resource-slice.ts';
import type { Peer } from '../drivers/grpc-peer.ts';
import type { FoundPlugin, PluginHandler } from '../drivers/plugin-watcher.ts';
import { untilDone } from '../drivers/until-done.ts';
import { SLICES_KEPT_MS } from '../limits.ts';
import { DRA_SERVICES, type DraService } from './dra-services.ts';

/** A driver of devices that runs on this node. */
export interface DraDriver {
  readonly name: string;
  readonly peer: Peer;
  readonly service: DraService;
}

export interface DraDriversDeps {
  readonly world: World;
  readonly log: Logger;
  readonly client: Client;
  readonly nodeName: string;
  readonly connect: (socketPath: string) => Promise<Peer>;
  /** Claims may wait for it. */
  readonly arrived: (name: string) => void;
  readonly signal: AbortSignal;
}

interface Registered extends DraDriver {
  readonly endpoint: string;
}

/** The drivers of devices on this node, by name. What one offers is offered no more once it is gone for long. */
export class DraDrivers implements PluginHandler, Disposable {
  readonly #deps: DraDriversDeps;
  /** Several of one driver while it is renewed: the last that came is asked. */
  readonly #registered = new Map<string, readonly Registered[]>();
  /** Those that are gone, and what keeps their slices until then. */
  readonly #leaving = new Map<string, AbortController>();

  constructor(deps: DraDriversDeps) {
    this.#deps = deps;
  }

  get(name: string): DraDriver | undefined {
    return this.#registered.get(name)?.at(-1);
  }

  async register({ name, endpoint, versions }: FoundPlugin): Promise<void> {
    const service = serviceOf(name, endpoint, versions);
    const known = this.#registered.get(name) ?? [];
    if (known.some(other => other.endpoint === endpoint))
      throw new Error(`endpoint ${endpoint} already registered for DRA driver plugin ${name}`);
    const peer = await this.#deps.connect(endpoint);
    this.#registered.set(name, [...known, { name, endpoint, peer, service }]);
    this.#leaving.get(name)?.abort();
    this.#leaving.delete(name);
    this.#deps.log.info('a driver of devices was registered', { driver: name, endpoint });
    this.#deps.arrived(name);
  }

  unregister({ name, endpoint }: FoundPlugin): Promise<void> {
    const known = this.#registered.get(name) ?? [];
    const left = known.filter(other => other.endpoint !== endpoint);
    for (const { peer } of known.filter(other => other.endpoint === endpoint)) peer[Symbol.dispose]();
    if (left.length > 0) this.#registered.set(name, left);
    else this.#registered.delete(name);
    this.#deps.log.info('a driver of devices is gone', { driver: name });
    if (left.length === 0) this.#withdrawLater(name);
    return Promise.resolve();
  }

  /** After those that are there have been found: what others offered here before, they may offer no more. */
  async withdrawOthers(): Promise<void> {
    const { client, nodeName } = this.#deps;
    const { items } = await client.list(ResourceSlice, { fieldSelector: `spec.nodeName=${nodeName}` });
    for (const driver of new Set(items.map(({ spec }) => spec.driver))) {
      if (this.get(driver) === undefined) this.#withdrawLater(driver);
    }
  }

  [Symbol.dispose](): void {
    for (const { peer } of [...this.#registered.values()].flat()) peer[Symbol.dispose]();
    this.#registered.clear();
    for (const leaving of this.#leaving.values()) leaving.abort();
  }

  /** A driver that is only started anew finds its slices as they were. */
  #withdrawLater(driver: string): void {
    const { world, log, client, nodeName } = this.#deps;
    if (this.#leaving.has(driver)) return;
    const leaving = new AbortController();
    this.#leaving.set(driver, leaving);
    const signal = AbortSignal.any([leaving.signal, this.#deps.signal]);
    const work = async (): Promise<void> => {
      await world.timers.sleep(SLICES_KEPT_MS, signal);
      await untilDone(
        { world, log, signal },
        { failed: 'slices of a driver that is gone stay', facts: { driver } },
        () =>
          client.deleteCollection(ResourceSlice, { fieldSelector: `spec.nodeName=${nodeName},spec.driver=${driver}` }),
      );
      this.#leaving.delete(driver);
    };
    work().catch(unlessOver(signal, error => log.error('slices of a driver that is gone stay', { driver, error })));
  }
}

function serviceOf(name: string, endpoint: string, versions: readonly string[]): DraService {
  const wrong = (reason: string) =>
    new Error(`invalid supported gRPC versions of DRA driver plugin ${name} at endpoint ${endpoint}: ${reason}`);
  if (versions.length === 0) throw wrong('empty list of supported gRPC services (aka supported versions)');
  const found = Object.entries(DRA_SERVICES).find(([version]) => versions.includes(version));
  if (found !== undefined) return found[1];
  const listed = (all: readonly string[]): string => `[${all.map(each => JSON.stringify(each)).join(' ')}]`;
  throw wrong(
    `none of services supported by the plugin (${listed(versions)}) are supported by the kubelet (${listed(Object.keys(DRA_SERVICES))})`,
  );
}
