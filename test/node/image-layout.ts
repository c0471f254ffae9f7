import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { tarBytes, type TarMember } from '../../plugins/images/testing/tar-bytes.ts';

export type Compression = 'gzip' | 'zstd' | 'plain';
export interface Layer {
  readonly compression: Compression;
  readonly members: readonly TarMember[];
}

/** An image as its blobs by digest; the manifest's own digest beside them. */
export interface MadeImage {
  readonly manifest: string;
  readonly blobs: ReadonlyMap<string, Buffer>;
}

const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const CONFIG = 'application/vnd.oci.image.config.v1+json';
const LAYER = 'application/vnd.oci.image.layer.v1.tar';

const compress: Readonly<Record<Compression, (bytes: Buffer) => Buffer>> = {
  gzip: bytes => gzipSync(bytes),
  zstd: bytes => zstdCompressSync(bytes),
  plain: bytes => bytes,
};

export const digestOf = (bytes: Buffer): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

export async function busyboxLayer(): Promise<Layer> {
  const content = await readFile('/bin/busybox');
  const links = ['sh', 'cat', 'ls', 'stat', 'sleep', 'id', 'find', 'sort'];
  return {
    compression: 'gzip',
    members: [
      { path: 'bin/', type: 'Directory' },
      { path: 'bin/busybox', content, mode: 0o755 },
      ...links.map(name => ({ path: `bin/${name}`, type: 'SymbolicLink', target: 'busybox' }) as const),
    ],
  };
}

export function makeImage(layers: readonly Layer[]): MadeImage {
  const blobs = new Map<string, Buffer>();
  const add = (mediaType: string, bytes: Buffer) => {
    blobs.set(digestOf(bytes), bytes);
    return { mediaType, digest: digestOf(bytes), size: bytes.length };
  };
  const tars = layers.map(({ members }) => tarBytes(members));
  const described = layers.map(({ compression }, i) =>
    add(compression === 'plain' ? LAYER : `${LAYER}+${compression}`, compress[compression](tars[i] ?? Buffer.of())),
  );
  const config = add(
    CONFIG,
    json({
      architecture: process.arch === 'arm64' ? 'arm64' : 'amd64',
      os: 'linux',
      config: { Env: ['PATH=/bin', 'MADE=here'], Cmd: ['sleep', '600'], WorkingDir: '/work' },
      rootfs: { type: 'layers', diff_ids: tars.map(digestOf) },
    }),
  );
  const { digest } = add(MANIFEST, json({ schemaVersion: 2, mediaType: MANIFEST, config, layers: described }));
  return { manifest: digest, blobs };
}

/** Writes an OCI layout that skopeo takes as `oci:FOLDER:latest`. */
export async function writeLayout({ manifest, blobs }: MadeImage, folder: string): Promise<void> {
  await mkdir(join(folder, 'blobs/sha256'), { recursive: true });
  for (const [digest, bytes] of blobs) await writeFile(join(folder, 'blobs', digest.replace(':', '/')), bytes);
  await writeFile(join(folder, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  const size = blobs.get(manifest)?.length ?? 0;
  const annotations = { 'org.opencontainers.image.ref.name': 'latest' };
  const index = { schemaVersion: 2, manifests: [{ mediaType: MANIFEST, digest: manifest, size, annotations }] };
  await writeFile(join(folder, 'index.json'), json(index));
}

const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));
