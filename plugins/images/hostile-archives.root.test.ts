import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { digestOf } from './digest.ts';
import { configOf, INDEX_TYPE, json, LAYER, MANIFEST_TYPE, part } from './testing/image-parts.ts';
import { openService } from './testing/open-service.ts';
import { tarBytes, type TarMember } from './testing/tar-bytes.ts';

const folder = mkdtempSync(join(tmpdir(), 'tiphys-archives-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const blob = (content: Buffer): TarMember => ({ path: `blobs/${digestOf(content).replace(':', '/')}`, content });
const config = configOf([digestOf(LAYER)]);
const manifest = json({ schemaVersion: 2, config: part(config), layers: [part(LAYER)] });
const index = (...manifests: readonly object[]): TarMember => ({
  path: 'index.json',
  content: json({ schemaVersion: 2, manifests }),
});
const honest = part(manifest, MANIFEST_TYPE);
const named = (name: string): object => ({ ...honest, annotations: { 'org.opencontainers.image.ref.name': name } });
const docker = (entry: object): TarMember => ({ path: 'manifest.json', content: json([entry]) });
const dockerParts = [
  { path: 'c.json', content: config },
  { path: 'l.tar', content: LAYER },
];

/** Indexes in indexes, each a blob. */
function nested(depth: number): readonly TarMember[] {
  const members = [blob(config), blob(LAYER), blob(manifest)];
  let entry: object = honest;
  for (let i = 0; i < depth; i += 1) {
    const content = json({ schemaVersion: 2, manifests: [entry] });
    members.push(blob(content));
    entry = part(content, INDEX_TYPE);
  }
  return [...members, index(entry)];
}

const refused: readonly (readonly [string, readonly TarMember[], string])[] = [
  ['nothing of an image in it', [{ path: 'x' }], 'it has neither index.json (OCI layout) nor manifest.json'],
  ['an index that is no JSON', [{ path: 'index.json', content: '<html>' }], 'manifest is not JSON'],
  ['an index of 5 MiB', [{ path: 'index.json', content: Buffer.alloc(5 << 20, ' ') }], 'index.json has 5242880 bytes'],
  [
    'a manifest in the place of its index',
    [{ path: 'index.json', content: manifest }],
    'is a manifest and not an index',
  ],
  ['indexes in indexes without end', nested(6), 'its indexes are nested too deeply'],
  [
    'an index of thousands of indexes',
    (() => {
      const inner = json({ schemaVersion: 2, manifests: [] });
      return [blob(inner), index(...Array.from({ length: 5000 }, () => part(inner, INDEX_TYPE)))];
    })(),
    'it names too many manifests',
  ],
  [
    'a blob that is not what its name says',
    [{ ...blob(manifest), content: Buffer.alloc(manifest.length) }, index(honest)],
    'has the digest',
  ],
  ['a blob of another size', [blob(manifest), index({ ...honest, size: 1 })], 'bytes, expected 1'],
  ['a layer that is missing', [blob(manifest), blob(config), index(named('a:1'))], 'it lacks "blobs/sha256/'],
  ['a digest that climbs', [index({ ...honest, digest: 'sha256:../../../etc/passwd' })], 'unsupported digest'],
  ['a name that is none', [...nested(0).slice(0, 3), index(named('UPPER/Case:1'))], 'invalid reference format'],
  [
    'blobs that are links out of it',
    [{ ...blob(manifest), type: 'SymbolicLink', target: '/etc/passwd', content: '' }, index(honest)],
    'no image in it is for',
  ],
  ['a layer outside', [...dockerParts, docker({ Config: 'c.json', Layers: ['../../etc/passwd'] })], 'it lacks'],
  [
    'a config outside',
    [...dockerParts, docker({ Config: '/etc/passwd', Layers: ['l.tar'] })],
    'it lacks "/etc/passwd"',
  ],
  [
    'a layer that is a link out of it',
    [
      ...dockerParts,
      { path: 'x', type: 'SymbolicLink', target: '/etc/passwd' },
      docker({ Config: 'c.json', Layers: ['x'] }),
    ],
    'it lacks "x"',
  ],
  [
    '128 layers',
    [...dockerParts, docker({ Config: 'c.json', Layers: Array.from({ length: 128 }, () => 'l.tar') })],
    'it has 128 layers',
  ],
  ['layers that are numbers', [...dockerParts, docker({ Config: 'c.json', Layers: [1] })], 'Layers[0] is not a string'],
  [
    'tags that are none',
    [...dockerParts, docker({ Config: 'c.json', Layers: ['l.tar'], RepoTags: ['a b'] })],
    'invalid reference format',
  ],
];

describe('an archive of a stranger', () => {
  it.each(refused)('with %s is refused by name, and nothing of it stays', async (_, members, says) => {
    const own = mkdtempSync(join(folder, 'store-'));
    const { service, store, close } = await openService(own);
    try {
      const file = join(own, 'archive.tar');
      writeFileSync(file, gzipSync(tarBytes(members)));
      await expect(service.importArchive(file)).rejects.toThrow(says);
      await expect(service.importArchive(file)).rejects.toThrow(`failed to import image archive "${file}": `);
      expect(store.metadata.now).toMatchObject({ images: {}, references: {}, layers: {} });
      for (const place of ['ingest', 'layers', 'l', 'blobs/sha256']) {
        expect([place, readdirSync(join(store.paths.root, place))]).toEqual([place, []]);
      }
    } finally {
      await close();
    }
  });
});
