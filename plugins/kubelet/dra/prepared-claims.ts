import { writeDurably } from '../../../src/base/durable-file.ts';
import { presentOr } from '../../../src/base/failed-with.ts';
import { isRecord } from '../../../src/base/is-record.ts';
import { TurnsByKey } from '../../../src/base/turns-by-key.ts';
import type { Files } from '../../../src/base/world.ts';
import type { Logger } from '../../../src/kernel/logger.ts';

/** A claim whose devices drivers were asked to make ready, or are about to be. */
export interface PreparedClaim {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  /** The pods of this node that use it. */
  readonly podUids: readonly string[];
  readonly drivers: readonly string[];
  /** Undefined until all drivers have answered. */
  readonly devices: readonly PreparedDevice[] | undefined;
}

export interface PreparedDevice {
  /** Of the claim; none stands for all. */
  readonly requests: readonly string[];
  /** By which the device is found among those of CDI. */
  readonly cdiIds: readonly string[];
}

/**
 * Those claims, on disk before any driver is asked: whatever becomes of that, a later daemon knows whom to ask to undo
 * it.
 */
export class PreparedClaims {
  readonly #files: Files;
  readonly #path: string;
  readonly #log: Logger;
  readonly #claims = new Map<string, PreparedClaim>();
  readonly #writes = new TurnsByKey();

  constructor(files: Files, path: string, log: Logger) {
    this.#files = files;
    this.#path = path;
    this.#log = log;
  }

  /** Takes up what an earlier daemon left. */
  async read(): Promise<void> {
    const text = await presentOr('{}', () => this.#files.readFile(this.#path, 'utf8'));
    const claims = claimsIn(text);
    if (claims === undefined) this.#log.error('what was prepared for claims cannot be read', { path: this.#path });
    for (const claim of claims ?? []) this.#claims.set(claim.uid, claim);
  }

  get(uid: string): PreparedClaim | undefined {
    return this.#claims.get(uid);
  }

  find(namespace: string, name: string): PreparedClaim | undefined {
    return [...this.#claims.values()].find(claim => claim.namespace === namespace && claim.name === name);
  }

  of(podUid: string): readonly PreparedClaim[] {
    return [...this.#claims.values()].filter(({ podUids }) => podUids.includes(podUid));
  }

  podUids(): ReadonlySet<string> {
    return new Set([...this.#claims.values()].flatMap(({ podUids }) => podUids));
  }

  /** Resolves once it is on disk. */
  async put(...claims: readonly PreparedClaim[]): Promise<void> {
    for (const claim of claims) this.#claims.set(claim.uid, claim);
    await this.#write();
  }

  async drop(...uids: readonly string[]): Promise<void> {
    for (const uid of uids) this.#claims.delete(uid);
    await this.#write();
  }

  #write(): Promise<void> {
    return this.#writes.take('', () =>
      writeDurably(this.#files, this.#path, JSON.stringify({ claims: [...this.#claims.values()] }), 0o600),
    );
  }
}

function claimsIn(text: string): readonly PreparedClaim[] | undefined {
  try {
    const state: unknown = JSON.parse(text);
    const { claims = [] } = isRecord(state) ? state : { claims: undefined };
    return Array.isArray(claims) && claims.every(isClaim) ? claims : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every(item => typeof item === 'string');

const isDevice = (value: unknown): value is PreparedDevice =>
  isRecord(value) && isTexts(value['requests']) && isTexts(value['cdiIds']);

const isClaim = (value: unknown): value is PreparedClaim =>
  isRecord(value) &&
  isTexts([value['uid'], value['namespace'], value['name']]) &&
  isTexts(value['podUids']) &&
  isTexts(value['drivers']) &&
  (value['devices'] === undefined || (Array.isArray(value['devices']) && value['devices'].every(isDevice)));
