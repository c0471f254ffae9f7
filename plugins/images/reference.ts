import { ImageError } from './contract.ts';
import { type Digest, isDigest } from './digest.ts';
import { IMAGE_LIMITS } from './limits.ts';

/** An image name made whole: `busybox` is `docker.io` `library/busybox` `latest`. */
export interface Reference {
  /** Host with its port. */
  readonly domain: string;
  readonly path: string;
  /** Set unless the name has only a digest. */
  readonly tag: string | undefined;
  readonly digest: Digest | undefined;
}

/** Throws `InvalidImageName` in the kubelet's words. */
export function parseReference(name: string): Reference {
  const complain = (why: string): ImageError =>
    new ImageError(
      'InvalidImageName',
      `Failed to apply default image tag "${name.slice(0, 300)}": couldn't parse image name "${name.slice(0, 300)}": ${why}`,
    );
  if (name.length > IMAGE_LIMITS.referenceLength) throw complain('invalid reference format');
  if (/^[0-9a-f]{64}$/.test(name)) {
    throw complain(`invalid repository name (${name}), cannot specify 64-byte hexadecimal strings`);
  }
  const at = name.indexOf('@');
  const digest = at < 0 ? undefined : name.slice(at + 1);
  if (digest !== undefined && !isDigest(digest)) throw complain('invalid reference format');
  const { domain, path, tag } = splitName(at < 0 ? name : name.slice(0, at));
  if (path !== path.toLowerCase() && PATH.test(path.toLowerCase())) {
    throw complain(`invalid reference format: repository name (${path}) must be lowercase`);
  }
  if (!DOMAIN.test(domain) || !PATH.test(path) || (tag !== undefined && !TAG.test(tag))) {
    throw complain('invalid reference format');
  }
  if (path.length > 255) throw complain('repository name must not be more than 255 characters');
  return { domain, path, tag: tag ?? (digest === undefined ? 'latest' : undefined), digest };
}

export const repositoryOf = ({ domain, path }: Reference): string => `${domain}/${path}`;

/** The whole name: `docker.io/library/busybox:latest`, with `@sha256:...` where the digest is given. */
export const formatReference = (reference: Reference): string =>
  repositoryOf(reference) +
  (reference.tag === undefined ? '' : `:${reference.tag}`) +
  (reference.digest === undefined ? '' : `@${reference.digest}`);

// The grammar of github.com/distribution/reference; each pattern is linear.
const DOMAIN =
  /^(?:(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])(?:\.(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9]))*|\[[a-fA-F0-9:]+\])(?::[0-9]+)?$/;
const PATH = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/;
const TAG = /^\w[\w.-]{0,127}$/;

function splitName(name: string): { domain: string; path: string; tag: string | undefined } {
  const colon = name.lastIndexOf(':');
  const tagged = colon > name.lastIndexOf('/');
  const [rest, tag] = tagged ? [name.slice(0, colon), name.slice(colon + 1)] : [name, undefined];
  const slash = rest.indexOf('/');
  const first = slash < 0 ? '' : rest.slice(0, slash);
  const isHost = /[.:]/.test(first) || first === 'localhost' || first !== first.toLowerCase();
  const domain = isHost ? first.replace(/^index\.docker\.io$/, 'docker.io') : 'docker.io';
  const path = isHost ? rest.slice(slash + 1) : rest;
  return { domain, path: domain === 'docker.io' && !path.includes('/') ? `library/${path}` : path, tag };
}
