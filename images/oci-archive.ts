import { createHash } from 'node:crypto';
import { rename, writeFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { Header } from 'tar';

/** What goes into an image of one layer. Same recipe, same bytes: times are zero and owners root. */
export interface ImageRecipe {
  /** `docker.io/library/busybox:1.35`. */
  readonly reference: string;
  /** In the order in which they are written; a directory before what it holds. */
  readonly files: readonly RecipeFile[];
  readonly config: Readonly<Record<string, unknown>>;
}

/** Paths are relative to the image's root. */
export type RecipeFile =
  | { readonly kind: 'directory'; readonly path: string; readonly mode: number }
  | { readonly kind: 'file'; readonly path: string; readonly mode: number; readonly content: Buffer }
  | { readonly kind: 'hardlink' | 'symlink'; readonly path: string; readonly target: string };

/** Writes an OCI image layout as one tarball, which `tiphys image import`, skopeo and podman load. */
export async function writeOciArchive(recipe: ImageRecipe, outFile: string): Promise<void> {
  const layer = tarOf(recipe.files);
  const layerBlob = gzipSync(layer, { level: 6 });
  const config = json({
    created: '1970-01-01T00:00:00Z',
    architecture: ARCHITECTURE,
    os: 'linux',
    config: recipe.config,
    rootfs: { type: 'layers', diff_ids: [digestOf(layer)] },
    history: [{ created: '1970-01-01T00:00:00Z', created_by: 'tiphys images/build.ts' }],
  });
  const manifest = json({
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: descriptor('application/vnd.oci.image.config.v1+json', config),
    layers: [descriptor('application/vnd.oci.image.layer.v1.tar+gzip', layerBlob)],
  });
  const annotations = {
    'io.containerd.image.name': recipe.reference,
    'org.opencontainers.image.ref.name': recipe.reference,
  };
  const index = json({
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.index.v1+json',
    manifests: [
      {
        ...descriptor('application/vnd.oci.image.manifest.v1+json', manifest),
        platform: { architecture: ARCHITECTURE, os: 'linux' },
        annotations,
      },
    ],
  });
  const blob = (content: Buffer): RecipeFile => ({ kind: 'file', path: blobPath(content), mode: 0o644, content });
  const archive = tarOf([
    { kind: 'file', path: 'oci-layout', mode: 0o644, content: json({ imageLayoutVersion: '1.0.0' }) },
    { kind: 'file', path: 'index.json', mode: 0o644, content: index },
    { kind: 'directory', path: 'blobs', mode: 0o755 },
    { kind: 'directory', path: 'blobs/sha256', mode: 0o755 },
    ...[manifest, config, layerBlob].map(blob),
  ]);
  await writeFile(`${outFile}.new`, archive);
  await rename(`${outFile}.new`, outFile);
}

const ARCHITECTURE = process.arch === 'x64' ? 'amd64' : process.arch;
const BLOCK = 512;
const TYPES = { directory: 'Directory', file: 'File', hardlink: 'Link', symlink: 'SymbolicLink' } as const;

const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));
const digestOf = (content: Buffer): string => `sha256:${createHash('sha256').update(content).digest('hex')}`;
const blobPath = (content: Buffer): string => `blobs/${digestOf(content).replace(':', '/')}`;
const descriptor = (mediaType: string, content: Buffer): object => ({
  mediaType,
  digest: digestOf(content),
  size: content.length,
});

function tarOf(files: readonly RecipeFile[]): Buffer {
  const blocks: Buffer[] = [];
  for (const file of files) {
    const content = file.kind === 'file' ? file.content : Buffer.alloc(0);
    const header = new Header({
      path: file.kind === 'directory' ? `${file.path}/` : file.path,
      type: TYPES[file.kind],
      mode: 'mode' in file ? file.mode : 0o777,
      ...('target' in file ? { linkpath: file.target } : {}),
      size: content.length,
      uid: 0,
      gid: 0,
      mtime: new Date(0),
    });
    header.encode();
    if (header.needPax || header.block === undefined) throw new Error(`${file.path} does not fit a plain tar header`);
    blocks.push(header.block, content, Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK));
  }
  return Buffer.concat([...blocks, Buffer.alloc(2 * BLOCK)]);
}
