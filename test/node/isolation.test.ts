import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeOciArchive } from '../../images/oci-archive.ts';
import { probeRecipe } from '../../images/probe.ts';
import { MASKED_PATHS, READONLY_PATHS } from '../../plugins/kubelet/container/security.ts';
import { eventually } from './eventually.ts';
import { FrozenDisk } from './frozen-disk.ts';
import { nodeFixture, nodeIsRunnable } from './node-fixture.ts';
import { pod, shell } from './objects.ts';

const PROBE = 'tiphys.dev/probe:1.0';

describe.skipIf(!nodeIsRunnable('isolation of pods is'))('a pod', () => {
  const node = nodeFixture(12);
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tiphys-probe-'));
    const archive = join(folder, 'probe.tar');
    await writeOciArchive(await probeRecipe(), archive);
    await node.server.tiphys('image', 'import', archive);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const probed = async (name: string): Promise<readonly string[]> => {
    await node.podWhere(name, ({ status }) => expect(status.phase).toBe('Succeeded'));
    return (await node.kubectl.run('logs', name)).trimEnd().split('\n');
  };
  const probing = (name: string, args: readonly string[], more = {}) =>
    pod(name, { name: 'main', image: PROBE, args, ...more }, { restartPolicy: 'Never' });

  it('sees and reaches nothing of its node but what upstream’s pods do', async () => {
    const seccompProfile = { type: 'RuntimeDefault' };
    const restricted = {
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
      runAsNonRoot: true,
      runAsUser: 1000,
      seccompProfile,
    };
    await node.kubectl.apply(
      probing('reads', ['read', ...MASKED_PATHS]),
      probing('writes', ['writable', ...READONLY_PATHS, '/sys', '/proc']),
      probing('devices', ['devices']),
      probing('plain', ['state']),
      probing('restricted', ['state'], { securityContext: restricted }),
      probing('keys', ['keyring'], { securityContext: { seccompProfile } }),
    );
    expect((await probed('reads')).filter(line => !/ (missing|empty|entries 0)$/.test(line))).toEqual([]);
    const writable = (await probed('writes')).filter(line => !/^$|^\/proc\/(pressure|net)\//.test(line));
    expect(writable).toEqual([]);
    expect((await probed('devices')).filter(line => line.endsWith('open 0'))).toEqual(['null mknod 0 open 0']);
    const plain = await probed('plain');
    expect(plain).toEqual(expect.arrayContaining(['CapInh: 0000000000000000', 'CapEff: 00000000a80425fb', 'cwd /']));
    expect(plain.filter(line => /^(propagates|fd [^012])/.test(line))).toEqual([]);
    const confined = await probed('restricted');
    for (const set of ['Inh', 'Prm', 'Eff', 'Bnd', 'Amb']) expect(confined).toContain(`Cap${set}: 0000000000000000`);
    expect(confined).toEqual(expect.arrayContaining(['NoNewPrivs: 1', 'Seccomp: 2', 'Uid: 1000 1000 1000 1000']));
    expect(await probed('keys')).toEqual(['keyring EPERM']);
  });

  it('whose process cannot be killed blocks nothing else, may be forced away, and goes once it can', async () => {
    await using disk = await FrozenDisk.mount();
    const volumes = [{ name: 'disk', hostPath: { path: disk.mountPoint } }];
    const script = 'while :; do echo x >>/disk/file; done';
    await node.kubectl.apply(
      pod('stuck', shell(script, { volumeMounts: [{ name: 'disk', mountPath: '/disk' }] }), { volumes }),
    );
    await node.untilReady('stuck');
    const { uid } = (await node.getPod('stuck')).metadata;
    await disk.freeze();
    await eventually(
      () => processesOf(uid),
      found => expect(found.map(({ state }) => state)).toEqual(['D']),
    );
    await node.kubectl.run('delete', 'pod', 'stuck', '--wait=false');

    const others = async (name: string): Promise<void> => {
      await node.kubectl.apply(pod(name, shell('exec sleep 600')));
      await node.untilReady(name);
      expect(await node.inPod(name, 'echo here')).toBe('here\n');
      await node.kubectl.run('delete', 'pod', name, '--timeout=90s');
    };
    await others('beside-one');
    // Killed by now, since its grace period was a second, and still there.
    expect((await processesOf(uid)).map(({ state }) => state)).toEqual(['D']);
    expect((await node.getPod('stuck')).metadata.deletionTimestamp).toBeDefined();

    await node.kubectl.run('delete', 'pod', 'stuck', '--force', '--grace-period=0', '--wait=false');
    await eventually(
      () => node.kubectl.answer(['get', 'pod', 'stuck']),
      ({ stderr }) => expect(stderr).toContain('NotFound'),
    );
    // Nor does it keep a daemon from starting.
    await node.server.end('SIGKILL');
    await node.server.launch();
    await others('beside-two');
    expect((await processesOf(uid)).map(({ state }) => state)).toEqual(['D']);

    await disk.thaw();
    await eventually(
      async () => [...(await processesOf(uid)), ...(await cgroupsOf(uid))],
      left => expect(left).toEqual([]),
      60_000,
    );
  });
});

/** Processes of a pod but its shim, which is none of its cgroup's; a process may end while it is looked at. */
async function processesOf(podUid: string): Promise<readonly { readonly pid: string; readonly state: string }[]> {
  const read = (path: string): Promise<string> => readFile(path, 'utf8').catch(() => '');
  const pids = (await readdir('/proc')).filter(name => /^\d+$/.test(name));
  const found = await Promise.all(
    pids.map(async pid => {
      if (!(await read(`/proc/${pid}/cgroup`)).includes(podUid)) return [];
      return [{ pid, state: /\) (\S)/.exec(await read(`/proc/${pid}/stat`))?.[1] ?? 'gone' }];
    }),
  );
  return found.flat();
}

async function cgroupsOf(podUid: string): Promise<readonly string[]> {
  const all = await readdir('/sys/fs/cgroup', { recursive: true, withFileTypes: true }).catch(() => []);
  return all.flatMap(({ name, parentPath }) => (name === `pod${podUid}` ? [join(parentPath, name)] : []));
}
