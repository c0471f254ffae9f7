import {
  chownSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ALL_CAPABILITIES } from '../../src/base/linux-capabilities.ts';
import { hostWorld } from '../../src/kernel/host-world.ts';
import { native } from '../../native/index.ts';
import { judgeMachine } from './abilities/judge-machine.ts';
import { readMachineFacts } from './abilities/machine-facts.ts';
import { hasUserNamespaces, type ContainerConfig, type Mount, type Sandbox } from './contract.ts';
import type { RuntimeService } from './runtime-service.ts';
import { hunted } from './testing/hunt.ts';
import { Prober } from './testing/prober.ts';
import { TestNode } from './testing/test-node.ts';

const USERS = { first: 0x4000_0000, count: 65_536 };
const CAN = hasUserNamespaces(judgeMachine(await readMachineFacts(hostWorld().files, native())));
/** Each is a no or an error inside; none of them may change anything of the host. */
const ESCAPES = [
  'mknod /n b 254 0',
  'dmesg -n 7',
  'umount /proc/interrupts',
  'umount /proc',
  'mount -o remount,rw /sys',
  'mount -o remount,bind,rw /proc/sys',
  'echo 0 > /proc/1/oom_score_adj && echo -1000 > /proc/1/oom_score_adj',
  'nsenter -t 1 -n true && chroot /proc/1/root /bin/true && ls /proc/1/root/run/tiphys',
  'chown 70000 /etc/passwd',
];

describe.skipIf(!CAN)('a pod with users of its own', () => {
  const node = new TestNode();
  let runtime: RuntimeService;
  let sandbox: Sandbox;
  let prober: Prober;
  beforeAll(async () => {
    runtime = await node.open();
    prober = await Prober.install(node);
    const sysctls = { 'net.ipv4.ip_unprivileged_port_start': '7', 'kernel.shm_rmid_forced': '1' };
    sandbox = await runtime.createSandbox(node.sandboxConfig({ users: USERS, hostname: 'apart', sysctls }));
  });
  afterAll(() => node[Symbol.asyncDispose]());

  const output = async (script: string, overrides: Partial<ContainerConfig> = {}): Promise<readonly string[]> => {
    const { lines } = await node.run(sandbox, script, overrides);
    return lines.map(line => line.replace(/^std(out|err) F /, ''));
  };
  const said = async (containerId: string, script: string, tty = false): Promise<readonly string[]> => {
    const session = await runtime.exec(containerId, { args: ['sh', '-c', script], tty, stdin: false });
    session.stderr?.resume();
    return (await text(session.stdout)).trim().split(/\r?\n/);
  };
  const uidsOf = (pid: number): string | undefined =>
    /^Uid:\s+(.*)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];

  it('is root inside and nobody outside, and owns what its image, devices and memory are in', async () => {
    const script = `cat /proc/self/uid_map /proc/self/gid_map | tr -s " "; id -u; id -G; hostname
      stat -c "%u:%g" / /bin /etc/passwd /dev /dev/shm /dev/mqueue /dev/pts/ptmx | tr "\\n" " "; echo
      touch /made && chown 5:6 /made && mkdir /folder && stat -c "%u:%g" /made /folder | tr "\\n" " "; echo
      cat /proc/sys/net/ipv4/ip_unprivileged_port_start /proc/sys/kernel/shm_rmid_forced; echo > /dev/null; exec sleep 60`;
    const { id, pid, logPath } = await runtime.startContainer(node.containerConfig(sandbox, script));
    const lines = (): readonly string[] => readFileSync(logPath, 'utf8').trimEnd().split('\n');
    await expect.poll(() => lines().length).toBe(9);
    const map = ` 0 ${USERS.first} ${USERS.count}`;
    expect(lines().map(line => line.replace(/^\S+ stdout F /, '').trimEnd())).toEqual([
      map,
      map,
      '0',
      '0',
      'apart',
      Array(7).fill('0:0').join(' '),
      '5:6 0:0',
      '7',
      '1',
    ]);
    expect(uidsOf(pid ?? 0)).toBe(Array(4).fill(USERS.first).join('\t'));
    const upper = join(node.settings.dataDir, 'agent/runtime/containers', id, 'upper');
    expect(statSync(join(upper, 'made'))).toMatchObject({ uid: USERS.first + 5, gid: USERS.first + 6 });
    expect(statSync(join(node.rootfs, 'etc/passwd')).uid, 'images are nobody’s').toBe(0);
    const shim = /\/proc\/(\d+)\//.exec(sandbox.netnsPath)?.[1] ?? '';
    expect(uidsOf(Number(shim))).toBe('0\t0\t0\t0');
    for (const name of ['net', 'ipc', 'uts']) {
      const [own, hosts] = [pid, 'self'].map(process => readlinkSync(`/proc/${process}/ns/${name}`));
      expect(own, name).toBe(readlinkSync(`/proc/${shim}/ns/${name}`));
      expect(own, name).not.toBe(hosts);
    }
  });

  it('finds volumes with the owners they have, on disks and in memory, and leaves files there as they are meant', async () => {
    const memory = mkdtempSync('/dev/shm/tiphys-users-');
    try {
      const volumes = [join(node.base, 'volume'), join(memory, 'volume')];
      const mounts = volumes.map((source, index): Mount => {
        mkdirSync(source);
        writeFileSync(join(source, 'old'), 'x', { mode: 0o600 });
        chownSync(join(source, 'old'), 1000, 2000);
        return { source, target: `/v${index}`, readOnly: false, propagation: 'rslave' };
      });
      const file: Mount = {
        source: join(volumes[0] ?? '', 'old'),
        target: '/one',
        readOnly: true,
        propagation: 'private',
      };
      const script =
        'touch /one; stat -c "%u:%g" /v0 /v0/old /v1/old /one /image/etc/passwd | tr "\\n" " "; echo; touch /v0/new /v1/new; chown 1000 /v1/new';
      const image: Mount = { ...file, source: '', layers: [node.rootfs], target: '/image' };
      expect((await output(script, { mounts: [...mounts, file, image] })).toSorted()).toEqual([
        '0:0 1000:2000 1000:2000 1000:2000 0:0 ',
        'touch: /one: Read-only file system',
      ]);
      expect(volumes.map(volume => statSync(join(volume, 'new')).uid)).toEqual([0, 1000]);
    } finally {
      rmSync(memory, { recursive: true });
    }
  });

  it('says what file system cannot show other owners', async () => {
    const mounts = [{ source: '/sys/kernel', target: '/k', readOnly: true, propagation: 'private' }] as const;
    await expect(runtime.startContainer(node.containerConfig(sandbox, 'true', { mounts }))).rejects.toMatchObject({
      code: 'ContainerCannotRun',
      message:
        'unable to start container process: failed to set MOUNT_ATTR_IDMAP on /sys/kernel: invalid argument ' +
        "(maybe the filesystem used doesn't support idmap mounts on this kernel?)",
    });
  });

  it('has all capabilities over what is its own, and none over anything else', async () => {
    const all = { capabilities: ALL_CAPABILITIES, seccomp: 'Unconfined' } as const;
    const own = 'mount -t tmpfs x /tmp && ifconfig lo 127.0.0.2 && hostname mine && hostname && echo kept > /dev/shm/x';
    expect(await output(`${own}; grep CapEff /proc/self/status`, all)).toEqual([
      'mine',
      expect.stringMatching(/^CapEff:\t0000.*fff$/),
    ]);
    const tries = ESCAPES.map((each, index) => `if (${each}) >/dev/null 2>&1; then echo ${index}; fi`).join('\n');
    expect((await output(tries, all)).map(index => ESCAPES[Number(index)])).toEqual([]);
  });

  it('makes containers of its own where nothing of /proc is masked, and only there', async () => {
    const nested = 'unshare -U -r -m -p -f sh -c "mount -t proc proc /proc && mount -t tmpfs tmpfs /tmp && id -u"';
    const capable = { capabilities: ALL_CAPABILITIES, seccomp: 'Unconfined' } as const;
    const unmasked = await output(`${nested}; mount -t proc proc /tmp`, {
      ...capable,
      maskedPaths: [],
      readonlyPaths: [],
    });
    // The PID namespace of the pod itself is the host's.
    expect(unmasked.toSorted()).toEqual(['0', 'mount: permission denied (are you root?)']);
    expect(await output(nested, capable)).toContain('mount: permission denied (are you root?)');
  });

  it('opens no device of the host where it is privileged, nor one that its image brings', async () => {
    const opened = (lines: readonly string[]) => lines.filter(line => line.endsWith(' open 0'));
    expect(opened(await prober.inside(sandbox, ['devices'], { privileged: true }))).toEqual([]);
    const script =
      'for d in $(find /dev -type b) /dev/mem /dev/kmsg; do head -c 1 $d > /dev/null 2>&1 && echo $d; done; echo done';
    expect(await output(script, { privileged: true })).toEqual(['done']);
    expect(await output('grep " / " /proc/mounts | cut -d" " -f4 | tr "," "\\n" | grep nodev')).toEqual(['nodev']);
  });

  it('runs programs later on in the same users, with a terminal, and again after a restart of the daemon', async () => {
    const user = { uid: 1000, gid: 100, supplementalGroups: [3000] };
    const { id, pid } = await runtime.startContainer(
      node.containerConfig(sandbox, 'exec sleep 60', { user, tty: true }),
    );
    const script = 'id -u; id -G; echo opened > /dev/stdout; tty; stat -c "%u:%g" $(tty); ls /proc/self/fd | wc -l';
    const expected = ['1000', '100 3000', 'opened', '/dev/pts/1', '1000:5', '4'];
    expect(await said(id, script, true)).toEqual(expected);
    expect(await said(id, 'cat /proc/self/uid_map; echo opened > /dev/stdout')).toEqual([
      expect.stringContaining(String(USERS.first)),
      'opened',
    ]);
    expect(uidsOf(pid ?? 0)).toBe(
      Array(4)
        .fill(USERS.first + 1000)
        .join('\t'),
    );
    runtime = await node.open();
    expect(runtime.list().map(({ config }) => config.users)).toEqual([USERS]);
    expect(await said(id, script, true)).toEqual(expected);
    expect(await output('id -u; cat /proc/self/uid_map | tr -s " "; cat /dev/shm/x')).toEqual([
      '0',
      ` 0 ${USERS.first} ${USERS.count}`,
      'kept',
    ]);
  });

  it('may share its processes, none of which can be looked into before it is the container’s own', async () => {
    const users = { ...USERS, first: USERS.first + USERS.count };
    const shared = await runtime.createSandbox(node.sandboxConfig({ users, shareProcessNamespace: true }));
    const secret = join(node.base, 'secret');
    writeFileSync(secret, 'of the host\n');
    for (const where of [sandbox, shared]) {
      expect(await hunted({ node, runtime, secret }, where, ALL_CAPABILITIES)).toEqual(['nothing']);
    }
    const { id, pid } = await runtime.startContainer(node.containerConfig(shared, 'exec sleep 61'));
    expect(uidsOf(pid ?? 0)).toBe(Array(4).fill(users.first).join('\t'));
    const script =
      'cat /proc/1/comm; ls -A /proc/1/root; kill -9 1 2>/dev/null || echo kept; ps | grep -c "[s]leep 61"';
    const { lines } = await node.run(shared, script, { capabilities: ALL_CAPABILITIES });
    expect(lines.map(line => line.replace(/^std(out|err) F /, '')).toSorted()).toEqual([
      '1',
      'kept',
      'ls: /proc/1/root: Permission denied',
      'pause',
    ]);
    expect(await said(id, 'ps | grep -c "[s]leep 61"; id -u')).toEqual(['1', '0']);
  });

  it('lets a container join the processes of another one of its own', async () => {
    const { id } = await runtime.startContainer(node.containerConfig(sandbox, 'exec sleep 62'));
    const script = 'ps | grep -c "[s]leep 62"; id -u; kill -9 1 && echo ended || echo kept';
    expect(await output(script, { processesOf: id })).toEqual(['1', '0', 'ended']);
  });

  it('runs nothing as the host’s root under a daemon that does not know of its users', async () => {
    const started = await runtime.startContainer(node.containerConfig(sandbox, 'exec sleep 63'));
    const description = join(node.settings.runDir, 'pods', sandbox.id.slice(0, 32), 'sandbox.json');
    const known = readFileSync(description, 'utf8');
    writeFileSync(
      description,
      JSON.stringify(JSON.parse(known, (key, value) => (key === 'users' ? undefined : value))),
    );
    runtime = await node.open();
    const found = runtime.list().find(({ id }) => id === sandbox.id);
    expect(found?.config).not.toHaveProperty('users');
    const refused = { code: 'ContainerCannotRun', message: expect.stringContaining('operation not permitted') };
    await expect(runtime.exec(started.id, { args: ['id'], tty: false, stdin: false })).rejects.toMatchObject(refused);
    await expect(runtime.startContainer(node.containerConfig(sandbox, 'id'))).rejects.toMatchObject(refused);
    writeFileSync(description, known);
    runtime = await node.open();
    expect(await said(started.id, 'id -u')).toEqual(['0']);
  });
});
