import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { digestOf } from './digest.ts';
import { startLyingRegistry } from './testing/lying-registry.ts';
import { openService } from './testing/open-service.ts';
import { tarBytes } from './testing/tar-bytes.ts';

const folder = mkdtempSync(join(tmpdir(), 'tiphys-lying-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const INDEX = 'application/vnd.oci.image.index.v1+json';
const layer = tarBytes([{ path: 'hello', content: 'world' }]);
const sent = gzipSync(layer);

interface Content {
  readonly manifest: Buffer;
  readonly type: string;
  readonly blobs: ReadonlyMap<string, Buffer>;
}
const part = (blob: Buffer, mediaType = 'm'): { digest: string; size: number; mediaType: string } => ({
  digest: digestOf(blob),
  size: blob.length,
  mediaType,
});
const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));
const config = (diffIds: readonly string[]): Buffer => json({ rootfs: { type: 'layers', diff_ids: diffIds } });

/** An honest image but for what `lie` changes. */
function image(lie: { config?: Buffer; layers?: readonly Buffer[]; swap?: Buffer } = {}): Content {
  const configBlob = lie.config ?? config([digestOf(layer)]);
  const layers = lie.layers ?? [sent];
  const manifest = json({ schemaVersion: 2, config: part(configBlob), layers: layers.map(blob => part(blob)) });
  const blobs = new Map([configBlob, ...layers].map(blob => [digestOf(blob), blob] as const));
  if (lie.swap !== undefined) blobs.set(digestOf(sent), lie.swap);
  return { manifest, type: MANIFEST, blobs };
}

async function pull(content: Content, reference = 'app:1'): Promise<{ tags: readonly string[]; requests: number }> {
  const registry = await startLyingRegistry((request, response) => {
    const [, kind, name = ''] = /\/(manifests|blobs)\/(.*)$/.exec(request.url ?? '') ?? [];
    const body = kind === 'manifests' && !content.blobs.has(name) ? content.manifest : content.blobs.get(name);
    if (body === undefined) return void response.writeHead(404).end();
    response.writeHead(200, kind === 'manifests' ? { 'content-type': content.type } : {}).end(body);
  });
  const { service, store, close } = await openService(mkdtempSync(join(folder, 'store-')));
  try {
    const options = { credentials: [], signal: new AbortController().signal };
    const pulled = await service.pull(`${registry.host}/${reference}`, options);
    return { tags: pulled.tags, requests: registry.asked.length };
  } catch (error) {
    expect(store.metadata.now).toMatchObject({ images: {}, references: {} });
    expect([...readdirSync(store.paths.ingest), ...readdirSync(join(store.paths.root, 'layers'))]).toEqual([]);
    expect(registry.asked.length).toBeLessThan(12);
    throw error;
  } finally {
    await close();
    registry.stop();
  }
}

describe('a pull', () => {
  it('of the honest image works, each part asked for once', async () => {
    expect(await pull(image())).toMatchObject({ requests: 3 });
  });

  const bomb = tarBytes([{ path: '../evil', content: 'x' }]);
  const nested = (depth: number): Content => {
    let manifest = image().manifest;
    const blobs = new Map(image().blobs);
    for (let i = 0; i < depth; i += 1) {
      blobs.set(digestOf(manifest), manifest);
      manifest = json({ schemaVersion: 2, manifests: [part(manifest, i === 0 ? MANIFEST : INDEX)] });
    }
    return { manifest, type: INDEX, blobs };
  };
  const lies: readonly (readonly [string, Content, string])[] = [
    ['another layer than promised', image({ swap: Buffer.alloc(sent.length) }), 'unexpected commit digest'],
    ['a layer too long', image({ swap: Buffer.alloc(sent.length + 1) }), 'unexpected commit size'],
    [
      'a config that promises another tar',
      image({ config: config([digestOf('x')]) }),
      'wrong diff id calculated on extraction',
    ],
    [
      'more diff ids than layers',
      image({ config: config([digestOf(layer), digestOf(layer)]) }),
      'mismatched image rootfs',
    ],
    ['a config that is no JSON', image({ config: Buffer.from('<html>') }), 'config is not JSON'],
    [
      'a layer that is no tar',
      image({ layers: [Buffer.alloc(2048, 'x')] }),
      'a tar header holds a number that is not octal',
    ],
    ['a layer that climbs out', image({ layers: [bomb], config: config([digestOf(bomb)]) }), "leaves the layer's root"],
    ['a manifest of 5 MiB', { ...image(), manifest: Buffer.alloc(5 << 20, ' ') }, 'the manifest is larger than'],
    ['an HTML page', { ...image(), manifest: Buffer.from('<html>') }, 'manifest is not JSON'],
    ['an index in place of a manifest', { ...nested(1), type: MANIFEST }, 'manifest is ambiguous'],
    ['indexes in indexes without end', nested(6), 'image indexes are nested too deeply'],
    [
      'no image for this machine',
      {
        ...image(),
        type: INDEX,
        manifest: json({
          schemaVersion: 2,
          manifests: [{ ...part(sent), platform: { os: 'plan9', architecture: 'mips' } }],
        }),
      },
      'no match for platform in manifest: not found',
    ],
  ];
  it.each(lies)('of %s is refused and leaves nothing', async (_, content, message) => {
    await expect(pull(content)).rejects.toMatchObject({
      name: 'ImageError',
      reason: 'ErrImagePull',
      message: expect.stringContaining(message),
    });
  });

  it('by digest of another manifest is refused', async () => {
    await expect(pull(image(), `app@${digestOf('other')}`)).rejects.toThrow('unexpected commit digest');
  });

  it('of indexes in indexes within reason works', async () => {
    expect((await pull(nested(2))).tags).toHaveLength(1);
  });

  it('that nobody wants any more ends at once, though the registry sends for ever', async () => {
    const content = image();
    const registry = await startLyingRegistry((request, response) => {
      if (request.url?.includes('/manifests/')) {
        response.writeHead(200, { 'content-type': MANIFEST }).end(content.manifest);
      } else if (request.url?.includes(digestOf(sent))) {
        response.writeHead(200).write('x');
        abort.abort(new Error('the pod is gone'));
      } else response.end(config([digestOf(layer)]));
    });
    const abort = new AbortController();
    const { service, store, close } = await openService(mkdtempSync(join(folder, 'store-')));
    const pulling = service.pull(`${registry.host}/app:1`, { credentials: [], signal: abort.signal });
    await expect(pulling).rejects.toThrow('the pod is gone');
    await vi.waitFor(() => expect(readdirSync(store.paths.ingest)).toEqual([]));
    await close();
    registry.stop();
  });
});
