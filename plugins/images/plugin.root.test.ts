import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createBus } from '../../src/bus/bus.ts';
import { hostWorld } from '../../src/kernel/host-world.ts';
import { CrashLog } from '../../src/kernel/crash-log.ts';
import { type Kernel, startKernel } from '../../src/kernel/kernel.ts';
import { silentLogger } from '../../src/kernel/silent-logger.ts';
import { type Images, images } from './contract.ts';
import plugin from './plugin.ts';
import { tarBytes } from './testing/tar-bytes.ts';

const folder = mkdtempSync(join(tmpdir(), 'tiphys-images-'));
const out = join(folder, 'out');
beforeAll(() => {
  execFileSync(process.execPath, ['images/build.ts', out]);
});
const stops: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const stop of stops) await stop();
  rmSync(folder, { recursive: true, force: true });
});

async function start(dataDir: string): Promise<Images> {
  const kernel: Kernel = await startKernel({
    plugins: [plugin],
    world: hostWorld(),
    bus: createBus(() => undefined),
    crashes: new CrashLog(),
    onFatal: () => undefined,
    log: silentLogger,
    configOf: () => ({ dataDir, registriesFile: join(dataDir, 'registries.yaml'), preloadImages: '' }),
  });
  stops.push(() => kernel.stop());
  const service = kernel.service(images);
  await service.preloaded;
  return service;
}
const tiphys = (dataDir: string, ...args: readonly string[]): ChildProcess =>
  spawn(process.execPath, ['src/main.js', 'image', ...args, '--data-dir', dataDir], { stdio: 'ignore' });
const exitOf = (child: ChildProcess): Promise<number | null> =>
  new Promise(resolve => child.once('exit', code => resolve(code)));

describe('the images plugin beside the command line', () => {
  it('sees what another process imports and removes', async () => {
    const dataDir = join(folder, 'beside');
    mkdirSync(dataDir);
    const service = await start(dataDir);
    expect(service.list()).toEqual([]);
    expect(await exitOf(tiphys(dataDir, 'import', join(out, 'busybox.tar')))).toBe(0);
    await vi.waitFor(() => expect(service.find('busybox:1.35')).toBeDefined());
    expect(await exitOf(tiphys(dataDir, 'rm', 'busybox:1.35'))).toBe(0);
    await vi.waitFor(() => expect(service.find('busybox:1.35')).toBeUndefined());
    expect((await service.collectGarbage(new Set())).freedBytes).toBeGreaterThan(0);
  });

  it('gives layers that overlayfs mounts', async () => {
    const service = await start(join(folder, 'mount'));
    await service.importArchive(join(out, 'busybox.tar'));
    const [image] = await service.importArchive(join(out, 'echo.tar'));
    const lower = [...(image?.lowerDirs ?? []), ...(service.find('busybox:1.35')?.lowerDirs ?? [])];
    const script = `mount -t overlay -o ro,lowerdir=${lower.join(':')} none ${out} && chroot ${out} /bin/sh -c 'ls -d /echo /bin/sh'`;
    expect(execFileSync('unshare', ['-m', 'sh', '-c', script], { encoding: 'utf8' })).toBe('/bin/sh\n/echo\n');
  });

  it('removes at its start what was published of an image that never was whole, and nothing else', async () => {
    const dataDir = join(folder, 'unnamed');
    mkdirSync(dataDir);
    expect(await exitOf(tiphys(dataDir, 'import', join(out, 'busybox.tar')))).toBe(0);
    const store = join(dataDir, 'agent', 'images-store');
    const seen = (): readonly (readonly string[])[] =>
      ['layers', 'l', 'blobs/sha256', 'ingest'].map(name => readdirSync(join(store, name)));
    const before = seen();
    const hex = 'ab'.repeat(32);
    mkdirSync(join(store, 'layers', hex, 'fs'), { recursive: true });
    symlinkSync(`../layers/${hex}/fs`, join(store, 'l', 'A'.repeat(26)));
    writeFileSync(join(store, 'blobs/sha256', hex), 'half an image');
    const service = await start(dataDir);
    expect(seen()).toEqual(before);
    expect(existsSync(join(service.find('busybox:1.35')?.lowerDirs[0] ?? '', 'bin'))).toBe(true);
  });

  it('survives kill -9 of an import at any moment, and cleans up at the next start', async () => {
    const dataDir = join(folder, 'killed');
    mkdirSync(dataDir);
    const files = Array.from({ length: 2000 }, (_, i) => ({ path: `d${i % 50}/f${i}`, content: `${i}` }));
    const archive = join(folder, 'many.tar');
    writeFileSync(archive, dockerArchive(tarBytes(files)));
    for (let delay = 100; delay <= 340; delay += 20) {
      const child = tiphys(dataDir, 'import', archive);
      const exited = exitOf(child);
      await new Promise(resolve => setTimeout(resolve, delay));
      child.kill('SIGKILL');
      await exited;
    }
    const service = await start(dataDir);
    const store = join(dataDir, 'agent', 'images-store');
    expect(readdirSync(join(store, 'ingest'))).toEqual([]);
    const known = service.list().flatMap(image => image.lowerDirs).length;
    expect(readdirSync(join(store, 'layers'))).toHaveLength(known);
    const [image] = await service.importArchive(archive);
    for (const { path } of [files[0], files[1999]].filter(file => file !== undefined)) {
      expect(existsSync(join(image?.lowerDirs[0] ?? '', path))).toBe(true);
    }
  });
});

function dockerArchive(layer: Buffer): Buffer {
  const diffId = execFileSync('sha256sum', { input: layer, encoding: 'utf8' }).slice(0, 64);
  const config = JSON.stringify({ rootfs: { type: 'layers', diff_ids: [`sha256:${diffId}`] } });
  const manifest = JSON.stringify([{ Config: 'c.json', RepoTags: ['many:1'], Layers: ['l.tar'] }]);
  return tarBytes([
    { path: 'l.tar', content: layer },
    { path: 'c.json', content: config },
    { path: 'manifest.json', content: manifest },
  ]);
}
