import { presentOr } from '../../src/base/failed-with.ts';
import { isIP } from 'node:net';
import type { Clock, Files } from '../../src/base/world.ts';
import { limits } from './limits.ts';

/** The name servers a resolv.conf names, in order, this cluster's own left out. */
export const parseNameServers = (text: string, own: readonly string[]): readonly string[] =>
  text
    .split('\n')
    .flatMap(line => /^\s*nameserver\s+(\S+)/.exec(line)?.[1] ?? [])
    .filter(address => isIP(address) !== 0 && !own.includes(address))
    .slice(0, limits.upstreams);

/** The node's name servers as they are now: networks change under a running node. */
export class NameServers {
  readonly #files: Files;
  readonly #clock: Clock;
  readonly #own: readonly string[];
  readonly #path: string;
  #read: Promise<readonly string[]> | undefined;
  #readAtMs = 0;

  constructor(options: {
    readonly files: Files;
    readonly clock: Clock;
    readonly own: readonly string[];
    readonly path: string;
  }) {
    this.#files = options.files;
    this.#clock = options.clock;
    this.#own = options.own;
    this.#path = options.path;
  }

  current(): Promise<readonly string[]> {
    const nowMs = this.#clock.monotonicMs();
    if (this.#read === undefined || nowMs - this.#readAtMs > limits.resolvConfMs) {
      this.#readAtMs = nowMs;
      this.#read = this.#load();
    }
    return this.#read;
  }

  /** A machine without the file is a machine without name servers. */
  async #load(): Promise<readonly string[]> {
    const text = await presentOr('', () => this.#files.readFile(this.#path, 'utf8'));
    return parseNameServers(text.slice(0, limits.resolvConfBytes), this.#own);
  }
}
