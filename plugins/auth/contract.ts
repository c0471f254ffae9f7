import type { CertificateRequest } from '../../src/base/certificate-request.ts';
import { serviceRef } from '../../src/kernel/plugin.ts';

/** Where a machine that wants to join reads the CA, before it is anybody. */
export const CA_PATH = '/cacerts';

/** What serves over TLS on this node is given certificates by the cluster's CA. PEM texts throughout. */
export interface ServingCertificates {
  readonly caCertificate: string;
  /** Gives (and keeps, while still valid and matching) a server certificate for these names and addresses. */
  issueServer(id: string, names: readonly string[], addresses: readonly string[]): Promise<KeyPair>;
  /**
   * Asks `issue` now and then until `signal`, and calls `use` whenever it gives another than `current` or the last
   * one: long before that expires. What fails is logged and tried again.
   */
  follow(
    current: KeyPair,
    issue: () => Promise<KeyPair>,
    use: (renewed: KeyPair) => Promise<void> | void,
    signal: AbortSignal,
  ): void;
}
export const servingCertificates = serviceRef<ServingCertificates>('auth.serving-certificates');

/** The cluster's certificate authority and what it has issued. */
export interface ClusterCa extends ServingCertificates {
  /** Issues a client certificate; `name` becomes CN, `groups` O. */
  issueClient(name: string, groups: readonly string[]): Promise<KeyPair>;
}
export const clusterCa = serviceRef<ClusterCa>('auth.ca');

/**
 * A CA of its own for the one client that says on whose behalf it asks: servers behind this one believe whom it
 * has issued what to, so nobody else is ever given a certificate of it.
 */
export const frontProxyCa =
  serviceRef<Pick<ClusterCa, 'caCertificate' | 'issueClient' | 'follow'>>('auth.front-proxy-ca');

/** Signs what others ask for with the cluster's CA. Whether they may have it was judged before. */
export interface CertificateSigner {
  /** PEM. */
  sign(order: SigningOrder): Promise<string>;
}
export const certificateSigner = serviceRef<CertificateSigner>('auth.certificate-signer');

export interface SigningOrder {
  readonly request: CertificateRequest;
  /** As CertificateSigningRequests name them; of a client's or a server's. */
  readonly usages: readonly string[];
  /** Cut short where the CA itself ends before. */
  readonly lifetimeSeconds: number;
}

export interface KeyPair {
  readonly certificate: string;
  readonly privateKey: string;
}

/** Service account tokens, signed by this cluster. */
export interface ServiceAccountTokens {
  readonly issuer: string;
  sign(claims: TokenClaims): Promise<SignedToken>;
}
export interface SignedToken {
  readonly token: string;
  /** The one that it says of itself. */
  readonly tokenId: string;
  readonly expiresAtMs: number;
}
export const serviceAccountTokens = serviceRef<ServiceAccountTokens>('auth.service-account-tokens');

export interface TokenClaims {
  readonly namespace: string;
  readonly serviceAccount: { readonly name: string; readonly uid: string };
  readonly pod?: { readonly name: string; readonly uid: string };
  readonly node?: { readonly name: string; readonly uid: string };
  readonly secret?: { readonly name: string; readonly uid: string };
  /** The cluster's own audience when empty. */
  readonly audiences: readonly string[];
  readonly lifetimeSeconds: number;
}
