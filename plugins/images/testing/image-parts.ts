import { gzipSync } from 'node:zlib';
import { digestOf } from '../digest.ts';
import { tarBytes } from './tar-bytes.ts';

export const MANIFEST_TYPE = 'application/vnd.oci.image.manifest.v1+json';
export const INDEX_TYPE = 'application/vnd.oci.image.index.v1+json';

/** What a registry serves of one image: its top document, and everything by digest. */
export interface ServedImage {
  readonly manifest: Buffer;
  readonly type: string;
  readonly blobs: ReadonlyMap<string, Buffer>;
}

export interface Part {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

export const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

export const part = (blob: Buffer, mediaType = 'm'): Part => ({ digest: digestOf(blob), size: blob.length, mediaType });

export const configOf = (diffIds: readonly string[], config: object = {}): Buffer =>
  json({ config, rootfs: { type: 'layers', diff_ids: diffIds } });

export const LAYER = tarBytes([{ path: 'hello', content: 'world' }]);
export const SENT_LAYER = gzipSync(LAYER);

/** An honest image of one layer but for what `change` says. */
export function servedImage(
  change: {
    readonly config?: Buffer;
    readonly layers?: readonly Buffer[];
    /** Fields of the manifest put over the honest ones. */
    readonly manifest?: (honest: { readonly config: Part; readonly layers: readonly Part[] }) => object;
  } = {},
): ServedImage {
  const config = change.config ?? configOf([digestOf(LAYER)]);
  const layers = change.layers ?? [SENT_LAYER];
  const honest = { config: part(config), layers: layers.map(blob => part(blob)) };
  const manifest = json({ schemaVersion: 2, ...honest, ...change.manifest?.(honest) });
  return {
    manifest,
    type: MANIFEST_TYPE,
    blobs: new Map([config, ...layers].map(blob => [digestOf(blob), blob] as const)),
  };
}
