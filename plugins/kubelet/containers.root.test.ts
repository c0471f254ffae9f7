import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConfigMap } from '../kinds/core/v1/config-map.ts';
import { Pod } from '../kinds/core/v1/pod.ts';
import { TestCluster } from './testing/test-cluster.ts';

const IMAGE = 'docker.io/library/busybox:1.35';
const shell = (script: string) => ({ image: IMAGE, command: ['sh', '-c', script] });
const SLEEP = 'trap "exit 0" TERM; sleep 1000 & wait';

describe('containers', () => {
  let cluster: TestCluster;
  beforeAll(async () => {
    cluster = await TestCluster.start();
  });
  afterAll(() => cluster?.[Symbol.asyncDispose]());
  const succeeded = (name: string) =>
    cluster.untilPod(name, 'to succeed', ({ status }) => status.phase === 'Succeeded' || status.phase === 'Failed');

  it('run as who, and with what, their security context says', async () => {
    await cluster.create('secure', {
      restartPolicy: 'Never',
      volumes: [{ name: 'shared', emptyDir: {} }],
      securityContext: { runAsUser: 1000, runAsGroup: 2000, fsGroup: 3000, supplementalGroups: [4000] },
      containers: [
        {
          name: 'main',
          ...shell(
            'id -u; id -g; id -G; ls -lnd /shared | cut -c1-10; touch /shared/f && ls -ln /shared/f | tr -s " " | cut -d" " -f4; touch /f 2>&1; grep -E "NoNewPrivs|Seccomp:" /proc/self/status | tr -d "\\t"',
          ),
          securityContext: {
            readOnlyRootFilesystem: true,
            allowPrivilegeEscalation: false,
            seccompProfile: { type: 'RuntimeDefault' },
          },
          volumeMounts: [{ name: 'shared', mountPath: '/shared' }],
        },
      ],
    });
    await succeeded('secure');
    expect((await cluster.log('secure')).split('\n')).toEqual([
      '1000',
      '2000',
      '2000 3000 4000',
      'drwxrwsrwx',
      '3000',
      'touch: /f: Read-only file system',
      'NoNewPrivs:1',
      'Seccomp:2',
      '',
    ]);
  });

  it('are confined by profiles that the node has, also where they gain rights, and what is run in them later', async () => {
    const seccompProfile = { type: 'Localhost', localhostProfile: 'own/no-folders.json' } as const;
    const script = `mkdir /x 2>&1; grep Seccomp: /proc/self/status | tr -d "\\t"; ${SLEEP}`;
    const container = (name: string, allowPrivilegeEscalation: boolean) => ({
      name,
      ...shell(script),
      securityContext: { allowPrivilegeEscalation, seccompProfile, runAsUser: 1000 },
    });
    await cluster.create('profiled', { containers: [container('main', false), container('gaining', true)] });
    const folder = `${cluster.dataDir}/agent/seccomp/own`;
    const path = `${folder}/no-folders.json`;
    const waiting = await cluster.untilPod(
      'profiled',
      'to wait for its profile',
      ({ status }) => status.containerStatuses?.[0]?.state.waiting?.reason === 'CreateContainerError',
    );
    expect(waiting.status.containerStatuses?.map(({ state }) => state.waiting?.message)).toContain(
      `cannot load seccomp profile "${path}": open ${path}: no such file or directory`,
    );
    await mkdir(folder, { recursive: true });
    const refused = { names: ['mkdir', 'mkdirat'], action: 'SCMP_ACT_ERRNO', errnoRet: 28 };
    await writeFile(path, JSON.stringify({ defaultAction: 'SCMP_ACT_ALLOW', syscalls: [refused] }));
    await cluster.untilPod('profiled', 'to run', ({ status }) => {
      return status.containerStatuses?.every(({ state }) => state.running !== undefined) === true;
    });
    const told = "mkdir: can't create directory '/x': No space left on device\nSeccomp:2\n";
    for (const name of ['main', 'gaining']) {
      await expect.poll(() => cluster.log('profiled', { container: name })).toBe(told);
    }
    await rm(path);
    expect(await cluster.exec('profiled', ['mkdir', '/tmp'])).toBe(1);
    expect(await cluster.exec('profiled', ['true'])).toBe(0);
  });

  it('may not run as root where that is forbidden', async () => {
    await cluster.create('rooted', {
      securityContext: { runAsNonRoot: true },
      containers: [{ name: 'main', ...shell(SLEEP) }],
    });
    const pod = await cluster.untilPod(
      'rooted',
      'to be refused',
      ({ status }) => status.containerStatuses?.[0]?.state.waiting?.reason === 'CreateContainerConfigError',
    );
    expect(pod.status.containerStatuses?.[0]?.state.waiting?.message).toBe(
      `container has runAsNonRoot and image will run as root (pod: "rooted_default(${pod.metadata.uid})", container: main)`,
    );
  });

  it('see the files of an image, or a part of them, and cannot write there', async () => {
    await cluster.create('shown', {
      restartPolicy: 'Never',
      volumes: [
        { name: 'whole', image: { reference: IMAGE } },
        { name: 'none', image: { reference: 'docker.io/library/none:1', pullPolicy: 'Never' } },
      ],
      containers: [
        {
          name: 'main',
          ...shell(
            'ls /whole/bin/busybox; /whole/bin/busybox echo runs; ls /part | grep -c busybox; touch /whole/x 2>&1; ls /whole/dev | wc -l',
          ),
          volumeMounts: [
            { name: 'whole', mountPath: '/whole' },
            { name: 'whole', mountPath: '/part', subPath: 'bin' },
          ],
        },
        { name: 'lost', ...shell('true'), volumeMounts: [{ name: 'none', mountPath: '/none' }] },
        {
          name: 'elsewhere',
          ...shell('true'),
          volumeMounts: [{ name: 'whole', mountPath: '/x', subPath: 'not/there' }],
        },
      ],
    });
    const pod = await cluster.untilPod('shown', 'to have run', ({ status }) => {
      const [main, , elsewhere] = status.containerStatuses ?? [];
      return main?.state?.terminated !== undefined && elsewhere?.state?.waiting?.reason === 'RunContainerError';
    });
    const lines = (await cluster.log('shown', { container: 'main' })).split('\n');
    expect(lines.slice(0, 4)).toEqual(['/whole/bin/busybox', 'runs', '1', 'touch: /whole/x: Read-only file system']);
    const [, lost, elsewhere] = pod.status.containerStatuses ?? [];
    expect(lost?.state?.waiting).toEqual({
      reason: 'ErrImageNeverPull',
      message: 'Container image "docker.io/library/none:1" is not present with pull policy of Never',
    });
    expect(elsewhere?.state?.waiting?.message).toContain('not/there');
  });

  it('see parts of volumes, made where missing and confined to the volume', async () => {
    await cluster.client.create(ConfigMap, {
      metadata: { name: 'part', namespace: 'default' },
      data: { one: '1', two: '2' },
    });
    await cluster.create('parts', {
      restartPolicy: 'Never',
      volumes: [
        { name: 'work', emptyDir: {} },
        { name: 'config', configMap: { name: 'part' } },
      ],
      initContainers: [
        {
          name: 'link',
          ...shell('mkdir /work/etc; touch /work/etc/inside; ln -s /etc /work/escape'),
          volumeMounts: [{ name: 'work', mountPath: '/work' }],
        },
      ],
      containers: [
        {
          name: 'main',
          ...shell('ls /made; cat /etc/one; echo; ls /escaped; cat /etc/hostname'),
          env: [{ name: 'POD', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }],
          volumeMounts: [
            { name: 'work', mountPath: '/made', subPathExpr: 'a/$(POD)' },
            { name: 'config', mountPath: '/etc/one', subPath: 'one' },
            { name: 'work', mountPath: '/escaped', subPath: 'escape' },
          ],
        },
      ],
    });
    const pod = await succeeded('parts');
    // The link means /etc inside the volume, nobody else's.
    expect([pod.status.phase, await cluster.log('parts')]).toEqual(['Succeeded', '1\ninside\nparts\n']);
  });

  it('start behind their sidecars and hooks, and end before them', async () => {
    const volumeMounts = [{ name: 'out', mountPath: '/out' }];
    const say = (word: string) => `echo ${word} >> /out/order`;
    await cluster.create('ordered', {
      volumes: [{ name: 'out', hostPath: { path: cluster.dataDir } }],
      initContainers: [
        {
          name: 'side',
          ...shell(`trap "${say('side-end')}; exit 0" TERM; ${say('side')}; touch /up; while true; do sleep 0.1; done`),
          restartPolicy: 'Always',
          startupProbe: { exec: { command: ['test', '-e', '/up'] }, periodSeconds: 1 },
          volumeMounts,
        },
      ],
      containers: [
        {
          name: 'main',
          ...shell(`trap "${say('main-end')}; exit 0" TERM; while true; do sleep 0.1; done`),
          lifecycle: { postStart: { exec: { command: ['sh', '-c', say('hook')] } } },
          volumeMounts,
        },
        { name: 'last', ...shell(`${say('last')}; ${SLEEP}`), volumeMounts },
      ],
    });
    const ready = (pod: { readonly status: object }) =>
      JSON.stringify(pod.status).includes('"type":"Ready","status":"True"');
    const order = () => readFile(`${cluster.dataDir}/order`, 'utf8');
    await cluster.untilPod('ordered', 'to be ready', ready);
    await expect.poll(order).toBe('side\nhook\nlast\n');
    await cluster.client.delete(Pod, { name: 'ordered', namespace: 'default' });
    await cluster.untilGone('ordered');
    expect(await order()).toBe('side\nhook\nlast\nmain-end\nside-end\n');
  });

  it('wait for images that cannot be had', async () => {
    await cluster.create('imageless', {
      containers: [
        { name: 'absent', image: '127.0.0.1:9/none:1', command: ['x'] },
        { name: 'never', image: 'docker.io/library/none:1', imagePullPolicy: 'Never', command: ['x'] },
        { name: 'wrong', image: 'Not An Image', command: ['x'] },
      ],
    });
    const reasons = (pod: Awaited<ReturnType<TestCluster['pod']>>) =>
      (pod.status.containerStatuses ?? []).map(({ state }) => state.waiting?.reason);
    await cluster.untilPod('imageless', 'to back off', pod =>
      ['ImagePullBackOff', 'ErrImageNeverPull', 'InvalidImageName'].every(reason => reasons(pod).includes(reason)),
    );
    await expect(cluster.log('imageless', { container: 'absent' })).rejects.toThrow(
      'container "absent" in pod "imageless" is waiting to start: trying and failing to pull image',
    );
    await expect(cluster.log('imageless')).rejects.toThrow(
      'a container name must be specified for pod imageless, choose one of: [absent never wrong]',
    );
    await cluster.client.delete(Pod, { name: 'imageless', namespace: 'default' });
    await cluster.untilGone('imageless');
  });

  it('that cannot run say why', async () => {
    await cluster.create('unrunnable', { containers: [{ name: 'main', image: IMAGE, command: ['/no/such/program'] }] });
    const pod = await cluster.untilPod(
      'unrunnable',
      'to loop',
      ({ status }) => status.containerStatuses?.[0]?.state.waiting?.reason === 'CrashLoopBackOff',
    );
    expect(pod.status.containerStatuses?.[0]?.lastState.terminated).toMatchObject({
      reason: 'StartError',
      exitCode: 128,
      message: expect.stringContaining('/no/such/program'),
    });
  });

  it('end with their pod’s deadline', async () => {
    await cluster.create('late', { activeDeadlineSeconds: 1, containers: [{ name: 'main', ...shell(SLEEP) }] });
    const pod = await cluster.untilPod('late', 'to fail', ({ status }) => status.phase === 'Failed');
    expect(pod.status).toMatchObject({
      reason: 'DeadlineExceeded',
      message: 'Pod was active on the node longer than the specified deadline',
    });
  });

  it('are followed by their log to the end, and gone at once when forced', async () => {
    await cluster.create('followed', {
      restartPolicy: 'Never',
      containers: [{ name: 'main', ...shell('for i in 1 2 3; do echo $i; sleep 0.2; done') }],
    });
    await cluster.untilPod('followed', 'to run', ({ status }) => status.phase === 'Running');
    expect(await cluster.log('followed', { follow: 'true' })).toBe('1\n2\n3\n');
    await cluster.create('forced', {
      terminationGracePeriodSeconds: 600,
      containers: [{ name: 'main', image: IMAGE, command: ['sleep', '1000'] }],
    });
    await cluster.untilPod('forced', 'to run', ({ status }) => status.phase === 'Running');
    await cluster.client.delete(Pod, { name: 'forced', namespace: 'default' }, { gracePeriodSeconds: 0 });
    await cluster.untilGone('forced');
    await expect
      .poll(() => cluster.runtime.list().some(({ config }) => config.podName === 'forced'), { timeout: 5000 })
      .toBe(false);
  });
});
