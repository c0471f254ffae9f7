import { execFileSync } from 'node:child_process';
import { lstatSync, mkdtempSync, readdirSync, readlinkSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { native } from '../../native/index.ts';
import { hostWorld } from '../../src/kernel/host-world.ts';
import { digestOf } from './digest.ts';
import { tarBytes, type TarMember } from './testing/tar-bytes.ts';
import { unpackLayer, type UnpackRequest } from './unpack-layer.ts';

const folder = mkdtempSync(join(tmpdir(), 'tiphys-unpack-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(folder, 'layer-'));
});
const at = (path: string): string => join(directory, path);

function unpack(tar: Buffer, options: Partial<UnpackRequest> & { readonly sent?: Buffer } = {}): Promise<unknown> {
  const { sent = tar, ...request } = options;
  const file = join(folder, 'layer.tar');
  writeFileSync(file, sent);
  return unpackLayer(hostWorld().files, {
    file,
    diffId: digestOf(tar),
    directory,
    lowerDirs: [],
    signal: new AbortController().signal,
    ...request,
  });
}

/** A layer below, made by the same unpacker; its directory. */
async function lower(...members: readonly TarMember[]): Promise<string> {
  const below = directory;
  await unpack(tarBytes(members));
  directory = mkdtempSync(join(folder, 'layer-'));
  return below;
}
const xattr = (path: string, name: string): string =>
  execFileSync('python3', ['-c', 'import os,sys; print(os.getxattr(sys.argv[1], sys.argv[2]).decode())', path, name], {
    encoding: 'utf8',
  }).trim();

describe('unpackLayer', () => {
  it('keeps what npm’s tar loses: devices, FIFOs, setuid, owners, links, times, attributes', async () => {
    const members: readonly TarMember[] = [
      { path: './', type: 'Directory', mode: 0o711 },
      { path: 'dev/null', type: 'CharacterDevice', device: [1, 3], mode: 0o666 },
      { path: 'dev/sda', type: 'BlockDevice', device: [8, 0], mode: 0o660 },
      { path: 'pipe', type: 'FIFO', mode: 0o600 },
      {
        path: 'bin/su',
        mode: 0o4755,
        content: 'su',
        pax: { 'SCHILY.xattr.user.note': 'kept', mtime: '1000000000.25' },
      },
      { path: 'bin/link', type: 'Link', target: 'bin/su' },
      { path: 'etc/abs', type: 'SymbolicLink', target: '/etc/../passwd' },
      { path: 'home/u', type: 'Directory', mode: 0o2750, uid: 70000 },
      { path: 'long', pax: { path: `deep/${'n'.repeat(200)}` }, content: 'x' },
    ];
    expect(await unpack(tarBytes(members))).toEqual({ bytes: 3, inodes: 14, opaqueRoot: false });
    expect(statSync(directory).mode & 0o7777).toBe(0o711);
    expect(statSync(at('dev/null'))).toMatchObject({ rdev: 0x103, mode: 0o20666 });
    expect(statSync(at('dev/sda'))).toMatchObject({ rdev: 0x800, mode: 0o60660 });
    expect(statSync(at('pipe')).isFIFO()).toBe(true);
    expect(statSync(at('bin/su'))).toMatchObject({ mode: 0o104755, nlink: 2, mtimeMs: 1_000_000_000_250 });
    expect(xattr(at('bin/link'), 'user.note')).toBe('kept');
    expect(readlinkSync(at('etc/abs'))).toBe('/etc/../passwd');
    expect(statSync(at('home/u'))).toMatchObject({ mode: 0o42750, uid: 70000, mtimeMs: 1_000_000_000_000 });
    expect(readdirSync(at('deep'))).toEqual(['n'.repeat(200)]);
  });

  it('turns whiteouts into what overlayfs understands, whatever their order', async () => {
    await unpack(
      tarBytes([
        { path: 'etc/.wh.gone' },
        { path: 'opaque/.wh..wh..opq' },
        { path: 'opaque/new' },
        { path: '.wh.renewed' },
        { path: 'renewed', type: 'Directory' },
        { path: 'kept' },
        { path: '.wh.kept' },
        { path: '.wh..wh.plnk' },
      ]),
    );
    expect(lstatSync(at('etc/gone'))).toMatchObject({ rdev: 0, mode: 0o20000 });
    expect(xattr(at('opaque'), 'trusted.overlay.opaque')).toBe('y');
    expect(xattr(at('renewed'), 'trusted.overlay.opaque')).toBe('y');
    expect(statSync(at('kept')).isFile()).toBe(true);
    expect(readdirSync(directory).sort()).toEqual(['etc', 'kept', 'opaque', 'renewed']);
    directory = mkdtempSync(join(folder, 'layer-'));
    expect(await unpack(tarBytes([{ path: '.wh..wh..opq' }]))).toMatchObject({ opaqueRoot: true });
  });

  it('takes unmentioned directories from the layers below, and follows their links', async () => {
    const base = await lower(
      { path: 'srv', type: 'Directory', mode: 0o1770, uid: 33 },
      { path: 'usr/lib', type: 'Directory' },
      { path: 'lib', type: 'SymbolicLink', target: 'usr/lib' },
    );
    await unpack(tarBytes([{ path: 'srv/a' }, { path: 'lib/libc.so' }]), { lowerDirs: [base] });
    expect(statSync(at('srv'))).toMatchObject({ mode: 0o41770, uid: 33 });
    expect(readdirSync(directory).sort()).toEqual(['srv', 'usr']);
    expect(statSync(at('usr/lib/libc.so')).isFile()).toBe(true);
  });

  it('reads files through layers as a container would', async () => {
    const base = await lower({ path: 'etc/passwd', content: 'old' }, { path: 'etc/shadow', content: 'secret' });
    const top = await lower(
      { path: 'data/pw', content: 'new' },
      { path: 'etc/passwd', type: 'SymbolicLink', target: '../../../data/pw' },
      { path: 'etc/.wh.shadow' },
      { path: 'etc/loop', type: 'SymbolicLink', target: 'loop' },
      { path: 'etc/fifo', type: 'FIFO' },
    );
    const read = (path: string, max = 100): Promise<Buffer> => native().readLayeredFile([top, base], path, max);
    expect(String(await read('etc/passwd'))).toBe('new');
    await expect(read('etc/shadow')).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(read('etc/loop')).rejects.toMatchObject({ code: 'ELOOP' });
    await expect(read('etc/fifo')).rejects.toMatchObject({ code: 'EINVAL' });
    await expect(read('etc/passwd', 2)).rejects.toMatchObject({ code: 'EFBIG' });
  });
});

// What else a stranger may send: hostile-layers.root.test.ts.
describe('a layer', () => {
  it('of another digest than promised is refused', async () => {
    const honest = tarBytes([{ path: 'f', content: 'x' }]);
    await expect(unpack(honest, { diffId: digestOf('other') })).rejects.toThrow(
      `wrong diff id calculated on extraction "${digestOf(honest)}", expected "${digestOf('other')}"`,
    );
  });

  it('is given up at once when nobody wants it any more', async () => {
    const abort = new AbortController();
    const big = tarBytes([{ path: 'big', content: Buffer.alloc(16 << 20) }]);
    const unpacking = unpack(big, { signal: abort.signal });
    abort.abort(new Error('no longer wanted'));
    await expect(unpacking).rejects.toThrow('no longer wanted');
  });

  it('of links and directories nested beyond PATH_MAX leaves nothing that cannot be removed', async () => {
    const step = 'd/'.repeat(1000);
    const members: TarMember[] = [{ path: 'x', pax: { path: `${step}f` } }];
    for (let i = 0; i < 5; i += 1) {
      members.push({ path: `l${i}`, type: 'SymbolicLink', pax: { linkpath: `${i === 0 ? '' : `l${i - 1}/`}${step}` } });
      members.push({ path: 'x', pax: { path: `l${i}/${step}f` } });
    }
    await expect(unpack(tarBytes(members))).rejects.toMatchObject({ code: 'Malformed' });
    rmSync(directory, { recursive: true });
  });
});
