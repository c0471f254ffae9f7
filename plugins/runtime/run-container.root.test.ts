import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Sandbox } from './contract.ts';
import type { RuntimeService } from './runtime-service.ts';
import { DEFAULT_CAPABILITIES } from '../../src/base/linux-capabilities.ts';
import { logLines, NO_LIMITS, PURE_V2, TestNode } from './testing/test-node.ts';

describe('a container', () => {
  const node = new TestNode();
  let runtime: RuntimeService;
  let sandbox: Sandbox;
  beforeAll(async () => {
    runtime = await node.open();
    sandbox = await runtime.createSandbox(node.sandboxConfig({ hostname: 'web-0' }));
  });
  afterAll(() => node[Symbol.asyncDispose]());

  /** What a script wrote to standard output, line by line. */
  const output = async (
    ...run: Parameters<TestNode['run']> extends [Sandbox, ...infer R] ? R : never
  ): Promise<readonly string[]> => {
    const { lines } = await node.run(sandbox, ...run);
    return lines.map(line => line.replace(/^stdout F /, ''));
  };

  it('runs, logs both streams and tells its exit code', async () => {
    const { container, lines } = await node.run(sandbox, 'echo out; echo err >&2; exit 7');
    expect(container.exit).toMatchObject({ exitCode: 7, signal: 0, oomKilled: false });
    expect([...lines].sort()).toEqual(['stderr F err', 'stdout F out']);
    expect(node.exits.map(each => each.id)).toContain(container.id);
  });

  it('has the environment, working directory and user it was given', async () => {
    const lines = await output(
      'pwd; id -u; id -g; id -G; echo $A $HOSTNAME; hostname; umask; ls -ld /made/here | cut -c1-10',
      {
        env: ['PATH=/bin', 'A=b c'],
        cwd: '/made/here',
        user: { uid: 1000, gid: 100, supplementalGroups: [3000] },
      },
    );
    expect(lines).toEqual(['/made/here', '1000', '100', '100 3000', 'b c web-0', 'web-0', '0022', 'drwxr-xr-x']);
  });

  it('is alone in its PID namespace, with nothing open but its standard streams', async () => {
    expect(await output('echo $$; set -- /proc/[0-9]*; echo $#; ls /proc/self/fd | wc -l')).toEqual(['1', '1', '4']);
  });

  it('has the capabilities asked for, none inheritable or ambient, and a seccomp filter', async () => {
    const status = 'grep -E "^(Cap|NoNewPrivs|Seccomp:)" /proc/self/status | tr -d "\\t"';
    expect(await output(status, { noNewPrivileges: true })).toEqual([
      'CapInh:0000000000000000',
      'CapPrm:00000000a80425fb',
      'CapEff:00000000a80425fb',
      'CapBnd:00000000a80425fb',
      'CapAmb:0000000000000000',
      'NoNewPrivs:1',
      'Seccomp:2',
    ]);
    const asUser = await output(status, { user: { uid: 1000, gid: 1000, supplementalGroups: [] } });
    expect(asUser).toContain('CapEff:0000000000000000');
    expect(asUser).toContain('NoNewPrivs:0');
    expect(asUser).toContain('Seccomp:2');
    expect(await output(status, { seccomp: 'Unconfined', capabilities: [] })).toEqual([
      'CapInh:0000000000000000',
      'CapPrm:0000000000000000',
      'CapEff:0000000000000000',
      'CapBnd:0000000000000000',
      'CapAmb:0000000000000000',
      'NoNewPrivs:0',
      'Seccomp:0',
    ]);
  });

  it('can neither mount nor unshare, but what its capabilities allow', async () => {
    const { lines } = await node.run(sandbox, 'mount -t tmpfs x /tmp; unshare -n true; chroot / true && echo chrooted');
    expect(lines.filter(line => /permitted|denied/.test(line))).toHaveLength(2);
    expect(lines).toContain('stdout F chrooted');
  });

  it('does not see what is masked and cannot write what is read-only', async () => {
    const lines = await output(
      'wc -c < /proc/interrupts; ls /sys/firmware | wc -l; echo 1 2>/dev/null > /proc/sys/kernel/sysrq || echo ro; ' +
        'mkdir /sys/fs/x 2>/dev/null || echo ro; mkdir /sys/fs/cgroup/pids/x 2>/dev/null || echo ro; mkdir /sys/firmware/x 2>/dev/null || echo ro',
    );
    expect(lines).toEqual(['0', '0', 'ro', 'ro', 'ro', 'ro']);
  });

  it('finds the devices and file systems every container has', async () => {
    const lines = await output(
      'ls /dev | tr "\\n" " "; echo; df /dev/shm | tail -1 | tr -s " " | cut -d" " -f2; echo x > /dev/null && head -c 2 /dev/zero | wc -c; ' +
        'stat -c %a /dev/shm /dev/null; readlink /dev/ptmx; cut -d" " -f2,3 /proc/mounts | grep -E " (devpts|mqueue|sysfs|proc|overlay)$" | sort | uniq | tr "\\n" ","; ' +
        'cat /sys/fs/cgroup/pids/cgroup.procs 2>/dev/null | wc -l',
    );
    expect(lines[0]?.trim()).toBe('core fd full mqueue null ptmx pts random shm stderr stdin stdout tty urandom zero');
    expect(lines[1]).toBe('65536');
    expect(lines.slice(2, 6)).toEqual(['2', '1777', '666', 'pts/ptmx']);
    expect(lines[6]).toMatch(/^\/ overlay,\/dev\/mqueue mqueue,\/dev\/pts devpts,\/proc proc,/);
  });

  it('shares /dev/shm and the network with its pod, and nothing with others', async () => {
    await node.run(sandbox, 'echo hello > /dev/shm/note; ifconfig lo | grep -c UP');
    expect(await output('cat /dev/shm/note; ls /sys/class/net; ifconfig lo | grep -c UP')).toEqual([
      'hello',
      'lo',
      '1',
    ]);
    const other = await runtime.createSandbox(node.sandboxConfig());
    expect((await node.run(other, 'ls /dev/shm')).lines).toEqual([]);
  });

  it('mounts folders, files and confined paths inside folders, read-only where asked', async () => {
    const volume = join(node.base, 'volume');
    mkdirSync(join(volume, 'inner'), { recursive: true });
    writeFileSync(join(volume, 'inner/file'), 'inside\n');
    symlinkSync('/etc', join(volume, 'escape'));
    writeFileSync(join(node.base, 'hosts'), '10.0.0.1 web-0\n');
    const mount = { readOnly: false, propagation: 'private' } as const;
    const lines = await output(
      'cat /deep/volume/inner/file /etc/hosts /sub/file; echo new > /deep/volume/new; echo x 2>/dev/null > /sub/file || echo ro; touch /etc/hosts 2>/dev/null || echo ro',
      {
        mounts: [
          { ...mount, source: join(node.base, 'hosts'), target: '/etc/hosts', readOnly: true },
          { ...mount, source: volume, target: '/deep/volume' },
          { ...mount, source: volume, subPath: 'inner', target: '/sub', readOnly: true },
        ],
      },
    );
    expect(lines).toEqual(['inside', '10.0.0.1 web-0', 'inside', 'ro', 'ro']);
    expect(readFileSync(join(volume, 'new'), 'utf8')).toBe('new\n');
    const escaping = node.run(sandbox, 'true', {
      mounts: [{ ...mount, source: volume, subPath: 'escape/passwd', target: '/x' }],
    });
    await expect(escaping).rejects.toMatchObject({
      code: 'ContainerCannotRun',
      message: expect.stringContaining('no such file'),
    });
  });

  it('needs nothing in its writable layer to be mounted on, and shows what it mounts alone', async () => {
    const scratch = join(node.base, 'scratch');
    mkdirSync(join(scratch, 'bin'), { recursive: true });
    copyFileSync('/bin/busybox', join(scratch, 'bin/find'));
    const mount = { readOnly: true, propagation: 'private' } as const;
    writeFileSync(join(node.base, 'name'), '');
    const names = ['/etc/hosts', '/etc/hostname', '/etc/resolv.conf'].map(target => ({
      ...mount,
      source: join(node.base, 'name'),
      target,
      isFile: true,
    }));
    const token = { ...mount, source: scratch, target: '/var/run/secrets/kubernetes.io/serviceaccount', isFile: false };
    const args = ['/bin/find', '/etc', '/var'];
    for (const mounts of [[], names, [token], [...names, token]]) {
      const config = { lowerDirs: [scratch], args, mounts };
      const { container, lines } = await node.run(sandbox, '', config);
      const upper = join(node.settings.dataDir, 'agent/runtime/containers', container.id, 'upper');
      expect(readdirSync(upper)).toEqual([]);
      for (const { target } of [...names, token])
        expect(lines.includes(`stdout F ${target}`)).toBe(mounts.some(each => each.target === target));
    }
  });

  it.each([
    ['its own', [], '/var/run'],
    ['a link of a lower layer', ['/run'], '/run'],
    ['a relative link', ['../run'], '/run'],
    ['a link elsewhere', ['/srv'], '/srv'],
  ])('shows one folder of secrets where /var/run is %s', async (_, links, run) => {
    const [layer, upper] = [`run-${run.replace('/', '-')}-${links.join('').length}`, 'upper-layer'].map(name =>
      join(node.base, name),
    ) as [string, string];
    mkdirSync(join(layer, 'bin'), { recursive: true });
    mkdirSync(join(layer, 'var'));
    mkdirSync(upper, { recursive: true });
    copyFileSync('/bin/busybox', join(layer, 'bin/find'));
    for (const link of links) symlinkSync(link, join(layer, 'var/run'));
    const [account, volume] = ['/secrets/kubernetes.io/serviceaccount', join(node.base, 'tokens')] as const;
    mkdirSync(volume, { recursive: true });
    const target = `/var/run${account}`;
    const mounts = [{ source: volume, target, readOnly: true, propagation: 'private', isFile: false }] as const;
    const { lines } = await node.run(sandbox, '', {
      lowerDirs: [upper, layer],
      args: ['/bin/find', '/', '-xdev', '-name', 'secrets'],
      mounts,
    });
    expect(lines).toEqual([`stdout F ${run}/secrets`]);
  });

  it('follows no link of the image out of its root', async () => {
    const hostile = join(node.base, 'hostile');
    mkdirSync(hostile);
    symlinkSync(join(node.base, 'canary'), join(hostile, 'data'));
    symlinkSync('../../../../../../tmp/../run/dangling', join(hostile, 'dangling'));
    const config = { lowerDirs: [hostile, node.rootfs] };
    const mount = { source: node.rootfs, readOnly: true, propagation: 'private' } as const;
    const { container } = await node.run(sandbox, 'ls /data/bin/sh /run/dangling/bin/sh', {
      ...config,
      mounts: [
        { ...mount, target: '/data' },
        { ...mount, target: '/dangling' },
      ],
    });
    expect(container.exit?.exitCode).toBe(0);
    expect(existsSync(join(node.base, 'canary'))).toBe(false);
    expect(existsSync('/run/dangling')).toBe(false);
  });

  it.each(['/proc', '/dev', '/sys'])('refuses an image whose %s is a link', async path => {
    const hostile = join(node.base, `link${path.replace('/', '-')}`);
    mkdirSync(hostile);
    symlinkSync('/etc', join(hostile, path));
    await expect(node.run(sandbox, 'true', { lowerDirs: [hostile, node.rootfs] })).rejects.toMatchObject({
      code: 'ContainerCannotRun',
      message: expect.stringContaining('too many levels of symbolic links'),
    });
  });

  it('refuses a working directory outside its root', async () => {
    for (const cwd of ['/proc/self/fd/3', '/proc/self/fd/8', '/proc/1/root']) {
      await expect(node.run(sandbox, 'true', { cwd })).rejects.toMatchObject({ code: 'ContainerCannotRun' });
    }
  });

  it('leaves a read-only root as it is and keeps what it writes to itself', async () => {
    expect(
      await output('touch /new 2>/dev/null || echo ro; touch /dev/shm/new && echo rw', { readOnlyRootfs: true }),
    ).toEqual(['ro', 'rw']);
    await node.run(sandbox, 'touch /new');
    expect(existsSync(join(node.rootfs, 'new'))).toBe(false);
  });

  it.each([
    [['nothing-here'], 'exec: "nothing-here": executable file not found in $PATH'],
    [['/nothing/here'], 'exec: "/nothing/here": stat /nothing/here: no such file or directory'],
    [['/etc/passwd'], 'exec: "/etc/passwd": permission denied'],
    [['/etc'], 'exec: "/etc": is a directory'],
    [['/bin/broken'], 'exec /bin/broken: exec format error'],
  ])('that cannot run %j says why', async (args, reason) => {
    writeFileSync(join(node.rootfs, 'bin/broken'), 'x');
    chmodSync(join(node.rootfs, 'bin/broken'), 0o755);
    await expect(runtime.startContainer(node.containerConfig(sandbox, '', { args }))).rejects.toMatchObject({
      code: 'ContainerCannotRun',
      message: `unable to start container process: ${reason}`,
    });
    expect(
      runtime
        .list()
        .flatMap(each => each.containers)
        .filter(each => each.state === 'running'),
    ).toEqual([]);
  });

  it('takes arguments and environment larger than one message', async () => {
    const env = Array.from({ length: 100 }, (_, index) => `LONG_${index}=${'x'.repeat(5000)}`);
    expect(await output('echo ${#LONG_99}', { env: ['PATH=/bin', ...env] })).toEqual(['5000']);
  });

  it('is privileged when asked: every capability, the host’s devices, nothing masked', async () => {
    const lines = await output(
      'grep CapEff /proc/self/status | cut -f2; grep Seccomp: /proc/self/status | cut -f2; mount -t tmpfs x /tmp && echo mounted; ' +
        `[ $(ls /dev | wc -l) -gt 20 ] && echo devices; cd /sys/fs/cgroup/${PURE_V2 ? '' : 'pids'} && mkdir x && rmdir x && echo cgroup`,
      { privileged: true },
    );
    expect(lines).toEqual([expect.stringMatching(/^0*1f+e?f+$/), '0', 'mounted', 'devices', 'cgroup']);
  });

  it('splits long lines, keeps an unfinished one, and rotates', async () => {
    const { lines } = await node.run(sandbox, 'head -c 40000 /dev/zero | tr "\\0" x; echo; printf end');
    expect(lines.map(line => [line.slice(0, 9), line.length - 9])).toEqual([
      ['stdout P ', 16384],
      ['stdout P ', 16384],
      ['stdout F ', 7232],
      ['stdout P ', 3],
    ]);
    const { container } = await node.run(sandbox, 'i=0; while [ $i -lt 2000 ]; do echo line $i; i=$((i+1)); done', {
      logMaxBytes: 20_000,
      logMaxFiles: 3,
    });
    const sizes = ['', '.1', '.2'].map(suffix => readFileSync(container.logPath + suffix).length);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(20_000);
    expect(existsSync(`${container.logPath}.3`)).toBe(false);
    expect(readFileSync(container.logPath, 'utf8')).toMatch(/line 1999\n$/);
  });

  it('is killed for memory, and only it is told so', async () => {
    const hog = node.run(sandbox, 'head -c 100m /dev/zero | tail', {
      resources: { ...NO_LIMITS, memoryBytes: 32 << 20 },
    });
    const neighbour = node.run(sandbox, 'sleep 0.2; exit 3', { resources: { ...NO_LIMITS, memoryBytes: 32 << 20 } });
    expect((await hog).container.exit).toMatchObject({ oomKilled: true });
    expect((await neighbour).container.exit).toMatchObject({ oomKilled: false, exitCode: 3 });
  });

  it('lives within its limits', async () => {
    const [files, values] = PURE_V2
      ? ['cpu.weight cpu.max memory.max pids.max', ['59', '50000 100000', '67108864', '6']]
      : [
          'cpu/cpu.shares cpu/cpu.cfs_quota_us memory/memory.limit_in_bytes pids/pids.max',
          ['512', '50000', '67108864', '6'],
        ];
    const { lines } = await node.run(
      sandbox,
      `cd /sys/fs/cgroup; cat ${files}; for i in 1 2 3 4 5 6 7 8; do sleep 1 & done`,
      { resources: { cpuShares: 512, cpuQuotaUs: 50_000, cpuPeriodUs: 100_000, memoryBytes: 64 << 20, pids: 6 } },
    );
    expect(lines.slice(0, 4)).toEqual(values.map(value => `stdout F ${value}`));
    expect(lines.some(line => line.includes("can't fork"))).toBe(true);
  });

  it('stops with its signal, or is killed after the grace period', async () => {
    const polite = await runtime.startContainer(
      node.containerConfig(sandbox, 'trap "exit 4" TERM; echo ready; while true; do sleep 0.01; done'),
    );
    await expect.poll(() => logLines(polite.logPath), { timeout: 30_000 }).toEqual(['stdout F ready']);
    await runtime.stopContainer(polite.id, { signal: 'SIGTERM', graceMs: 30_000 });
    expect(runtime.container(polite.id)?.exit).toMatchObject({ exitCode: 4, signal: 0 });
    const stubborn = await runtime.startContainer(
      node.containerConfig(sandbox, 'trap "" TERM; while true; do sleep 0.01; done'),
    );
    await runtime.stopContainer(stubborn.id, { signal: 'SIGTERM', graceMs: 50 });
    expect(runtime.container(stubborn.id)?.exit).toMatchObject({ exitCode: 137, signal: 9 });
    await runtime.stopContainer(stubborn.id, { signal: 'SIGTERM', graceMs: 50 });
  });

  it('is counted: processor time, memory, processes', async () => {
    const busy = await runtime.startContainer(
      node.containerConfig(sandbox, 'i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done; sleep 60'),
    );
    await new Promise(resolve => setTimeout(resolve, 200));
    const stats = await runtime.stats(busy.id);
    expect(stats.cpuUsageNanoCoreSeconds).toBeGreaterThan(1_000_000);
    expect(stats.memoryUsageBytes).toBeGreaterThan(4096);
    expect(stats.pids).toBeGreaterThanOrEqual(1);
    const whole = await runtime.sandboxStats(sandbox.id);
    expect(whole.cpuUsageNanoCoreSeconds).toBeGreaterThanOrEqual(stats.cpuUsageNanoCoreSeconds);
    await runtime.removeContainer(busy.id);
    expect(runtime.container(busy.id)).toBeUndefined();
  });

  it('shares processes with its pod when asked, and takes its own along when it ends', async () => {
    const shared = await runtime.createSandbox(node.sandboxConfig({ shareProcessNamespace: true }));
    await runtime.startContainer(node.containerConfig(shared, 'exec sleep 61'));
    const { lines } = await node.run(shared, 'ps | grep -c "[s]leep 61"; sleep 62 & cat /proc/1/comm');
    expect(lines).toEqual(['stdout F 1', 'stdout F pause']);
    const left = await node.run(shared, 'sleep 0.1; ps | grep -c "[s]leep 62"');
    expect(left.lines).toEqual(['stdout F 0']);
  });

  it('sets kernel parameters of the pod, and refuses the host’s', async () => {
    const tuned = await runtime.createSandbox(
      node.sandboxConfig({ sysctls: { 'net.ipv4.ip_unprivileged_port_start': '80', 'kernel.shm_rmid_forced': '1' } }),
    );
    const { lines } = await node.run(
      tuned,
      'cat /proc/sys/net/ipv4/ip_unprivileged_port_start /proc/sys/kernel/shm_rmid_forced',
    );
    expect(lines).toEqual(['stdout F 80', 'stdout F 1']);
    for (const key of ['kernel.core_pattern', 'net.ipv4/../../kernel/core_pattern', 'vm.swappiness']) {
      await expect(runtime.createSandbox(node.sandboxConfig({ sysctls: { [key]: '1' } }))).rejects.toMatchObject({
        code: 'SandboxFailed',
      });
    }
  });

  it('needs all default capabilities by name', async () => {
    await expect(node.run(sandbox, 'true', { capabilities: [...DEFAULT_CAPABILITIES, 'CAP_NOPE'] })).rejects.toThrow(
      'CAP_NOPE',
    );
  });
});
