import { createPrivateKey, X509Certificate } from 'node:crypto';

interface Pair {
  readonly certificate: string;
  readonly key: string;
}

/** Why a certificate and a key are of no use together, in the words of Go's `tls.X509KeyPair`. Both are PEM. */
export function tlsProblem({ certificate, key }: Pair): string | undefined {
  const types = blockTypes(certificate);
  if (types.length === 0) return 'tls: failed to find any PEM data in certificate input';
  if (!types.includes('CERTIFICATE')) {
    return types.length === 1 && isKey(types[0] ?? '')
      ? 'tls: failed to find certificate PEM data in certificate input, but did find a private key; ' +
          'PEM inputs may have been switched'
      : `tls: failed to find "CERTIFICATE" PEM block in certificate input after skipping PEM blocks of the following types: [${types.join(' ')}]`;
  }
  return keyProblem(blockTypes(key)) ?? mismatch({ certificate, key });
}

function keyProblem(types: readonly string[]): string | undefined {
  if (types.length === 0) return 'tls: failed to find any PEM data in key input';
  if (types.some(isKey)) return undefined;
  return types.length === 1 && types[0] === 'CERTIFICATE'
    ? 'tls: found a certificate rather than a key in the PEM for the private key'
    : `tls: failed to find PEM block with type ending in "PRIVATE KEY" in key input after skipping PEM blocks of the following types: [${types.join(' ')}]`;
}

const isKey = (type: string): boolean => type === 'PRIVATE KEY' || type.endsWith(' PRIVATE KEY');

const blockTypes = (pem: string): readonly string[] =>
  [...pem.matchAll(/^-----BEGIN ([A-Z0-9 ]{1,64})-----\s*$/gm)].map(match => match[1] ?? '');

function mismatch({ certificate, key }: Pair): string | undefined {
  const leaf = attempt(() => new X509Certificate(certificate));
  if (leaf === undefined) return 'x509: malformed certificate';
  const secret = attempt(() => createPrivateKey(key));
  if (secret === undefined) return 'tls: failed to parse private key';
  if (leaf.checkPrivateKey(secret)) return undefined;
  return leaf.publicKey.asymmetricKeyType === secret.asymmetricKeyType
    ? 'tls: private key does not match public key'
    : 'tls: private key type does not match public key type';
}

/** What Node refuses to read is `undefined`: its own words are not Go's. */
function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof Error && 'code' in error) return undefined;
    throw error;
  }
}
