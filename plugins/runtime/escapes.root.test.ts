import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_CAPABILITIES } from '../../src/base/linux-capabilities.ts';
import type { Container, Sandbox } from './contract.ts';
import type { RuntimeService } from './runtime-service.ts';
import { hunted } from './testing/hunt.ts';
import { Prober } from './testing/prober.ts';
import { logLines, TestNode } from './testing/test-node.ts';

/** How often each race is run. */
const CYCLES = Number(process.env['TIPHYS_CYCLES'] ?? 25);

/** Ways out of a container that other runtimes have had; docs/SECURITY.md tells which is which. */
describe('out of a container', () => {
  const node = new TestNode();
  const canary = join(node.base, 'canary');
  let runtime: RuntimeService;
  let sandbox: Sandbox;
  let prober: Prober;
  beforeAll(async () => {
    runtime = await node.open();
    prober = await Prober.install(node);
    mkdirSync(canary);
    writeFileSync(join(canary, 'secret'), 'of the host\n');
    sandbox = await runtime.createSandbox(node.sandboxConfig());
  });
  afterAll(() => node[Symbol.asyncDispose]());

  const shimPid = (of: Sandbox): string => /^\/proc\/(\d+)\//.exec(of.netnsPath)?.[1] ?? '';
  const sha256 = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex');
  const ends = async (container: Container): Promise<void> => {
    await runtime.stopContainer(container.id, { signal: 'SIGKILL', graceMs: 0 });
  };
  const hunt = (where: Sandbox, capabilities: readonly string[]): Promise<readonly string[]> =>
    hunted({ node, runtime, secret: join(canary, 'secret') }, where, capabilities);

  it('no process that is about to be exec’ed shows its memory, files, root or descriptors', async () => {
    expect(await hunt(sandbox, DEFAULT_CAPABILITIES)).toEqual(['nothing']);
    // CAP_SYS_PTRACE opens any process there is to see: by then that has the container's root, and no file open.
    const traced = await hunt(sandbox, [...DEFAULT_CAPABILITIES, 'CAP_SYS_PTRACE']);
    expect(traced.flatMap(parts => parts.split(' ')).filter(part => /root|cwd|files/.test(part))).toEqual([]);
    expect(traced.join()).toContain('mem');
  });

  it('nor does one in a pod whose containers share processes, the first of them included', async () => {
    const shared = await runtime.createSandbox(node.sandboxConfig({ shareProcessNamespace: true }));
    expect(await hunt(shared, DEFAULT_CAPABILITIES)).toEqual(['nothing']);
    const capabilities = [...DEFAULT_CAPABILITIES, 'CAP_SYS_PTRACE'];
    const traced = await hunt(shared, capabilities);
    expect(traced.flatMap(parts => parts.split(' ')).filter(part => /root|cwd|files/.test(part))).toEqual([]);
    const script = 'cat /proc/1/comm; ls -A /proc/1/root /proc/1/fd; grep -E "^(CapBnd|Uid|NoNewPrivs)" /proc/1/status';
    const { lines } = await node.run(shared, script, { capabilities });
    expect(lines.map(line => line.replace(/^stdout F /, '').replaceAll('\t', ' '))).toEqual([
      'pause',
      '/proc/1/fd:',
      '',
      '/proc/1/root:',
      'Uid: 65534 65534 65534 65534',
      'CapBnd: 0000000000000000',
      'NoNewPrivs: 1',
    ]);
  });

  it('the shim’s program cannot be changed, whoever runs or opens it', async () => {
    const exe = `/proc/${shimPid(sandbox)}/exe`;
    const before = sha256(exe);
    writeFileSync(join(node.rootfs, 'bin/self'), '#!/proc/self/exe\n', { mode: 0o755 });
    const script = 'exec 3>/proc/self/exe; echo overwritten >&3; /bin/self; cat /proc/1/exe >/dev/null; true';
    await node.run(sandbox, script, { capabilities: [...DEFAULT_CAPABILITIES, 'CAP_SYS_PTRACE'] });
    // The exec'ing process is the shim's program itself: it finds no run directory and ends.
    const { container } = await node.run(sandbox, '', { args: ['/proc/self/exe', 'x'] });
    expect(container.exit?.exitCode).toBe(64);
    expect(prober.outside('seals', exe)).toEqual(['seals 15']);
    expect(() => writeFileSync(exe, 'x', { flag: 'r+' })).toThrow(/ETXTBSY|EPERM/);
    expect(sha256(exe)).toBe(before);
    expect(before).toBe(sha256(join(import.meta.dirname, '../../build/Release/tiphys-shim')));
  });

  it('no descriptor serves as a working directory', async () => {
    const numbers = Array.from({ length: 62 }, (_, index) => index + 3);
    const outcomes = await Promise.all(
      numbers.map(number =>
        node.run(sandbox, 'true', { cwd: `/proc/self/fd/${number}` }).then(
          () => number,
          () => null,
        ),
      ),
    );
    expect(outcomes.filter(outcome => outcome !== null)).toEqual([]);
  });

  it.each([
    ['/dev/null', '/dev/console', '/dev/shm', '/dev/pts', '/dev/ptmx', '/dev/mqueue', '/dev/stdout'],
    ['/etc/hosts', '/etc/resolv.conf', '/etc/hostname', '/etc/mtab', '/etc/passwd', '/etc/group', '/termination-log'],
    ['/etc', '/opt', '/work', '/var'],
  ])('links of an image in the place of %s, %s … lead nowhere on the host', async (...links) => {
    const image = join(node.base, `image-${links[1]?.replaceAll('/', '-')}`);
    for (const link of links) {
      mkdirSync(join(image, dirname(link)), { recursive: true });
      symlinkSync(join(canary, link.replaceAll('/', '-')), join(image, link));
    }
    const source = join(node.base, 'given');
    writeFileSync(source, 'given\n');
    const mount = { source, readOnly: false, propagation: 'private' } as const;
    const targets = links.includes('/etc')
      ? ['/etc/hosts', '/opt/message']
      : links.filter(link => !link.startsWith('/dev') && link !== '/etc/passwd' && link !== '/etc/group');
    const { container, lines } = await node.run(sandbox, '', {
      lowerDirs: [image, node.rootfs],
      cwd: links.includes('/work') ? '/work/inner' : '/',
      tty: true,
      mounts: targets.map(target => ({ ...mount, target })),
      args: ['/bin/sh', '-c', 'for f in "$@"; do cat $f; done; echo x >/dev/null; tty; exit 3', 'sh', ...targets],
    });
    expect(container.exit?.exitCode).toBe(3);
    expect(lines.filter(line => line.includes('given'))).toHaveLength(targets.length);
    expect(readdirSync(canary)).toEqual(['secret']);
  });

  /** A container that exchanges a directory of a volume with a link to the host's root, over and over. */
  const swapping = async (name: string): Promise<{ readonly volume: string; readonly swapper: Container }> => {
    const volume = join(node.base, name);
    mkdirSync(join(volume, 'a'), { recursive: true });
    symlinkSync('/', join(volume, 'b'));
    const mounts = [{ source: volume, target: '/volume', readOnly: false, propagation: 'private' } as const];
    const args = ['probe', 'swap', '/volume/a', '/volume/b'];
    const swapper = await runtime.startContainer(node.containerConfig(sandbox, '', { args, mounts }));
    await expect.poll(() => logLines(swapper.logPath)).toEqual(['stdout F swapping']);
    return { volume, swapper };
  };

  it('a sub path that is exchanged for a link meanwhile never shows the host', async () => {
    const { volume, swapper } = await swapping('sub-paths');
    const mount = { source: volume, subPath: 'a', target: '/sub', readOnly: false, propagation: 'private' } as const;
    let started = 0;
    for (let cycle = 0; cycle < CYCLES; cycle++) {
      const seen = `[ -e /sub${canary}/secret ] && echo HOST; echo done`;
      const outcome = await node.run(sandbox, seen, { mounts: [mount] }).catch(() => null);
      if (outcome === null) continue;
      started++;
      expect(outcome.lines).toEqual(['stdout F done']);
    }
    await ends(swapper);
    expect(started).toBeGreaterThan(0);
  });

  it('a mount point that is exchanged for a link meanwhile never covers the host', async () => {
    const { volume, swapper } = await swapping('mount-points');
    const given = join(node.base, 'cover');
    mkdirSync(given, { recursive: true });
    const mounts = [
      { source: volume, target: '/volume', readOnly: false, propagation: 'private' },
      { source: given, target: `/volume/a${canary}`, readOnly: false, propagation: 'private' },
    ] as const;
    let started = 0;
    for (let cycle = 0; cycle < CYCLES; cycle++) {
      const outcome = await node.run(sandbox, 'true', { mounts }).catch(() => null);
      if (outcome !== null) started++;
      expect(readFileSync(join(canary, 'secret'), 'utf8')).toBe('of the host\n');
    }
    await ends(swapper);
    expect(started).toBeGreaterThan(0);
    expect(readdirSync(canary)).toEqual(['secret']);
    expect(readFileSync('/proc/self/mountinfo', 'utf8')).not.toContain(node.base);
  });

  it('a value of a kernel parameter sets that one and no other', async () => {
    const pattern = readFileSync('/proc/sys/kernel/core_pattern', 'utf8');
    for (const value of ['1+kernel.core_pattern=|/tmp/x', '1\nkernel.core_pattern=|/tmp/x', '+kernel.core_pattern=x']) {
      const config = node.sandboxConfig({ sysctls: { 'kernel.shm_rmid_forced': value } });
      await runtime
        .createSandbox(config)
        .catch((error: unknown) => expect(error).toMatchObject({ code: 'SandboxFailed' }));
    }
    expect(readFileSync('/proc/sys/kernel/core_pattern', 'utf8')).toBe(pattern);
  });

  it('a log that is a link is not written through', async () => {
    const config = node.containerConfig(sandbox, 'echo written');
    mkdirSync(dirname(config.logPath), { recursive: true });
    symlinkSync(join(canary, 'secret'), config.logPath);
    await expect(runtime.startContainer(config)).rejects.toMatchObject({
      code: 'ContainerCannotRun',
      message: expect.stringContaining('open log file: too many levels of symbolic links'),
    });
    expect(readFileSync(join(canary, 'secret'), 'utf8')).toBe('of the host\n');
  });

  it('no folder of the runtime lets anybody but root in', async () => {
    await node.run(sandbox, 'true');
    const open = [node.settings.runDir, join(node.settings.dataDir, 'agent/runtime')]
      .flatMap(top => [top, ...readdirSync(top, { recursive: true, encoding: 'utf8' }).map(path => join(top, path))])
      .filter(path => !/\/(upper|work|root)(\/|$)|\/mount-points\//.test(path))
      .filter(path => statSync(path).isDirectory() && (statSync(path).mode & 0o077) !== 0);
    expect(open.filter(path => (statSync(path).mode & 0o066) !== 0)).toEqual([]);
  });
});
