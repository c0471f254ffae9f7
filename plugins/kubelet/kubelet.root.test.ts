import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestCluster } from './testing/test-cluster.ts';

const IMAGE = 'docker.io/library/busybox:1.35';
const shell = (script: string) => ({ image: IMAGE, command: ['sh', '-c', script] });

describe('the kubelet', () => {
  let cluster: TestCluster;
  beforeAll(async () => {
    cluster = await TestCluster.start();
  });
  afterAll(() => cluster?.[Symbol.asyncDispose]());

  it('runs a pod and serves its log', async () => {
    await cluster.create('first', {
      containers: [{ name: 'main', ...shell('echo hello from $HOSTNAME; sleep 1000') }],
    });
    const pod = await cluster.untilPod('first', 'first to run', ({ status }) => status?.phase === 'Running');
    expect(await cluster.log('first')).toBe('hello from first\n');
    expect(pod.status?.podIP).toMatch(/^10\.177\./);
  });
});
