import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Pod } from '../kinds/core/v1/pod.ts';
import { TestCluster } from './testing/test-cluster.ts';

const IMAGE = 'docker.io/library/busybox:1.35';

describe('a node whose plugins crash', () => {
  let cluster: TestCluster;
  let steady: unknown;

  const shell = (script: string) => ({ name: 'main', image: IMAGE, command: ['sh', '-c', script] });
  const facts = ({ status }: Pod): unknown => ({
    podIP: status.podIP,
    phase: status.phase,
    conditions: status.conditions,
    containers: status.containerStatuses,
  });

  beforeAll(async () => {
    cluster = await TestCluster.start('pod-subresources', 'scheduler', 'proxy', 'dns');
    const readinessProbe = { exec: { command: ['true'] }, periodSeconds: 1 };
    await cluster.create('steady', { containers: [{ ...shell('exec sleep 1000'), readinessProbe }] });
    const isReady = ({ status }: Pod): boolean => status.containerStatuses?.[0]?.ready === true;
    steady = facts(await cluster.untilPod('steady', 'to be ready', isReady));
  });
  afterAll(() => cluster?.[Symbol.asyncDispose]());

  /** With each go those that need it: controllers, scheduler and kubelet; proxy, DNS and kubelet; the kubelet. */
  it.each([
    ['events', ['controllers', 'scheduler', 'kubelet']],
    ['network', ['proxy', 'dns', 'kubelet']],
    ['runtime', ['kubelet']],
    ['images', ['kubelet']],
  ])('has %s and those that need it back at work, and its pods untouched', async (name, users) => {
    const startsOf = (plugins: readonly string[]) => plugins.map(each => cluster.lives.get(each)?.starts ?? 0);
    const [all, others] = [
      [name, ...users],
      ['store-sqlite', 'apiserver', 'caches', 'rbac'],
    ];
    const before = { all: startsOf(all), others: startsOf(others) };
    cluster.lives.get(name)?.fail(new Error('sabotage'));
    await expect.poll(() => startsOf(all), { timeout: 30_000 }).toEqual(before.all.map(starts => starts + 1));
    expect(startsOf(others)).toEqual(before.others);

    await cluster.create(`after-${name}`, { nodeName: '', restartPolicy: 'Never', containers: [shell('echo works')] });
    const isDone = ({ status }: Pod): boolean => status.phase === 'Succeeded';
    await cluster.untilPod(`after-${name}`, 'to run to its end', isDone);
    expect(await cluster.log(`after-${name}`)).toBe('works\n');
    expect(await cluster.exec('steady', ['true'])).toBe(0);
    expect(facts(await cluster.pod('steady'))).toEqual(steady);
    expect(cluster.errors.filter(each => !each.includes('a plugin crashed'))).toEqual([]);
  });
});
