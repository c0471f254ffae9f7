import type { RegistryCredential } from './contract.ts';
import type { Reference } from './reference.ts';

/** Those that are for this image, the most specific first, by the kubelet's rules for `imagePullSecrets`. */
export function credentialsFor(
  credentials: readonly RegistryCredential[],
  reference: Reference,
): readonly RegistryCredential[] {
  return credentials
    .map(credential => ({ credential, key: registryKey(credential.registry) }))
    .filter(({ key }) => matches(key, reference))
    .toSorted((a, b) => b.key.path.length - a.key.path.length)
    .map(({ credential }) => credential);
}

interface RegistryKey {
  readonly host: string;
  readonly path: string;
}

/** `https://index.docker.io/v1/`, `registry.example.com:5000/team` or `*.example.com`. */
function registryKey(registry: string): RegistryKey {
  const bare = registry.replace(/^https?:\/\//, '').replace(/\/+$/, '');
  const slash = bare.indexOf('/');
  const host = slash < 0 ? bare : bare.slice(0, slash);
  const path = slash < 0 ? '' : bare.slice(slash + 1).replace(/^v[12](\/|$)/, '');
  return { host: host === 'index.docker.io' || host === 'registry-1.docker.io' ? 'docker.io' : host, path };
}

/** A `*` stands for characters of one part of the host name; a port must be the same. */
function matches({ host, path }: RegistryKey, reference: Reference): boolean {
  const [wanted = '', wantedPort] = reference.domain.split(':');
  const [name = '', port] = host.split(':');
  const patterns = name.split('.');
  const parts = wanted.split('.');
  const sameHost =
    port === wantedPort && patterns.length === parts.length && patterns.every((part, i) => glob(part, parts[i] ?? ''));
  return sameHost && (path === '' || reference.path === path || reference.path.startsWith(`${path}/`));
}

function glob(pattern: string, text: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  if (rest.length === 0) return pattern === text;
  const last = rest.pop() ?? '';
  if (!text.startsWith(first) || text.length < first.length + last.length || !text.endsWith(last)) return false;
  let at = first.length;
  for (const piece of rest) {
    const found = text.indexOf(piece, at);
    if (found < 0 || found + piece.length > text.length - last.length) return false;
    at = found + piece.length;
  }
  return true;
}
