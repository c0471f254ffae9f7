import type { JSONWebKeySet, JWTVerifyGetKey } from 'jose';
import { own } from '../../src/base/is-record.ts';
import type { Clock } from '../../src/base/world.ts';
import type { Logger } from '../../src/kernel/logger.ts';
import { IssuerError, type IssuerDocuments } from './issuer-documents.ts';
import { FETCH_PAUSE_MS } from './limits.ts';

export interface IssuerParts {
  readonly issuer: string;
  /** Where it tells of itself, if not below its own URL. */
  readonly discoveryUrl?: string | undefined;
  readonly documents: IssuerDocuments;
  readonly clock: Pick<Clock, 'monotonicMs'>;
  readonly log: Logger;
}

/** The keys an issuer signs with: asked for when the first token comes, and again when they do not know one. */
export class IssuerKeys {
  readonly #parts: IssuerParts;
  #keySetUrl: string | undefined;
  #keys: JWTVerifyGetKey | undefined;
  #underWay: Promise<JWTVerifyGetKey> | undefined;
  #askedMs: number | undefined;

  constructor(parts: IssuerParts) {
    this.#parts = parts;
  }

  /** Those at hand; they are asked for where there are none yet. Rejects with `IssuerError`. */
  async known(): Promise<JWTVerifyGetKey> {
    return this.#keys ?? this.#fetch();
  }

  /**
   * Those that came after `stale`. Many who want them share one fetch; `undefined` where the last one is too short ago
   * for another, or they cannot be had: what is at hand goes on to be good.
   */
  async newerThan(stale: JWTVerifyGetKey): Promise<JWTVerifyGetKey | undefined> {
    if (this.#keys !== stale) return this.#keys;
    return this.#fetch().catch((error: unknown) => {
      if (error instanceof IssuerError) return undefined;
      throw error;
    });
  }

  async #fetch(): Promise<JWTVerifyGetKey> {
    if (this.#underWay !== undefined) return this.#underWay;
    const { clock, log, issuer } = this.#parts;
    const nowMs = clock.monotonicMs();
    if (this.#askedMs !== undefined && nowMs - this.#askedMs < FETCH_PAUSE_MS) {
      throw new IssuerError('asked for its keys a moment ago');
    }
    this.#askedMs = nowMs;
    this.#underWay = this.#ask();
    try {
      this.#keys = await this.#underWay;
      return this.#keys;
    } catch (error) {
      log.warn('the OpenID Connect issuer does not tell its keys', { issuer, error });
      throw error;
    } finally {
      this.#underWay = undefined;
    }
  }

  async #ask(): Promise<JWTVerifyGetKey> {
    const { documents } = this.#parts;
    this.#keySetUrl ??= await this.#discover();
    const { createLocalJWKSet } = await import('jose');
    // Judged by jose, key by key.
    const keySet = (await documents.read(this.#keySetUrl)) as unknown as JSONWebKeySet;
    try {
      return createLocalJWKSet(keySet);
    } catch (error) {
      throw new IssuerError(`${this.#keySetUrl} holds no key set`, { cause: error });
    }
  }

  async #discover(): Promise<string> {
    const { issuer, documents, discoveryUrl } = this.#parts;
    const document = await documents.read(
      discoveryUrl ?? `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`,
    );
    const told = own(document, 'issuer');
    if (told !== issuer) {
      const expected = JSON.stringify(issuer);
      throw new IssuerError(
        `oidc: issuer did not match the issuer returned by provider, expected ${expected} got ${JSON.stringify(told)}`,
      );
    }
    const url = own(document, 'jwks_uri');
    if (typeof url === 'string') return url;
    throw new IssuerError('the discovery document has no jwks_uri');
  }
}
