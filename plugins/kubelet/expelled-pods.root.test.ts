import { availableParallelism } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Pod } from '../kinds/core/v1/pod.ts';
import { TestCluster } from './testing/test-cluster.ts';

const IMAGE = 'docker.io/library/busybox:1.35';
const shell = (script: string) => ({ image: IMAGE, command: ['sh', '-c', script] });
const SLEEP = 'trap "exit 0" TERM; sleep 1000 & wait';

describe('pods that their node ends', () => {
  let cluster: TestCluster;
  beforeAll(async () => {
    cluster = await TestCluster.start();
  });
  afterAll(() => cluster?.[Symbol.asyncDispose]());

  const isRunning = ({ status }: Pod): boolean => status.phase === 'Running';
  const failed = (name: string) => cluster.untilPod(name, 'to fail', ({ status }) => status.phase === 'Failed');
  const disruption = ({ status }: Pod) => status.conditions?.find(({ type }) => type === 'DisruptionTarget');

  it('go for a critical one that does not fit, the least of them, which then runs', async () => {
    const cpus = availableParallelism();
    const asking = (cpu: number) => [{ name: 'main', ...shell(SLEEP), resources: { requests: { cpu: `${cpu}m` } } }];
    await cluster.create('large', { containers: asking(cpus * 1000 - 600) });
    await cluster.create('small', { containers: asking(400) });
    await cluster.untilPod('large', 'to run', isRunning);
    await cluster.untilPod('small', 'to run', isRunning);
    await cluster.create('plain', { containers: asking(300) });
    expect((await failed('plain')).status).toMatchObject({ reason: 'OutOfcpu' });
    await cluster.create('critical', { containers: asking(300), priorityClassName: 'system-node-critical' });
    const small = await failed('small');
    expect(small.status).toMatchObject({
      reason: 'Preempting',
      message: 'Preempted in order to admit critical pod',
    });
    expect(disruption(small)).toMatchObject({
      status: 'True',
      reason: 'TerminationByKubelet',
      message: 'Pod was preempted by Kubelet to accommodate a critical pod.',
    });
    await cluster.untilPod('critical', 'to run', isRunning);
    expect(isRunning(await cluster.pod('large'))).toBe(true);
    await expect
      .poll(() => cluster.eventsOf('small'))
      .toContain('Warning Preempting: Preempted in order to admit critical pod');
  });

  it('go when they write more than they may, each told which limit it was', async () => {
    const write = (path: string) => shell(`dd if=/dev/zero of=${path} bs=1M count=3; ${SLEEP}`);
    const limit = { limits: { 'ephemeral-storage': '2Mi' } };
    const volumeMounts = [{ name: 'scratch', mountPath: '/scratch' }];
    await cluster.create('volume', {
      containers: [{ name: 'main', ...write('/scratch/x'), volumeMounts }],
      volumes: [{ name: 'scratch', emptyDir: { sizeLimit: '2Mi' } }],
    });
    await cluster.create('whole', { containers: [{ name: 'main', ...write('/x'), resources: limit }] });
    const roomy = { limits: { 'ephemeral-storage': '1Gi' } };
    await cluster.create('container', {
      containers: [
        { name: 'main', ...write('/x'), resources: limit },
        { name: 'other', ...shell(SLEEP), resources: roomy },
      ],
    });
    await cluster.create('within', { containers: [{ name: 'main', ...write('/x'), resources: roomy }] });
    const told = {
      volume: 'Usage of EmptyDir volume "scratch" exceeds the limit "2Mi". ',
      whole: 'Pod ephemeral local storage usage exceeds the total limit of containers 2Mi. ',
      container: 'Container main exceeded its local ephemeral storage limit "2Mi". ',
    };
    for (const [name, message] of Object.entries(told)) {
      const pod = await failed(name);
      expect(pod.status).toMatchObject({ reason: 'Evicted', message });
      expect(disruption(pod)).toBeUndefined();
      await expect.poll(() => cluster.eventsOf(name)).toContain(`Warning Evicted: ${message}`);
    }
    expect(isRunning(await cluster.pod('within'))).toBe(true);
  });
});
