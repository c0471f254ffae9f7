import type * as X509Module from '@peculiar/x509';

/** Loaded only when something is issued: a second start finds its certificates and never pays for it. */
export async function loadX509(): Promise<typeof X509Module> {
  await import('reflect-metadata');
  const x509 = await import('@peculiar/x509');
  x509.cryptoProvider.set(crypto);
  return x509;
}
