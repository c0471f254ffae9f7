import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { digestOf } from './digest.ts';
import { SECRET_HASH, startRegistry, type TestRegistry } from './testing/docker-registry.ts';
import { openService } from './testing/open-service.ts';

const folder = mkdtempSync(join(tmpdir(), 'tiphys-pull-'));
const out = join(folder, 'out');
let registry: TestRegistry;
const anonymous = { credentials: [], signal: new AbortController().signal };

beforeAll(async () => {
  execFileSync(process.execPath, ['images/build.ts', out]);
  registry = await startRegistry(folder);
  registry.push(`oci-archive:${join(out, 'busybox.tar')}`, 'library/busybox:1.35');
  registry.push(`oci-archive:${join(out, 'busybox.tar')}`, 'busybox:zstd', '--dest-compress-format', 'zstd');
  registry.push(`oci-archive:${join(out, 'echo.tar')}`, 'echo:v2s2', '--format', 'v2s2');
});
afterAll(async () => {
  await registry.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe('pull from docker-registry', () => {
  it('pulls gzip, zstd and Docker schema 2, and finds the same files in them', async () => {
    const programs = { 'library/busybox:1.35': 'bin/busybox', 'busybox:zstd': 'bin/busybox', 'echo:v2s2': 'echo' };
    const hashes = await Promise.all(
      Object.entries(programs).map(async ([name, program], i) => {
        const { service, store, close } = await openService(folder, `pulled-${i}`);
        const image = await service.pull(`${registry.host}/${name}`, anonymous);
        expect(image.tags).toEqual([`${registry.host}/${name}`]);
        expect(readdirSync(store.paths.ingest)).toEqual([]);
        await close();
        return digestOf(readFileSync(join(image.lowerDirs[0] ?? '', program)));
      }),
    );
    expect(hashes[0]).toBe(digestOf(readFileSync('/bin/busybox')));
    expect(hashes[1]).toBe(hashes[0]);
  });

  it('follows an index to the manifest for this machine, and pulls by digest', async () => {
    const manifest = await (
      await fetch(`http://${registry.host}/v2/library/busybox/manifests/1.35`, {
        headers: { accept: 'application/vnd.oci.image.manifest.v1+json' },
      })
    ).text();
    const entry = (architecture: string, digest: string): object => ({
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      digest,
      size: Buffer.byteLength(manifest),
      platform: { os: 'linux', architecture },
    });
    const host = process.arch === 'x64' ? 'amd64' : process.arch;
    const index = JSON.stringify({
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.index.v1+json',
      manifests: [entry(host, digestOf(manifest))],
    });
    const put = await fetch(`http://${registry.host}/v2/library/busybox/manifests/multi`, {
      method: 'PUT',
      headers: { 'content-type': 'application/vnd.oci.image.index.v1+json' },
      body: index,
    });
    expect(put.status).toBe(201);
    const { service, close } = await openService(folder, 'index');
    const image = await service.pull(`${registry.host}/library/busybox@${digestOf(index)}`, anonymous);
    expect(image.tags).toEqual([]);
    expect(image.digests).toEqual([`${registry.host}/library/busybox@${digestOf(index)}`]);
    await close();
  });

  it('uses the mirrors of registries.yaml in the registry’s stead', async () => {
    const own = mkdtempSync(join(folder, 'mirror-'));
    writeFileSync(
      join(own, 'registries.yaml'),
      `mirrors:\n  docker.io:\n    endpoint: ["http://127.0.0.1:1", "http://${registry.host}"]\n` +
        '  example.com:\n' +
        `    endpoint: ["http://${registry.host}"]\n` +
        '    rewrite: {"^team/(.*)$": "library/$1"}\n',
    );
    const { service, close } = await openService(own);
    expect((await service.pull('busybox:1.35', anonymous)).tags).toEqual(['docker.io/library/busybox:1.35']);
    expect((await service.pull('example.com/team/busybox:1.35', anonymous)).tags).toContain(
      'example.com/team/busybox:1.35',
    );
    await close();
  });

  it('says what is missing in the words of containerd', async () => {
    const { service, store, close } = await openService(folder, 'missing');
    const name = `${registry.host}/library/busybox:none`;
    await expect(service.pull(name, anonymous)).rejects.toMatchObject({
      reason: 'ErrImagePull',
      message: `failed to pull and unpack image "${name}": failed to resolve reference "${name}": ${name}: not found`,
    });
    expect(store.metadata.now.references).toEqual({});
    await close();
  });

  it('logs in with a pull secret, and is refused without', async () => {
    const locked = await startRegistry(folder, { htpasswd: `fred:${SECRET_HASH}`, credentials: 'fred:secret' });
    try {
      locked.push(`oci-archive:${join(out, 'echo.tar')}`, 'echo:1.0');
      const { service, close } = await openService(folder, 'locked');
      const name = `${locked.host}/echo:1.0`;
      await expect(service.pull(name, anonymous)).rejects.toThrow('authorization failed');
      const credentials = [{ registry: `http://${locked.host}/v1/`, username: 'fred', password: 'secret' }];
      expect((await service.pull(name, { ...anonymous, credentials })).tags).toEqual([name]);
      await close();
    } finally {
      await locked.stop();
    }
  });
});
