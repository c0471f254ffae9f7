import { stat } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { eventually } from './eventually.ts';
import { nodeFixture, nodeIsRunnable } from './node-fixture.ts';
import { object, pod, shell } from './objects.ts';

describe.skipIf(!nodeIsRunnable('what pods are given is')).concurrent('pods are given', () => {
  const node = nodeFixture(5);

  it('variables of every source, those of services, and references among them', async () => {
    await node.kubectl.apply(
      object('v1', 'ConfigMap', 'env-map', { data: { ALPHA: 'a', beta: 'b' } }),
      object('v1', 'Secret', 'env-key', { stringData: { password: 's3cret' } }),
      object('v1', 'Service', 'env-shop', { spec: { selector: { app: 'none' }, ports: [{ name: 'web', port: 81 }] } }),
    );
    const { spec } = await node.kubectl.json<{ spec: { clusterIP: string } }>('get', 'service', 'env-shop');
    const field = (name: string, fieldPath: string) => ({ name, valueFrom: { fieldRef: { fieldPath } } });
    const resource = (name: string, of: string, divisor: string) => ({
      name,
      valueFrom: { resourceFieldRef: { resource: of, divisor } },
    });
    const container = shell('env; sleep 600', {
      args: [],
      resources: { limits: { cpu: '250m', memory: '32Mi' }, requests: { cpu: '100m' } },
      envFrom: [{ configMapRef: { name: 'env-map' }, prefix: 'MAP_' }, { secretRef: { name: 'gone', optional: true } }],
      env: [
        { name: 'PLAIN', value: 'plain' },
        { name: 'REFERS', value: '$(PLAIN)-$(PASSWORD)-$(NOBODY)-$$(PLAIN)' },
        { name: 'PASSWORD', valueFrom: { secretKeyRef: { name: 'env-key', key: 'password' } } },
        { name: 'LATE', value: '$(PASSWORD)' },
        { name: 'OPTIONAL', valueFrom: { configMapKeyRef: { name: 'env-map', key: 'gamma', optional: true } } },
        field('POD', 'metadata.name'),
        field('NAMESPACE', 'metadata.namespace'),
        field('POD_UID', 'metadata.uid'),
        field('IP', 'status.podIP'),
        field('HOST_IP', 'status.hostIP'),
        field('NODE', 'spec.nodeName'),
        field('ACCOUNT', 'spec.serviceAccountName'),
        field('TIER', "metadata.labels['tier']"),
        resource('CPU', 'limits.cpu', '1m'),
        resource('MEMORY', 'limits.memory', '1Mi'),
      ],
    });
    await node.kubectl.apply(pod('variables', container, {}, { labels: { tier: 'front' } }));
    await node.untilReady('variables');
    const [view, log] = await Promise.all([node.getPod('variables'), node.kubectl.run('logs', 'variables')]);
    const variables = Object.fromEntries(log.split('\n').map(line => line.split(/=(.*)/s).slice(0, 2)));
    expect(variables).toMatchObject({
      MAP_ALPHA: 'a',
      MAP_beta: 'b',
      PLAIN: 'plain',
      PASSWORD: 's3cret',
      LATE: 's3cret',
      REFERS: 'plain-$(PASSWORD)-$(NOBODY)-$(PLAIN)',
      POD: 'variables',
      NAMESPACE: 'default',
      POD_UID: view.metadata.uid,
      IP: view.status.podIP,
      HOST_IP: view.status.hostIP,
      NODE: view.spec.nodeName,
      ACCOUNT: 'default',
      TIER: 'front',
      CPU: '250',
      MEMORY: '32',
      HOSTNAME: 'variables',
      ENV_SHOP_SERVICE_HOST: spec.clusterIP,
      ENV_SHOP_SERVICE_PORT: '81',
      ENV_SHOP_SERVICE_PORT_WEB: '81',
      ENV_SHOP_PORT: `tcp://${spec.clusterIP}:81`,
      KUBERNETES_SERVICE_PORT_HTTPS: '443',
    });
    expect(variables).not.toHaveProperty('OPTIONAL');
  });

  it('a clear word where a variable’s source is missing, and a start once it is there', async () => {
    const env = [{ name: 'X', valueFrom: { configMapKeyRef: { name: 'comes-later', key: 'x' } } }];
    await node.kubectl.apply(pod('waits', shell('sleep 600', { env })));
    const { status } = await node.podWhere('waits', ({ status }) =>
      expect(status.containerStatuses?.[0]?.state.waiting?.reason).toBe('CreateContainerConfigError'),
    );
    expect(status.containerStatuses?.[0]?.state.waiting?.message).toBe('configmap "comes-later" not found');
    await node.kubectl.run('create', 'configmap', 'comes-later', '--from-literal=x=1');
    await node.untilReady('waits');
  });

  it('volumes of config maps, secrets and projections, rewritten as a whole when their source changes', async () => {
    await node.kubectl.apply(
      object('v1', 'ConfigMap', 'files', { data: { a: 'one', b: 'two' } }),
      object('v1', 'Secret', 'keys', { stringData: { key: 'secret' } }),
    );
    const mounts = ['config', 'secret', 'mixed'].map(name => ({ name, mountPath: `/${name}` }));
    const downward = { path: 'labels', fieldRef: { fieldPath: 'metadata.labels' } };
    await node.kubectl.apply(
      pod(
        'reader',
        shell('sleep 600', {
          volumeMounts: [...mounts, { name: 'config', mountPath: '/etc/a.conf', subPath: 'a', readOnly: true }],
        }),
        {
          volumes: [
            { name: 'config', configMap: { name: 'files', defaultMode: 0o640 } },
            { name: 'secret', secret: { secretName: 'keys', items: [{ key: 'key', path: 'deep/key', mode: 0o400 }] } },
            {
              name: 'mixed',
              projected: {
                sources: [
                  { configMap: { name: 'files', items: [{ key: 'b', path: 'b.txt' }] } },
                  { downwardAPI: { items: [downward] } },
                  { serviceAccountToken: { path: 'token', audience: 'shop', expirationSeconds: 600 } },
                ],
              },
            },
          ],
        },
      ),
    );
    await node.untilReady('reader');
    const [config, modes, mixed, tokenParts] = await Promise.all([
      node.inPod('reader', 'cat /config/a /config/b /etc/a.conf /secret/deep/key'),
      node.inPod('reader', 'stat -L -c %a /config/a /secret/deep/key; grep -c "tmpfs /secret" /proc/mounts'),
      node.inPod('reader', 'cat /mixed/b.txt /mixed/labels; ls /var/run/secrets/kubernetes.io/serviceaccount'),
      node.inPod('reader', 'cut -d. -f2 /mixed/token'),
    ]);
    expect(config).toBe('onetwoonesecret');
    expect(modes).toBe('640\n400\n1\n');
    expect(mixed).toBe('twoapp="reader"ca.crt\nnamespace\ntoken\n');
    expect(JSON.parse(Buffer.from(tokenParts, 'base64url').toString())).toMatchObject({ aud: ['shop'] });
    const before = await node.inPod('reader', 'readlink /config/..data');
    await node.kubectl.apply(object('v1', 'ConfigMap', 'files', { data: { a: 'uno', c: 'tre' } }));
    await eventually(
      () => node.inPod('reader', 'ls /config; cat /config/a'),
      listed => expect(listed).toBe('a\nc\nuno'),
    );
    expect(await node.inPod('reader', 'readlink /config/..data')).not.toBe(before);
    expect(await node.inPod('reader', 'cat /etc/a.conf')).toBe('one');
  });

  it('emptyDir of disk and of memory, shared, limited, gone with the pod; hostPath; sub paths', async () => {
    const mounts = [
      { name: 'disk', mountPath: '/disk' },
      { name: 'memory', mountPath: '/memory' },
      { name: 'host', mountPath: '/host', subPathExpr: '$(POD)' },
    ];
    const env = [{ name: 'POD', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }];
    const path = `${node.server.dataDir}/shared`;
    await node.kubectl.apply(
      pod(
        'writer',
        {},
        {
          containers: [
            shell('sleep 600', { volumeMounts: mounts, env }),
            shell('sleep 600', { name: 'other', volumeMounts: mounts.slice(0, 2) }),
          ],
          volumes: [
            { name: 'disk', emptyDir: {} },
            { name: 'memory', emptyDir: { medium: 'Memory', sizeLimit: '1Mi' } },
            { name: 'host', hostPath: { path, type: 'DirectoryOrCreate' } },
          ],
        },
      ),
      pod('hostless', shell('sleep 600', { volumeMounts: [{ name: 'host', mountPath: '/host' }] }), {
        volumes: [{ name: 'host', hostPath: { path: `${path}-absent`, type: 'Directory' } }],
      }),
    );
    await node.untilReady('writer');
    await node.inPod('writer', 'echo shared >/disk/x; echo kept >/host/x');
    expect(await node.kubectl.run('exec', 'writer', '-c', 'other', '--', 'cat', '/disk/x')).toBe('shared\n');
    const [mounted, full] = await Promise.all([
      node.inPod('writer', 'stat -f -c %T /memory; stat -c %a /disk'),
      node.kubectl.answer(['exec', 'writer', '--', 'dd', 'if=/dev/zero', 'of=/memory/x', 'bs=1M', 'count=2']),
    ]);
    expect(mounted).toBe('tmpfs\n777\n');
    expect(full.stderr).toContain('No space left on device');
    await eventually(
      () => node.eventsOf('hostless'),
      events =>
        expect(events.join('\n')).toContain(
          'Warning FailedMount MountVolume.SetUp failed for volume "host" : hostPath',
        ),
    );
    await node.kubectl.run('delete', 'pod', 'writer');
    expect((await stat(`${path}/writer/x`)).size).toBe(5);
  });

  it('the identity, capabilities, system call filter and file system that their security context says', async () => {
    await node.kubectl.apply(
      pod(
        'confined',
        shell('sleep 600', {
          securityContext: {
            runAsUser: 1000,
            runAsGroup: 3000,
            readOnlyRootFilesystem: true,
            allowPrivilegeEscalation: false,
            capabilities: { drop: ['ALL'] },
            seccompProfile: { type: 'RuntimeDefault' },
          },
          volumeMounts: [{ name: 'scratch', mountPath: '/scratch' }],
        }),
        {
          securityContext: { fsGroup: 2000, supplementalGroups: [4000] },
          volumes: [{ name: 'scratch', emptyDir: {} }],
        },
      ),
      pod(
        'bound',
        shell('sleep 600', { securityContext: { capabilities: { drop: ['ALL'], add: ['NET_BIND_SERVICE'] } } }),
      ),
      pod('plain', shell('sleep 600')),
      pod('privileged', shell('sleep 600', { securityContext: { privileged: true } })),
      pod('rootless', shell('sleep 600', { securityContext: { runAsNonRoot: true } })),
    );
    await node.untilReady('confined', 'bound', 'plain', 'privileged');
    const status = async (name: string): Promise<ReadonlyMap<string, string>> => {
      const text = await node.inPod(name, 'cat /proc/1/status');
      return new Map(text.split('\n').map(line => [line.split(':')[0] ?? '', line.split(':')[1]?.trim() ?? '']));
    };
    const [confined, bound, plain, privileged] = await Promise.all(
      ['confined', 'bound', 'plain', 'privileged'].map(status),
    );
    expect(await node.inPod('confined', 'id -u; id -g; id -G; touch /scratch/x; stat -c %g /scratch/x')).toBe(
      '1000\n3000\n3000 2000 4000\n2000\n',
    );
    const refused = await node.kubectl.answer(['exec', 'confined', '--', 'touch', '/x']);
    expect(refused.stderr).toContain('Read-only file system');
    expect(confined?.get('CapBnd')).toBe('0000000000000000');
    expect(confined?.get('NoNewPrivs')).toBe('1');
    expect(confined?.get('Seccomp')).toBe('2');
    expect(bound?.get('CapEff')).toBe('0000000000000400');
    expect(plain?.get('CapEff')).toBe('00000000a80425fb');
    expect(plain?.get('Seccomp')).toBe('0');
    expect(BigInt(`0x${privileged?.get('CapEff')}`)).toBeGreaterThan(0xa80425fbn);
    await node.podWhere('rootless', ({ status }) =>
      expect(status.containerStatuses?.[0]?.state.waiting).toMatchObject({
        reason: 'CreateContainerConfigError',
        message: expect.stringMatching(
          /^container has runAsNonRoot and image will run as root \(pod: "rootless_default\([-0-9a-f]+\)", container: main\)$/,
        ),
      }),
    );
  });

  it('the network, names and resolver that their spec says', async () => {
    await node.kubectl.apply(
      pod('on-host', shell('sleep 600'), { hostNetwork: true, dnsPolicy: 'ClusterFirstWithHostNet' }),
      pod('named', shell('sleep 600'), {
        hostname: 'front',
        subdomain: 'web',
        hostAliases: [{ ip: '10.0.0.9', hostnames: ['db', 'db.local'] }],
        dnsConfig: { searches: ['shop.example'], options: [{ name: 'ndots', value: '2' }] },
      }),
      pod('own-dns', shell('sleep 600'), {
        dnsPolicy: 'None',
        dnsConfig: { nameservers: ['192.0.2.53'], searches: ['a.example'], options: [{ name: 'edns0' }] },
      }),
    );
    await node.untilReady('on-host', 'named', 'own-dns');
    const dns = node.options.clusterDns;
    const [named, hosts, own, onHost, onHostView] = await Promise.all([
      node.inPod('named', 'hostname -f; cat /etc/resolv.conf'),
      node.inPod('named', 'cat /etc/hosts'),
      node.inPod('own-dns', 'cat /etc/resolv.conf'),
      node.inPod('on-host', 'cat /etc/resolv.conf; ls /sys/class/net; wget -qO- http://127.0.0.1:1 2>&1; true'),
      node.getPod('on-host'),
    ]);
    expect(named).toMatch(/^front\.web\.default\.svc\.cluster\.local\n/);
    expect(named).toContain(`nameserver ${dns}\n`);
    expect(named).toMatch(/search default\.svc\.cluster\.local svc\.cluster\.local cluster\.local .*shop\.example\n/);
    expect(named).toMatch(/options ndots:2\n/);
    expect(hosts).toMatch(/\n10\.0\.0\.9\tdb\tdb\.local\n/);
    expect(hosts).toMatch(/\tfront\.web\.default\.svc\.cluster\.local\tfront\n/);
    expect(own).toBe('search a.example\nnameserver 192.0.2.53\noptions edns0\n');
    expect(onHost).toContain(`nameserver ${dns}\n`);
    expect(onHost).toMatch(/\ntp[0-9a-f]/);
    expect(onHostView.status.podIP).toBe(onHostView.status.hostIP);
  });
});
