import type { webcrypto } from 'node:crypto';

/** Of every key that this cluster makes. */
export const ECDSA = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

/** A private key in PEM, to sign with. */
export async function signingKey(pem: string): Promise<webcrypto.CryptoKey> {
  const der = Buffer.from(pem.replace(/-----[^-]+-----/g, ''), 'base64');
  return crypto.subtle.importKey('pkcs8', der, ECDSA, false, ['sign']);
}
