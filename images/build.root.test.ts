import { execFileSync, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'tiphys-build-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const build = (out: string): string => execFileSync(process.execPath, ['images/build.ts', out], { encoding: 'utf8' });

describe('images/build.ts', () => {
  it('makes the same bytes every time, and nothing twice', () => {
    const [first, second] = [join(folder, 'a'), join(folder, 'b')];
    build(first);
    build(second);
    for (const name of ['busybox.tar', 'echo.tar']) {
      expect(readFileSync(join(first, name)).equals(readFileSync(join(second, name)))).toBe(true);
    }
    const { ino } = statSync(join(first, 'busybox.tar'));
    expect(build(first)).toMatch(/busybox.tar: up to date\n.*echo.tar: up to date\n/);
    expect(statSync(join(first, 'busybox.tar')).ino).toBe(ino);
  });

  it('makes a busybox that others can read, with a server and a netcat inside', () => {
    build(join(folder, 'a'));
    execFileSync('umoci', ['--version']);
    const layout = join(folder, 'layout');
    const image = `oci-archive:${join(folder, 'a', 'busybox.tar')}`;
    execFileSync('skopeo', ['copy', '--quiet', '--insecure-policy', image, `oci:${layout}:x`]);
    execFileSync('umoci', ['unpack', '--image', `${layout}:x`, join(folder, 'bundle')], { stdio: 'pipe' });
    for (const applet of ['sh', 'httpd', 'nc', 'wget', 'nslookup', 'sleep', 'top']) {
      expect(statSync(join(folder, 'bundle/rootfs/bin', applet)).nlink).toBeGreaterThan(200);
    }
  });
});

describe('the echo server', () => {
  it('answers HTTP and UDP, and goes when told', async () => {
    const program = join(folder, 'echo');
    execFileSync('gcc', ['-static', '-Os', '-o', program, 'images/echo/echo.c']);
    const child = spawn(program, { env: { PORT: '38471' }, stdio: ['ignore', 'pipe', 'inherit'] });
    const exited = new Promise<number | null>(resolve => child.once('exit', resolve));
    await new Promise(resolve => child.stdout.once('data', resolve));
    const answer = await (await fetch('http://127.0.0.1:38471/some/path')).text();
    expect(answer).toMatch(/^hostname: .+\nclient: 127\.0\.0\.1:\d+\npath: \/some\/path\n$/);
    const host = (await (await fetch('http://127.0.0.1:38471/hostname')).text()).trim();
    const socket = createSocket('udp4');
    const reply = new Promise<string>(resolve => socket.once('message', message => resolve(String(message))));
    socket.send('ping', 38471, '127.0.0.1');
    expect(await reply).toBe(`${host} ping`);
    socket.close();
    child.kill('SIGTERM');
    expect(await exited).toBe(0);
  });
});
