import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { type Digest, hexOf } from './digest.ts';

/**
 * `<data-dir>/agent/images-store`:
 *
 *   metadata.json         what there is; nothing that it does not name is trusted
 *   blobs/sha256/<hex>    manifests and configs
 *   layers/<hex>/fs       unpacked layers by chain id
 *   l/<26 characters>     links to layers/<hex>/fs: an overlay mount has little room for its options
 *   ingest/<uuid>/        work under way, thrown away at the next start
 *   lock                  held by flock(2) while metadata.json changes
 */
export interface StorePaths {
  readonly root: string;
  readonly metadata: string;
  readonly lock: string;
  readonly ingest: string;
  readonly folders: readonly string[];
  blob(digest: Digest): string;
  layer(chainId: Digest): string;
  /** The short path of an unpacked layer. */
  link(chainId: Digest): string;
}

export function storePaths(root: string): StorePaths {
  const folder = (...names: readonly string[]): string => join(root, ...names);
  return {
    root,
    metadata: folder('metadata.json'),
    lock: folder('lock'),
    ingest: folder('ingest'),
    folders: [folder('blobs', 'sha256'), folder('layers'), folder('l'), folder('ingest')],
    blob: digest => folder('blobs', 'sha256', hexOf(digest)),
    layer: chainId => folder('layers', hexOf(chainId)),
    link: chainId => folder('l', shortName(chainId)),
  };
}

/** 26 characters of base 32: 130 bits of the chain id. */
function shortName(chainId: Digest): string {
  const bytes = createHash('sha256').update(chainId).digest();
  let name = '';
  let bits = 0;
  let value = 0;
  for (const byte of bytes) {
    value = (value << 8) | byte;
    for (bits += 8; bits >= 5 && name.length < 26; bits -= 5) {
      name += 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.charAt((value >>> (bits - 5)) & 31);
    }
    value &= 0xff;
  }
  return name;
}
