import { availableParallelism } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Pod } from '../kinds/core/v1/pod.ts';
import { TestCluster } from './testing/test-cluster.ts';

const IMAGE = 'docker.io/library/busybox:1.35';
const shell = (script: string) => ({ image: IMAGE, command: ['sh', '-c', script] });
const SLEEP = 'trap "exit 0" TERM; sleep 1000 & wait';
/** Of the container that asks, wherever this machine has it. */
const MEMORY_LIMIT = 'cat /sys/fs/cgroup/memory/memory.limit_in_bytes 2>/dev/null || cat /sys/fs/cgroup/memory.max';
const amounts = (cpu: string, memory: string) => ({ requests: { cpu, memory }, limits: { cpu, memory } });

describe('pods that change while they run', () => {
  let cluster: TestCluster;
  beforeAll(async () => {
    cluster = await TestCluster.start();
  });
  afterAll(() => cluster?.[Symbol.asyncDispose]());

  const running = (name: string) =>
    cluster.untilPod(
      name,
      'to run',
      ({ status }) => status.conditions?.some(one => one.type === 'Ready' && one.status === 'True') === true,
    );
  const patch = (name: string, subresource: 'resize' | 'ephemeralcontainers', spec: object) =>
    cluster.client.patch(Pod, { name, namespace: 'default' }, { type: 'strategic', body: { spec } }, { subresource });
  const resize = (name: string, resources: object) =>
    patch(name, 'resize', { containers: [{ name: 'main', resources }] });
  const statusOf = (pod: Pod) => pod.status.containerStatuses?.[0];
  const resized = (name: string, memory: string) =>
    cluster.untilPod(name, `to have ${memory}`, pod => {
      const isDone = pod.status.conditions?.every(({ type }) => !type.startsWith('PodResize')) === true;
      return (
        isDone && statusOf(pod)?.resources?.limits?.['memory'] === memory && statusOf(pod)?.state?.running !== undefined
      );
    });
  /** Fails unless the limit in force is `bytes`. */
  const limitIs = (name: string, bytes: number) =>
    cluster.exec(name, ['sh', '-c', `[ "$(${MEMORY_LIMIT})" = ${bytes} ]`]);
  const MI = 1 << 20;

  it('are looked into by a container that joins the processes of another', async () => {
    await cluster.create('looked-into', { containers: [{ name: 'main', ...shell(SLEEP) }] });
    await running('looked-into');
    const script = 'tr "\\0" " " </proc/1/cmdline; echo; sleep 1000 & wait';
    const debug = { name: 'debug', ...shell(script), targetContainerName: 'main' };
    const lost = { name: 'lost', ...shell('true'), targetContainerName: 'main' };
    await patch('looked-into', 'ephemeralcontainers', { ephemeralContainers: [debug] });
    const pod = await cluster.untilPod('looked-into', 'to be debugged', ({ metadata, status }) => {
      const isSeen = status.observedGeneration === metadata.generation;
      return isSeen && status.ephemeralContainerStatuses?.[0]?.state?.running !== undefined;
    });
    expect(pod.status.ephemeralContainerStatuses?.[0]).toMatchObject({ name: 'debug', ready: false, restartCount: 0 });
    await expect.poll(() => cluster.log('looked-into', { container: 'debug' })).toMatch(/^sh -c trap /);
    const id = statusOf(pod)?.containerID?.replace('tiphys://', '') ?? '';
    await cluster.runtime.stopContainer(id, { signal: 'SIGKILL', graceMs: 0 });
    await cluster.untilPod(
      'looked-into',
      'to lose its visitor',
      ({ status }) => status.ephemeralContainerStatuses?.[0]?.state?.terminated !== undefined,
    );
    await patch('looked-into', 'ephemeralcontainers', { ephemeralContainers: [debug, lost] });
    await cluster.untilPod(
      'looked-into',
      'to be looked into once more',
      ({ status }) => status.ephemeralContainerStatuses?.[1]?.state?.terminated?.exitCode === 0,
    );
  });

  it('get other limits without a new start, and keep them over the end of the daemon', async () => {
    await cluster.create('grown', {
      containers: [{ name: 'main', ...shell(SLEEP), resources: amounts('50m', '32Mi') }],
    });
    const before = await running('grown');
    expect(await limitIs('grown', 32 * MI)).toBe(0);
    await resize('grown', amounts('100m', '64Mi'));
    const after = await resized('grown', '64Mi');
    expect(statusOf(after)).toMatchObject({
      restartCount: 0,
      containerID: statusOf(before)?.containerID,
      resources: amounts('100m', '64Mi'),
      allocatedResources: { cpu: '100m', memory: '64Mi' },
    });
    expect(after.status.observedGeneration).toBe(2);
    expect(await limitIs('grown', 64 * MI)).toBe(0);
    const { requests, limits } = amounts('100m', '64Mi');
    const summary = { containers: [{ name: 'main', resources: { limits, requests } }], generation: 2 };
    const told = async () => (await cluster.eventsOf('grown')).filter(text => text.includes('Resize'));
    const first = [
      `Normal ResizeStarted: Pod resize started: ${JSON.stringify(summary)}`,
      `Normal ResizeCompleted: Pod resize completed: ${JSON.stringify(summary)}`,
    ];
    await expect.poll(told).toEqual(first);
    await cluster.down();
    await cluster.up();
    await resize('grown', amounts('50m', '48Mi'));
    await resized('grown', '48Mi');
    expect(await limitIs('grown', 48 * MI)).toBe(0);
    const second = [/^Normal ResizeStarted: .*"generation":3}$/, /^Normal ResizeCompleted: .*"generation":3}$/];
    await expect.poll(told).toEqual([...first, ...second.map(text => expect.stringMatching(text))]);
  });

  it('are evicted from a node that runs dry, and refused by it', async () => {
    await cluster.create('evicted', { containers: [{ name: 'main', ...shell(SLEEP) }] });
    await running('evicted');
    for (const { metadata } of (await cluster.client.list(Pod, { namespace: 'default' })).items) {
      if (metadata.name === 'evicted') continue;
      await cluster.client.delete(Pod, { name: metadata.name, namespace: 'default' });
      await cluster.untilGone(metadata.name);
    }
    await cluster.down();
    // A hard one that keeps more free than there is would be refused.
    cluster.settings['evictionSoft'] = { 'memory.available': '1Pi' };
    cluster.settings['evictionSoftGracePeriod'] = { 'memory.available': '1ms' };
    await cluster.up();
    const { status } = await cluster.untilPod('evicted', 'to be evicted', pod => pod.status.phase === 'Failed');
    const words =
      /^The node was low on resource: memory. Threshold quantity: 1Pi, available: \d+Ki. Container main was using \d+Ki, request is 0, has larger consumption of memory. $/;
    expect(status).toMatchObject({ reason: 'Evicted', message: expect.stringMatching(words) });
    expect(status.conditions?.find(({ type }) => type === 'DisruptionTarget')).toMatchObject({
      status: 'True',
      reason: 'TerminationByKubelet',
      message: status.message,
    });
    await cluster.create('refused', { containers: [{ name: 'main', ...shell(SLEEP) }] });
    const refused = await cluster.untilPod('refused', 'to be refused', pod => pod.status.phase === 'Failed');
    expect(refused.status).toMatchObject({
      reason: 'Evicted',
      message: 'Pod was rejected: The node had condition: [MemoryPressure]. ',
    });
    expect(refused.status.conditions?.map(({ type }) => type)).not.toContain('DisruptionTarget');
    await cluster.down();
    delete cluster.settings['evictionSoft'];
    delete cluster.settings['evictionSoftGracePeriod'];
    await cluster.up();
  });

  it('start anew for what their policy says, and wait for room', async () => {
    const resizePolicy = [{ resourceName: 'memory', restartPolicy: 'RestartContainer' }];
    await cluster.create('renewed', {
      containers: [{ name: 'main', ...shell(SLEEP), resizePolicy, resources: amounts('50m', '32Mi') }],
    });
    await running('renewed');
    await resize('renewed', amounts('50m', '64Mi'));
    expect(statusOf(await resized('renewed', '64Mi'))?.restartCount).toBe(1);
    expect(await limitIs('renewed', 64 * MI)).toBe(0);
    await expect
      .poll(() => cluster.eventsOf('renewed'))
      .toContain('Normal Killing: Container main resize requires restart');
    const cpus = availableParallelism();
    await cluster.create('filler', {
      containers: [{ name: 'main', ...shell(SLEEP), resources: { requests: { cpu: `${cpus * 1000 - 500}m` } } }],
    });
    await running('filler');
    await resize('renewed', amounts(`${cpus * 1000 - 100}m`, '64Mi'));
    const waiting = await cluster.untilPod(
      'renewed',
      'to wait',
      ({ status }) => status.conditions?.some(({ type }) => type === 'PodResizePending') === true,
    );
    expect(waiting.status.conditions?.find(({ type }) => type === 'PodResizePending')).toMatchObject({
      status: 'True',
      reason: 'Deferred',
      observedGeneration: 3,
      message: expect.stringMatching(
        /^Node didn't have enough resource: cpu, requested: \d+, used: \d+, capacity: \d+$/,
      ),
    });
    expect(statusOf(waiting)?.allocatedResources?.['cpu']).toBe('50m');
    const small = { requests: { cpu: '100m' } };
    await cluster.create('small', { containers: [{ name: 'main', ...shell(SLEEP), resources: small }] });
    await running('small');
    await cluster.client.delete(Pod, { name: 'small', namespace: 'default' });
    await cluster.untilGone('small');
    await cluster.client.delete(Pod, { name: 'filler', namespace: 'default' });
    await cluster.untilPod(
      'renewed',
      'to have grown',
      pod => statusOf(pod)?.resources?.requests?.['cpu'] === `${cpus * 1000 - 100}m`,
    );
  });
});
