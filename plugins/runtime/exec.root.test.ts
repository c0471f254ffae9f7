import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Container, ExecOptions, Sandbox } from './contract.ts';
import type { RuntimeService } from './runtime-service.ts';
import { logLines, TestNode } from './testing/test-node.ts';

/** How often what may race is run. */
const CYCLES = 4 * Number(process.env['TIPHYS_CYCLES'] ?? 25);

describe('exec and attach', () => {
  const node = new TestNode();
  let runtime: RuntimeService;
  let sandbox: Sandbox;
  let container: Container;
  beforeAll(async () => {
    runtime = await node.open();
    sandbox = await runtime.createSandbox(node.sandboxConfig());
    const user = { uid: 1000, gid: 1000, supplementalGroups: [] };
    const config = { args: ['sleep', '600'], user, cwd: '/tmp', env: ['PATH=/bin', 'A=1'] };
    container = await runtime.startContainer(node.containerConfig(sandbox, '', config));
  });
  afterAll(() => node[Symbol.asyncDispose]());

  const exec = (script: string, options: Partial<ExecOptions> = {}): ReturnType<RuntimeService['exec']> =>
    runtime.exec(container.id, { args: ['sh', '-c', script], tty: false, stdin: false, ...options });

  it('runs beside the container: its user, directory, environment, rights and cgroup', async () => {
    const session = await exec(
      'pwd; id -u; echo $A; grep -E "^(CapEff|CapInh|Seccomp:)" /proc/self/status | tr -d "\\t"; ls /proc/self/fd | wc -l; ' +
        'cmp /proc/1/cgroup /proc/self/cgroup && echo same; cat /proc/1/comm; echo err >&2; exit 3',
    );
    const [out, err] = await Promise.all([text(session.stdout), session.stderr && text(session.stderr)]);
    expect(out.split('\n')).toEqual([
      '/tmp',
      '1000',
      '1',
      'CapInh:0000000000000000',
      'CapEff:0000000000000000',
      'Seccomp:2',
      '4',
      'same',
      'sleep',
      '',
    ]);
    expect(err).toBe('err\n');
    expect(await session.exit).toEqual({ exitCode: 3 });
  });

  it('passes input on until it ends, megabytes of it', async () => {
    const session = await exec('wc -c', { stdin: true });
    session.stdin?.write(Buffer.alloc(3_000_000, 'x'));
    session.stdin?.end('end');
    expect((await text(session.stdout)).trim()).toBe('3000003');
    expect(await session.exit).toEqual({ exitCode: 0 });
  });

  it('gives a terminal, its size, and what is typed', async () => {
    const session = await exec('tty; read line; echo got $line; stty size; exit 5', { tty: true, stdin: true });
    let seen = '';
    session.stdout.on('data', (chunk: Buffer) => (seen += String(chunk)));
    await expect.poll(() => seen).toMatch(/\/dev\/pts\/0\r\n/);
    session.resize(132, 43);
    session.stdin?.write('hello\n');
    expect(await session.exit).toEqual({ exitCode: 5 });
    await expect.poll(() => seen).toMatch(/got hello\r\n43 132\r\n$/);
  });

  it('hangs up the terminal when the client goes away', async () => {
    const session = await exec('trap "echo > /tmp/hung-up; exit" HUP; echo ready; while true; do sleep 0.01; done', {
      tty: true,
      stdin: true,
    });
    await new Promise(resolve => session.stdout.once('data', resolve));
    session.stdout.destroy();
    await session.exit;
    expect(await (await exec('ls /tmp/hung-up')).exit).toEqual({ exitCode: 0 });
  });

  it('answers each time, however short the program', async () => {
    for (let count = 0; count < CYCLES; count++) {
      const session = await exec('exit 3');
      session.stdout.resume();
      session.stderr?.resume();
      expect(await session.exit).toEqual({ exitCode: 3 });
    }
  });

  it('says why it cannot run, and kills on demand', async () => {
    await expect(runtime.exec(container.id, { args: ['nope'], tty: false, stdin: false })).rejects.toMatchObject({
      code: 'ContainerCannotRun',
      message: expect.stringContaining('exec: "nope": executable file not found in $PATH'),
    });
    const session = await exec('sleep 600');
    session.kill();
    expect(await session.exit).toEqual({ exitCode: 137 });
    await expect(runtime.exec('0'.repeat(64), { args: ['true'], tty: false, stdin: false })).rejects.toMatchObject({
      code: 'ContainerNotFound',
    });
  });

  it('holds back a program whose output nobody reads', async () => {
    const session = await exec('yes | head -c 50000000; echo > /tmp/done');
    await new Promise(resolve => setTimeout(resolve, 100));
    expect(await (await exec('ls /tmp/done')).exit).toEqual({ exitCode: 1 });
    session.kill();
    session.stdout.destroy();
    await session.exit;
  });

  it('ends all the same when its end was lost on a daemon that did not read, and others run on', async () => {
    const over = await exec('exit');
    await over.exit;
    const other = await exec('read line; exit 5', { stdin: true });
    // It ends when the shim, on however slow a machine, is through with what follows.
    const lost = await exec('sleep 2.5; exit 4');
    // More answers than the shim's socket holds, while this thread reads none: the shim hangs up.
    for (let count = 0; count < 4_000; count++) over.kill();
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5_000);
    expect(await lost.exit).toEqual({ exitCode: 255 });
    other.stdin?.end('\n');
    expect(await other.exit).toEqual({ exitCode: 5 });
  });

  it('ends with its container', async () => {
    const victim = await runtime.startContainer(node.containerConfig(sandbox, 'exec sleep 600'));
    const session = await runtime.exec(victim.id, { args: ['sleep', '600'], tty: false, stdin: false });
    await runtime.stopContainer(victim.id, { signal: 'SIGKILL', graceMs: 0 });
    expect(await session.exit).toEqual({ exitCode: 137 });
    await expect(runtime.exec(victim.id, { args: ['true'], tty: false, stdin: false })).rejects.toMatchObject({
      code: 'ContainerNotRunning',
    });
  });

  it('attaches to the container’s own streams, which it still logs', async () => {
    const cat = await runtime.startContainer(
      node.containerConfig(sandbox, 'cat; echo bye >&2', { stdin: true, stdinOnce: true }),
    );
    const one = await runtime.attach(cat.id);
    const two = await runtime.attach(cat.id);
    one.stdin?.write('first\n');
    one.stdin?.end('second\n');
    const outputs = await Promise.all([one.stdout, two.stdout].map(stream => text(stream)));
    expect(outputs).toEqual(['first\nsecond\n', 'first\nsecond\n']);
    expect(one.stderr && (await text(one.stderr))).toBe('bye\n');
    await node.exited(cat.id);
    expect(logLines(cat.logPath)).toEqual(['stdout F first', 'stdout F second', 'stderr F bye']);
  });

  it('attaches to a container’s terminal', async () => {
    const shell = await runtime.startContainer(
      node.containerConfig(sandbox, '', { args: ['sh'], env: ['PATH=/bin', 'PS1=$ '], tty: true, stdin: true }),
    );
    const session = await runtime.attach(shell.id);
    expect(session.stderr).toBeNull();
    session.resize(90, 30);
    session.stdin?.write('stty size; ls -l /dev/console | cut -c1; echo $TERM; exit 6\n');
    expect(await text(session.stdout)).toMatch(/\r\n30 90\r\nc\r\nxterm\r\n$/);
    expect((await node.exited(shell.id)).exit).toMatchObject({ exitCode: 6 });
  });
});
