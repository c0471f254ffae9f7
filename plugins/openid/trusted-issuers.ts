import { isDeepEqual } from '../../src/base/deep-equal.ts';
import { tokenIssuer } from '../../src/base/token-issuer.ts';
import type { World } from '../../src/base/world.ts';
import type { Logger } from '../../src/kernel/logger.ts';
import type { Authenticator, Credential } from '../apiserver/contract.ts';
import type { UserInfo } from '../../src/api/user-info.ts';
import { IssuerDocuments, type DocumentWorld } from './issuer-documents.ts';
import { IssuerKeys } from './issuer-keys.ts';
import { userOfToken } from './issuer-tokens.ts';
import type { Issuer } from './read-issuers.ts';

export type IssuersWorld = DocumentWorld & { readonly clock: Pick<World['clock'], 'now' | 'monotonicMs'> };

interface Trusted {
  readonly issuer: Issuer;
  readonly documents: IssuerDocuments;
  readonly keys: IssuerKeys;
}

/** Accepts tokens of the issuers that are trusted now; passes over those of others, whom somebody else may know. */
export class TrustedIssuers implements Authenticator {
  readonly name = 'openid-connect';
  readonly #world: IssuersWorld;
  readonly #log: Logger;
  #trusted: ReadonlyMap<string, Trusted> = new Map();

  constructor(world: IssuersWorld, log: Logger) {
    this.#world = world;
    this.#log = log;
  }

  async authenticate(credential: Credential): Promise<UserInfo | undefined> {
    if (credential.type !== 'bearer' || this.#trusted.size === 0) return undefined;
    const trusted = this.#trusted.get(issuerNamed(credential.token) ?? '');
    if (trusted === undefined) return undefined;
    const { issuer, keys } = trusted;
    return userOfToken({ issuer, keys, clock: this.#world.clock, log: this.#log }, credential.token);
  }

  /** These from now on. Of whom is found as before, the keys at hand stay. */
  async replace(issuers: readonly Issuer[]): Promise<void> {
    const before = this.#trusted;
    this.#trusted = new Map(issuers.map(issuer => [issuer.url, this.#trust(issuer, before.get(issuer.url))]));
    const kept = new Set([...this.#trusted.values()].map(({ documents }) => documents));
    const left = [...before.values()].filter(({ documents }) => !kept.has(documents));
    await Promise.all(left.map(({ documents }) => documents.close()));
  }

  #trust(issuer: Issuer, before: Trusted | undefined): Trusted {
    if (before !== undefined && isDeepEqual(placeOf(issuer), placeOf(before.issuer))) return { ...before, issuer };
    const documents = new IssuerDocuments(this.#world, issuer.ca);
    const { url, discoveryUrl } = issuer;
    const parts = { issuer: url, discoveryUrl, documents, clock: this.#world.clock, log: this.#log };
    return { issuer, documents, keys: new IssuerKeys(parts) };
  }
}

const placeOf = ({ url, discoveryUrl, ca }: Issuer): unknown => [url, discoveryUrl ?? '', ca ?? ''];

/** Google names itself in two ways. */
const issuerNamed = (token: string): string | undefined => {
  const issuer = tokenIssuer(token);
  return issuer === 'accounts.google.com' ? `https://${issuer}` : issuer;
};
