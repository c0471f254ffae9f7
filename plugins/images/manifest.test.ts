import { describe, expect, it } from 'vitest';
import { digestOf } from './digest.ts';
import { parseConfig, parseManifest, runnable } from './manifest.ts';

const D = digestOf('x');
const OCI = 'application/vnd.oci.image.manifest.v1+json';
const INDEX = 'application/vnd.oci.image.index.v1+json';
const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));
const part = { mediaType: 'm', digest: D, size: 1 };

describe('parseManifest', () => {
  it('reads both kinds', () => {
    expect(parseManifest(json({ schemaVersion: 2, mediaType: OCI, config: part, layers: [part] }), OCI)).toEqual({
      kind: 'manifest',
      config: part,
      layers: [part],
    });
    expect(parseManifest(json({ schemaVersion: 2, manifests: [part] }), INDEX).kind).toBe('index');
  });

  const bad: readonly (readonly [string, unknown, string | undefined])[] = [
    ['both kinds at once', { schemaVersion: 2, config: part, layers: [], manifests: [] }, undefined],
    ['neither kind', { schemaVersion: 2 }, undefined],
    ['an index that was announced as a manifest', { schemaVersion: 2, manifests: [part] }, OCI],
    ['a manifest that calls itself an index', { schemaVersion: 2, mediaType: INDEX, config: part, layers: [] }, OCI],
    ['schema 1', { schemaVersion: 1, fsLayers: [] }, undefined],
    ['another hash', { schemaVersion: 2, config: { ...part, digest: `sha1:${'a'.repeat(40)}` }, layers: [] }, OCI],
    ['a path for a digest', { schemaVersion: 2, config: { ...part, digest: 'sha256:../../etc' }, layers: [] }, OCI],
    ['a negative size', { schemaVersion: 2, config: { ...part, size: -1 }, layers: [] }, OCI],
    ['a size beyond all numbers', { schemaVersion: 2, config: { ...part, size: 2 ** 60 }, layers: [] }, OCI],
    ['128 layers', { schemaVersion: 2, config: part, layers: Array.from({ length: 128 }, () => part) }, OCI],
    ['no object at all', [1], undefined],
    ['fields of a prototype', JSON.parse('{"schemaVersion":2,"__proto__":{"manifests":[]}}'), undefined],
  ];
  it.each(bad)('refuses %s', (_, document, mediaType) => {
    expect(() => parseManifest(json(document), mediaType)).toThrow(expect.objectContaining({ name: 'ContentError' }));
  });
});

describe('runnable', () => {
  it('prefers the exact platform and never takes a foreign one', () => {
    const entry = (size: number, platform?: object): object => ({ ...part, size, ...(platform ? { platform } : {}) });
    const index = parseManifest(
      json({
        schemaVersion: 2,
        manifests: [
          entry(1),
          entry(2, { os: 'linux', architecture: 'arm64', variant: 'v8' }),
          entry(3, { os: 'linux', architecture: 'amd64', variant: 'v3' }),
          entry(4, { os: 'unknown', architecture: 'unknown' }),
          entry(5, { os: 'linux', architecture: 'amd64' }),
        ],
      }),
      INDEX,
    );
    if (index.kind !== 'index') throw new Error('not an index');
    const sizes = (architecture: string): readonly number[] =>
      runnable(index, { os: 'linux', architecture, variant: '' }).map(({ size }) => size);
    expect(sizes('amd64')).toEqual([5, 1]);
    expect(sizes('arm64')).toEqual([2, 1]);
    expect(sizes('riscv64')).toEqual([1]);
  });
});

describe('parseConfig', () => {
  it('takes nulls for absent, as many builders write them', () => {
    const { config } = parseConfig(
      json({ rootfs: { diff_ids: [D] }, config: { Entrypoint: null, Cmd: ['sh'], Volumes: { '/v': {} } } }),
    );
    expect(config).toEqual({
      entrypoint: [],
      cmd: ['sh'],
      env: [],
      user: '',
      workingDir: '',
      volumes: ['/v'],
      stopSignal: null,
    });
  });
});
