import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Node } from '../../kinds/core/v1/node.ts';
import { FakeLogind, hasBusDaemon } from '../testing/fake-logind.ts';
import { TestCluster } from '../testing/test-cluster.ts';

const image = 'docker.io/library/busybox:1.35';

describe.skipIf(!hasBusDaemon)('a node whose machine goes down', () => {
  let logind: FakeLogind;
  let cluster: TestCluster;
  beforeAll(async () => {
    logind = await FakeLogind.start();
    cluster = await TestCluster.start();
    await cluster.down();
    cluster.settings['systemBus'] = logind.socket;
    cluster.settings['logindSettingsDir'] = logind.settings;
    cluster.settings['shutdownGracePeriod'] = '30s';
    cluster.settings['shutdownGracePeriodCriticalPods'] = '10s';
    await cluster.up();
  });
  afterAll(async () => {
    await cluster?.[Symbol.asyncDispose]();
    await logind?.[Symbol.asyncDispose]();
  });

  const ready = async () => {
    const { status } = await cluster.client.get(Node, { name: 'kubelet-test' });
    return status?.conditions?.find(({ type }) => type === 'Ready');
  };

  it('ends its pods by their grace first, tells of it, and takes on no others', async () => {
    await expect.poll(() => logind.isHeldUp, { timeout: 20_000 }).toBe(true);
    const script = 'trap "sleep 1; echo ended; exit 0" TERM; echo up; while :; do sleep 0.1; done';
    const containers = [{ name: 'main', image, command: ['sh', '-c', script] }];
    await cluster.create('pod', { terminationGracePeriodSeconds: 20, containers });
    await cluster.untilPod('pod', 'to run', ({ status }) => status.phase === 'Running');
    await expect.poll(() => cluster.log('pod')).toBe('up\n');

    logind.prepareForShutdown(true);
    await expect
      .poll(ready)
      .toMatchObject({ status: 'False', reason: 'KubeletNotReady', message: 'node is shutting down' });
    await cluster.create('late', { containers });
    const { status: late } = await cluster.untilPod('late', 'to fail', ({ status }) => status.phase === 'Failed');
    expect(late).toMatchObject({
      reason: 'NodeShutdown',
      message: 'Pod was rejected: Pod was rejected as the node is shutting down.',
    });
    await expect.poll(() => logind.isHeldUp, { timeout: 20_000 }).toBe(false);
    const { status } = await cluster.pod('pod');
    const message = 'Pod was terminated in response to imminent node shutdown.';
    expect(status).toMatchObject({ phase: 'Failed', reason: 'Terminated', message });
    expect(status.conditions).toContainEqual(
      expect.objectContaining({ type: 'DisruptionTarget', status: 'True', reason: 'TerminationByKubelet', message }),
    );
    expect(status.containerStatuses?.[0]?.state?.terminated).toMatchObject({ exitCode: 0 });
    expect(await cluster.log('pod')).toBe('up\nended\n');

    logind.prepareForShutdown(false);
    await expect.poll(ready).toMatchObject({ status: 'True', reason: 'KubeletReady' });
    await expect.poll(() => logind.isHeldUp, { timeout: 20_000 }).toBe(true);
    await cluster.create('next', { containers });
    await cluster.untilPod('next', 'to run', pod => pod.status.phase === 'Running');
  });
});
