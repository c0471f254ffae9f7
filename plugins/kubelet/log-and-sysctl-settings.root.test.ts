import { readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestCluster } from './testing/test-cluster.ts';

const image = 'docker.io/library/busybox:1.35';

describe('a node with settings of its own for logs and sysctls', () => {
  let cluster: TestCluster;
  beforeAll(async () => {
    cluster = await TestCluster.start();
    await cluster.down();
    cluster.settings['containerLogMaxSize'] = '20k';
    cluster.settings['containerLogMaxFiles'] = 12;
    cluster.settings['allowedUnsafeSysctls'] = ['net.core.somaxconn', 'kernel.msg*'];
    await cluster.up();
  });
  afterAll(() => cluster?.[Symbol.asyncDispose]());

  it('keeps so much of a log, and reads all of that', async () => {
    const script = 'sleep 1; i=0; while [ $i -lt 6000 ]; do echo $i; i=$((i+1)); done';
    const containers = [{ name: 'main', image, command: ['sh', '-c', script] }];
    await cluster.create('talks', { restartPolicy: 'Never', containers });
    await cluster.untilPod('talks', 'to run', pod => pod.status.phase === 'Running');
    const [{ logPath } = { logPath: '' }] = cluster.runtime.list().flatMap(sandbox => sandbox.containers);
    await cluster.untilPod('talks', 'to end', pod => pod.status.phase === 'Succeeded');
    const names = await readdir(dirname(logPath));
    expect(names.toSorted()).toEqual(
      ['0.log', ...Array.from({ length: 11 }, (_, age) => `0.log.${age + 1}`)].toSorted(),
    );
    for (const name of names) expect((await stat(join(dirname(logPath), name))).size).toBeLessThanOrEqual(20_000);
    const lines = (await cluster.log('talks')).trim().split('\n').map(Number);
    expect(lines.at(-1)).toBe(5999);
    expect(lines).toEqual(Array.from({ length: lines.length }, (_, index) => 6000 - lines.length + index));
    expect(lines.length).toBeGreaterThan(4000);
  });

  it('lets pods set what it allows, and refuses those that set something else', async () => {
    const sysctls = [
      { name: 'net/core/somaxconn', value: '77' },
      { name: 'kernel.msgmax', value: '9000' },
    ];
    const containers = [{ name: 'main', image, command: ['sleep', '1000'] }];
    await cluster.create('tuned', { securityContext: { sysctls }, containers });
    await cluster.untilPod('tuned', 'to run', pod => pod.status.phase === 'Running');
    const read = 'test $(cat /proc/sys/net/core/somaxconn) = 77 && test $(cat /proc/sys/kernel/msgmax) = 9000';
    expect(await cluster.exec('tuned', ['sh', '-c', read])).toBe(0);
    const others = [{ name: 'kernel.shmmax', value: '1' }];
    await cluster.create('refused', { securityContext: { sysctls: others }, containers });
    const { status } = await cluster.untilPod('refused', 'to fail', pod => pod.status.phase === 'Failed');
    expect(status).toMatchObject({
      reason: 'SysctlForbidden',
      message: 'Pod was rejected: forbidden sysctl: "kernel.shmmax" not allowlisted',
    });
    await expect
      .poll(() => cluster.eventsOf('refused'), { timeout: 10_000 })
      .toContain('Warning SysctlForbidden: forbidden sysctl: "kernel.shmmax" not allowlisted');
  });
});
