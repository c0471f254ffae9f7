import { existsSync, readFileSync } from 'node:fs';
import { chmod, chown, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConfigMap } from '../kinds/core/v1/config-map.ts';
import { Node } from '../kinds/core/v1/node.ts';
import { Pod } from '../kinds/core/v1/pod.ts';
import { Secret } from '../kinds/core/v1/secret.ts';
import { hasUserNamespaces } from '../runtime/contract.ts';
import { TestCluster } from './testing/test-cluster.ts';

const IMAGE = 'docker.io/library/busybox:1.35';
const shell = (script: string) => ({ image: IMAGE, command: ['sh', '-c', script] });
/** On a port that is root's, in a network that the node reaches. */
const SERVER = {
  name: 'main',
  ...shell('httpd -p 80 -h /etc; trap "exit 0" TERM; sleep 1000 & wait'),
  readinessProbe: { httpGet: { path: '/hostname', port: 80 }, periodSeconds: 1 },
};
const UNIT = 65_536;
/** A folder each, its owners, and that of a file in it where there is one. */
const OWNERS = `cd /v; for d in *; do echo "$d $(stat -c "%u:%g" $d) $(stat -L -c "%u:%g:%a" $d/key 2>/dev/null)"; done`;

describe('pods with hostUsers: false', () => {
  let cluster: TestCluster;
  let isAble = false;
  beforeAll(async () => {
    cluster = await TestCluster.start();
    isAble = hasUserNamespaces(cluster.runtime.abilities);
  });
  afterAll(() => cluster?.[Symbol.asyncDispose]());

  const rangeFile = (uid: string): string => join(cluster.dataDir, 'agent/pods', uid, 'userns');
  const sandboxOf = (uid: string) => cluster.runtime.list().find(({ config }) => config.podUid === uid);
  const running = async (name: string) => {
    const { metadata } = await cluster.untilPod(
      name,
      'to be ready',
      ({ status }) => status.containerStatuses?.[0]?.ready === true,
    );
    const [container] = sandboxOf(metadata.uid)?.containers ?? [];
    const pid = container?.pid ?? 0;
    return { uid: metadata.uid, id: container?.id, pid, map: readFileSync(`/proc/${pid}/uid_map`, 'utf8').trim() };
  };

  it('are not run at all where the kernel cannot, and the node says whether it can', async () => {
    const { status } = await cluster.client.get(Node, { name: 'kubelet-test' });
    expect(status?.runtimeHandlers?.map(({ features }) => features?.userNamespaces)).toEqual([isAble]);
    if (isAble) return;
    await cluster.create('apart', { hostUsers: false, containers: [SERVER] });
    await expect
      .poll(() => cluster.eventsOf('apart'), { timeout: 20_000 })
      .toContain(
        "Warning FailedCreatePodSandBox: Failed to create pod sandbox: can't set `spec.hostUsers: false`, runtime does not support user namespaces",
      );
  });

  it('have users of their own, each others, over a restart of the daemon until they are gone, and are reached', async context => {
    if (!isAble) return context.skip();
    for (const name of ['one', 'two']) {
      await cluster.create(name, { hostUsers: false, containers: [SERVER] });
    }
    const before = await Promise.all(['one', 'two'].map(running));
    expect(before.map(({ map }) => map.replace(/\s+/g, ' ')).toSorted()).toEqual([
      `0 ${2 * UNIT} ${UNIT}`,
      `0 ${UNIT} ${UNIT}`,
    ]);
    await cluster.down();
    await cluster.up();
    expect(await Promise.all(['one', 'two'].map(running))).toEqual(before);
    const [one, two] = before;
    expect(await cluster.exec('one', ['sh', '-c', 'test $(id -u) = 0 && grep -q 65536$ /proc/self/uid_map'])).toBe(0);
    await cluster.client.delete(Pod, { name: 'one', namespace: 'default' });
    await cluster.untilGone('one');
    await expect.poll(() => existsSync(rangeFile(one?.uid ?? ''))).toBe(false);
    await cluster.create('three', { hostUsers: false, containers: [SERVER] });
    expect((await running('three')).map).toBe(one?.map);
    expect(JSON.parse(readFileSync(rangeFile(two?.uid ?? ''), 'utf8'))).toMatchObject({
      uidMappings: [{ containerId: 0, length: UNIT }],
    });
  });

  it('find volumes of all types with the owners they would have on the host', async context => {
    if (!isAble) return context.skip();
    const metadata = { name: 'given', namespace: 'default' };
    await cluster.client.create(ConfigMap, { metadata, data: { key: 'configured' } });
    await cluster.client.create(Secret, { metadata, stringData: { key: 'secret' } });
    const hostPath = join(cluster.dataDir, 'of-the-host');
    await mkdir(hostPath);
    await writeFile(join(hostPath, 'key'), 'x');
    await chmod(join(hostPath, 'key'), 0o600);
    await chown(join(hostPath, 'key'), 1234, 4321);
    const volumes = [
      { name: 'config', configMap: { name: 'given' } },
      { name: 'secret', secret: { secretName: 'given', defaultMode: 0o400 } },
      { name: 'down', downwardAPI: { items: [{ path: 'key', fieldRef: { fieldPath: 'metadata.name' } }] } },
      { name: 'token', projected: { sources: [{ serviceAccountToken: { path: 'key' } }] } },
      { name: 'disk', emptyDir: {} },
      { name: 'memory', emptyDir: { medium: 'Memory' } },
      { name: 'host', hostPath: { path: hostPath, type: 'Directory' as const } },
    ];
    const checks = 'id -u; grep -c nameserver /etc/resolv.conf; touch /v/disk/x';
    await cluster.create('volumes', {
      hostUsers: false,
      restartPolicy: 'Never',
      securityContext: { runAsUser: 1000, runAsGroup: 2000, fsGroup: 3000 },
      volumes,
      containers: [
        {
          name: 'main',
          ...shell(
            `${OWNERS}; ${checks}; stat -c "%u:%g" /v/disk/x /etc/hosts; cat /v/*/key > /dev/null; echo told > /dev/termination-log`,
          ),
          volumeMounts: volumes.map(({ name }) => ({ name, mountPath: `/v/${name}` })),
        },
      ],
    });
    const { status } = await cluster.untilPod(
      'volumes',
      'to end',
      ({ status: { phase } }) => phase === 'Succeeded' || phase === 'Failed',
    );
    expect((await cluster.log('volumes')).trimEnd().split('\n')).toEqual([
      'config 0:0 0:3000:644',
      'disk 0:3000 ',
      'down 0:0 0:3000:644',
      'host 0:0 1234:4321:600',
      'memory 0:3000 ',
      'secret 0:0 0:3000:440',
      'token 0:0 0:3000:640',
      '1000',
      '1',
      '1000:3000',
      '0:0',
      "cat: can't open '/v/host/key': Permission denied",
    ]);
    expect(status.containerStatuses?.[0]?.state?.terminated).toMatchObject({ message: 'told\n', exitCode: 0 });
  });
});
