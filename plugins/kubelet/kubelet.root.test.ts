import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConfigMap } from '../kinds/core/v1/config-map.ts';
import { Node } from '../kinds/core/v1/node.ts';
import { Pod } from '../kinds/core/v1/pod.ts';
import { Secret } from '../kinds/core/v1/secret.ts';
import { TestCluster } from './testing/test-cluster.ts';

const IMAGE = 'docker.io/library/busybox:1.35';
const shell = (script: string) => ({ image: IMAGE, command: ['sh', '-c', script] });
const SLEEP = 'trap "exit 0" TERM; sleep 1000 & wait';

describe('the kubelet', () => {
  let cluster: TestCluster;
  const isRunning = ({ status }: { readonly status: { readonly phase?: string } }): boolean =>
    status.phase === 'Running';
  const isReady = ({ status }: { readonly status: Readonly<Record<string, unknown>> }): boolean =>
    JSON.stringify(status['conditions'] ?? []).includes('"type":"Ready","status":"True"');
  beforeAll(async () => {
    cluster = await TestCluster.start();
  });
  afterAll(() => cluster?.[Symbol.asyncDispose]());

  it('registers its node', async () => {
    const node = await cluster.client.get(Node, { name: 'kubelet-test' });
    expect(node.status?.conditions?.find(({ type }) => type === 'Ready')).toMatchObject({
      status: 'True',
      reason: 'KubeletReady',
    });
    expect(node.status?.nodeInfo).toMatchObject({
      kubeletVersion: 'v1.36.0+tiphys.0.1.0',
      containerRuntimeVersion: 'tiphys://0.1.0',
    });
  });

  it('runs init containers in order, then the containers, with variables from everywhere', async () => {
    const { client } = cluster;
    await client.create(ConfigMap, { metadata: { name: 'env', namespace: 'default' }, data: { COLOR: 'blue' } });
    await client.create(Secret, {
      metadata: { name: 'env', namespace: 'default' },
      data: { key: Buffer.from('s3cret').toString('base64') },
    });
    await cluster.create('variables', {
      volumes: [{ name: 'work', emptyDir: {} }],
      initContainers: [
        { name: 'one', ...shell('echo one >> /work/order'), volumeMounts: [{ name: 'work', mountPath: '/work' }] },
        { name: 'two', ...shell('echo two >> /work/order'), volumeMounts: [{ name: 'work', mountPath: '/work' }] },
      ],
      containers: [
        {
          name: 'main',
          ...shell(`cat /work/order; echo $COLOR $KEY $WHO $IP $LIMIT $SUM $KUBERNETES_SERVICE_HOST; ${SLEEP}`),
          resources: { limits: { memory: '64Mi' } },
          envFrom: [{ configMapRef: { name: 'env' } }],
          env: [
            { name: 'KEY', valueFrom: { secretKeyRef: { name: 'env', key: 'key' } } },
            { name: 'WHO', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
            { name: 'IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
            { name: 'LIMIT', valueFrom: { resourceFieldRef: { resource: 'limits.memory', divisor: '1Mi' } } },
            { name: 'SUM', value: '$(COLOR)-$(KEY)-$$(WHO)' },
          ],
          volumeMounts: [{ name: 'work', mountPath: '/work' }],
        },
      ],
    });
    const pod = await cluster.untilPod('variables', 'to run', isReady);
    const wanted = `one\ntwo\nblue s3cret variables ${pod.status.podIP} 64 blue-s3cret-$(WHO) 10.178.0.1\n`;
    await expect.poll(() => cluster.log('variables')).toBe(wanted);
    expect(pod.status).toMatchObject({ phase: 'Running', qosClass: 'Burstable' });
    expect(pod.status.initContainerStatuses?.map(({ state }) => state?.terminated?.reason)).toEqual([
      'Completed',
      'Completed',
    ]);
    expect(pod.status.containerStatuses?.[0]).toMatchObject({
      ready: true,
      started: true,
      restartCount: 0,
      image: IMAGE,
      containerID: expect.stringMatching(/^tiphys:\/\/[0-9a-f]{64}$/),
    });
    await expect
      .poll(() => cluster.eventsOf('variables'))
      .toEqual(
        expect.arrayContaining([
          `Normal Pulled: Container image "${IMAGE}" already present on machine and can be accessed by the pod`,
          'Normal Created: Container created',
          'Normal Started: Container started',
        ]),
      );
  });

  it('shows a changed ConfigMap in a running pod, and its service account token', async () => {
    const key = { name: 'live', namespace: 'default' };
    await cluster.client.create(ConfigMap, { metadata: key, data: { text: 'before' } });
    await cluster.create('volumes', {
      volumes: [
        { name: 'config', configMap: { name: 'live', items: [{ key: 'text', path: 'deep/text' }] } },
        { name: 'memory', emptyDir: { medium: 'Memory', sizeLimit: '1Mi' } },
      ],
      containers: [
        {
          name: 'main',
          ...shell(
            `cd /var/run/secrets/kubernetes.io/serviceaccount; cat namespace; echo; cut -d. -f1 token | wc -l; grep -c " /memory tmpfs" /proc/mounts; while cat /config/deep/text; echo; do sleep 0.2; done`,
          ),
          volumeMounts: [
            { name: 'config', mountPath: '/config' },
            { name: 'memory', mountPath: '/memory' },
          ],
        },
      ],
    });
    await expect
      .poll(() => cluster.log('volumes').catch(String), { timeout: 10_000 })
      .toContain('default\n1\n1\nbefore\n');
    await cluster.client.patch(ConfigMap, key, { type: 'merge', body: { data: { text: 'after' } } });
    await expect.poll(() => cluster.log('volumes', { tailLines: '2' }), { timeout: 5000 }).toContain('after');
    await cluster.client.delete(Pod, { name: 'volumes', namespace: 'default' });
    await cluster.untilGone('volumes');
    const mounts = await readFile('/proc/self/mountinfo', 'utf8');
    expect(mounts.split('\n').filter(line => line.includes(`${cluster.dataDir}/agent/pods`))).toEqual([]);
  });

  it('waits for what is missing, then goes on by itself', async () => {
    await cluster.create('waiting', {
      containers: [
        {
          name: 'main',
          ...shell(`echo $VALUE; ${SLEEP}`),
          env: [{ name: 'VALUE', valueFrom: { configMapKeyRef: { name: 'later', key: 'value' } } }],
        },
      ],
    });
    const pod = await cluster.untilPod(
      'waiting',
      'to wait',
      ({ status }) => status.containerStatuses?.[0]?.state?.waiting?.reason === 'CreateContainerConfigError',
    );
    expect(pod.status.containerStatuses?.[0]?.state?.waiting?.message).toBe('configmap "later" not found');
    await expect(cluster.log('waiting')).rejects.toThrow(
      'container "main" in pod "waiting" is waiting to start: CreateContainerConfigError',
    );
    await cluster.client.create(ConfigMap, { metadata: { name: 'later', namespace: 'default' }, data: { value: 'x' } });
    await cluster.untilPod('waiting', 'to run', isReady);
  });

  it('has neither log nor streams for a pod without a node, and says so first', async () => {
    const { agent, client } = cluster;
    const spec = { schedulingGates: [{ name: 'gate' }], containers: [{ name: 'main', image: 'i' }] };
    await client.create(Pod, { metadata: { name: 'nowhere', namespace: 'default' }, spec });
    const reference = { namespace: 'default', name: 'nowhere' };
    const query = (text = '') => new URLSearchParams(text);
    await expect.poll(() => cluster.log('nowhere').catch(String)).toBe('');
    await expect(cluster.log('nowhere', { sinceSeconds: '1', sinceTime: '2020-01-01T00:00:00Z' })).rejects.toThrow(
      '[]: Forbidden: at most one of `sinceTime` or `sinceSeconds` may be specified',
    );
    await expect(cluster.log('absent', { tailLines: '-1' })).rejects.toThrow('PodLogOptions "absent" is invalid');
    expect(() => agent.judge(reference, query())).toThrow('pod nowhere does not have a host assigned');
    expect(() => agent.judge(reference, query('container=none'))).toThrow(
      'container none is not valid for pod nowhere',
    );
  });

  it('restarts what fails its liveness probe, and makes ready what passes its readiness probe', async () => {
    await cluster.create('probed', {
      containers: [
        {
          name: 'main',
          ...shell(`touch /alive; ${SLEEP}`),
          /** Not asked before its file can be there and its signal be handled. */
          livenessProbe: {
            exec: { command: ['cat', '/alive'] },
            initialDelaySeconds: 1,
            periodSeconds: 1,
            failureThreshold: 1,
          },
          readinessProbe: { exec: { command: ['test', '-e', '/ready'] }, periodSeconds: 1 },
        },
      ],
    });
    await cluster.untilPod('probed', 'to run', isRunning);
    expect(isReady(await cluster.pod('probed'))).toBe(false);
    await cluster.exec('probed', ['touch', '/ready']);
    await cluster.untilPod('probed', 'to be ready', isReady);
    await cluster.exec('probed', ['rm', '/alive']);
    const pod = await cluster.untilPod(
      'probed',
      'to be restarted',
      ({ status }) =>
        status.containerStatuses?.[0]?.restartCount === 1 && status.containerStatuses[0].state?.running !== undefined,
    );
    expect(pod.status.containerStatuses?.[0]?.lastState?.terminated).toMatchObject({
      exitCode: 0,
      reason: 'Completed',
    });
    await expect
      .poll(() => cluster.eventsOf('probed'))
      .toEqual(
        expect.arrayContaining([
          "Warning Unhealthy: Liveness probe failed: cat: can't open '/alive': No such file or directory\n",
          'Normal Killing: Container main failed liveness probe, will be restarted',
        ]),
      );
  });

  it('tells an out-of-memory kill, a crash loop and a termination message', async () => {
    await cluster.create('greedy', {
      restartPolicy: 'Never',
      containers: [
        { name: 'main', ...shell('tail /dev/zero'), resources: { limits: { memory: '16Mi' } } },
        { name: 'talker', ...shell('echo my last words > /dev/termination-log; exit 3') },
        { name: 'logger', ...shell('echo from the log; exit 4'), terminationMessagePolicy: 'FallbackToLogsOnError' },
      ],
    });
    const greedy = await cluster.untilPod('greedy', 'to fail', ({ status }) => status.phase === 'Failed');
    expect(greedy.status.containerStatuses?.map(({ state }) => state?.terminated)).toMatchObject([
      { reason: 'OOMKilled', exitCode: 137 },
      { reason: 'Error', exitCode: 3, message: 'my last words\n' },
      { reason: 'Error', exitCode: 4, message: 'from the log\n' },
    ]);
    await cluster.create('crashing', { containers: [{ name: 'main', ...shell('echo attempt; exit 1') }] });
    const crashing = await cluster.untilPod(
      'crashing',
      'to crash',
      ({ status }) => status.containerStatuses?.[0]?.state?.waiting?.reason === 'CrashLoopBackOff',
    );
    const { uid } = crashing.metadata;
    expect(crashing.status.containerStatuses?.[0]).toMatchObject({
      restartCount: 1,
      state: {
        waiting: { message: `back-off 10s restarting failed container=main pod=crashing_default(${uid})` },
      },
      lastState: { terminated: { exitCode: 1, reason: 'Error' } },
    });
    expect(crashing.status.phase).toBe('Running');
    expect(await cluster.log('crashing', { previous: 'true' })).toBe('attempt\n');
  });

  it('completes a pod that ran to its end', async () => {
    await cluster.create('job', { restartPolicy: 'Never', containers: [{ name: 'main', ...shell('echo done') }] });
    const pod = await cluster.untilPod('job', 'to succeed', ({ status }) => status.phase === 'Succeeded');
    expect(pod.status.conditions?.find(({ type }) => type === 'Ready')).toMatchObject({
      status: 'False',
      reason: 'PodCompleted',
    });
    await expect.poll(() => cluster.runtime.list().some(({ config }) => config.podName === 'job')).toBe(false);
    expect(await cluster.log('job')).toBe('done\n');
    await cluster.client.delete(Pod, { name: 'job', namespace: 'default' });
    await cluster.untilGone('job');
  });

  it('refuses what was bound to it and does not fit, also once it was started again', async () => {
    const onPort = {
      containers: [{ name: 'main', ...shell(SLEEP), ports: [{ containerPort: 80, hostPort: 18_080 }] }],
    };
    await cluster.create('first', onPort);
    await cluster.untilPod('first', 'to run', isReady);
    await cluster.down();
    await cluster.up();
    await cluster.create('second', onPort);
    const { status } = await cluster.untilPod('second', 'to be refused', each => each.status.phase === 'Failed');
    expect(status).toMatchObject({
      reason: 'NodePorts',
      message:
        "Pod was rejected: Predicate NodePorts failed: node(s) didn't have free ports for the requested pod ports",
    });
    expect((await cluster.pod('first')).status.phase).toBe('Running');
    await cluster.client.delete(Pod, { name: 'first', namespace: 'default' }, { gracePeriodSeconds: 0 });
    await cluster.untilGone('first');
    await cluster.create('third', onPort);
    await cluster.untilPod('third', 'to run', isReady);
    for (const name of ['second', 'third']) {
      await cluster.client.delete(Pod, { name, namespace: 'default' }, { gracePeriodSeconds: 0 });
      await cluster.untilGone(name);
    }
  });

  it('ends a pod gracefully: preStop, then the stop signal, then it is gone', async () => {
    await cluster.create('graceful', {
      terminationGracePeriodSeconds: 20,
      volumes: [{ name: 'out', hostPath: { path: cluster.dataDir } }],
      containers: [
        {
          name: 'main',
          ...shell('trap "echo term >> /out/graceful; exit 0" TERM; while true; do sleep 0.1; done'),
          lifecycle: { preStop: { exec: { command: ['sh', '-c', 'echo hook >> /out/graceful'] } } },
          volumeMounts: [{ name: 'out', mountPath: '/out' }],
        },
      ],
    });
    await cluster.untilPod('graceful', 'to run', isReady);
    const began = Date.now();
    await cluster.client.delete(Pod, { name: 'graceful', namespace: 'default' });
    await cluster.untilGone('graceful');
    expect(Date.now() - began).toBeLessThan(5000);
    expect(await readFile(`${cluster.dataDir}/graceful`, 'utf8')).toBe('hook\nterm\n');
    expect(cluster.runtime.list().some(({ config }) => config.podName === 'graceful')).toBe(false);
  });

  it('leaves pods as they are when the daemon restarts', async () => {
    await cluster.create('steady', {
      containers: [
        {
          name: 'main',
          ...shell(`echo begun; ${SLEEP}`),
          readinessProbe: { exec: { command: ['true'] }, initialDelaySeconds: 1, periodSeconds: 1 },
        },
      ],
    });
    await cluster.untilPod('steady', 'to be ready', isReady);
    const before = await cluster.pod('steady');
    await cluster.down();
    await cluster.up();
    await new Promise(resume => setTimeout(resume, 500));
    const after = await cluster.pod('steady');
    expect(after.status).toEqual(before.status);
    expect(await cluster.log('steady')).toBe('begun\n');
    await cluster.client.delete(Pod, { name: 'steady', namespace: 'default' });
    await cluster.untilGone('steady');
  });
});
