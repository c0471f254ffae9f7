import { describe, expect, it } from 'vitest';
import { eventually } from './eventually.ts';
import { nodeFixture, nodeIsRunnable, type NodeFixture } from './node-fixture.ts';
import { ECHO, object, pod, shell } from './objects.ts';
import { ServerProcess } from './server-process.ts';

/** What the service `echo` of a node answers to this machine. */
async function echoOf(node: NodeFixture): Promise<string> {
  const address = await node.kubectl.run('get', 'service', 'echo', '-o', 'jsonpath={.spec.clusterIP}');
  return (await (await fetch(`http://${address}/hostname`)).text()).trim();
}

describe.skipIf(!nodeIsRunnable('whether two servers get along is'))('two servers on one machine', () => {
  const one = nodeFixture(7);
  const two = nodeFixture(8);

  it('run pods and services side by side, each with its own', async () => {
    const objects = [
      pod('echo', { name: 'main', image: ECHO }),
      pod('client', shell('sleep 600')),
      object('v1', 'Service', 'echo', { spec: { selector: { app: 'echo' }, ports: [{ port: 80, targetPort: 8080 }] } }),
    ];
    await Promise.all([one, two].map(node => node.kubectl.apply(...objects)));
    await Promise.all([one, two].map(node => node.untilReady('echo', 'client')));
    for (const node of [one, two])
      await eventually(
        () => node.inPod('client', 'wget -qO- http://echo.default.svc/hostname'),
        name => expect(name.trim()).toBe('echo'),
      );
    await one.kubectl.run('delete', 'pod', 'client');
    expect(await two.kubectl.run('get', 'pods', '-o', 'name')).toBe('pod/client\npod/echo\n');
  });

  it('do not touch each other when one of them ends for good', async () => {
    const { status } = await two.getPod('echo');
    await one.stop();
    expect(await echoOf(two)).toBe('echo');
    expect((await two.getPod('echo')).status).toEqual(status);
    await expect(fetch(`http://${status.podIP}:8080/hostname`).then(answer => answer.status)).resolves.toBe(200);
  });

  it('refuse to share a data directory, and say so', async () => {
    const beganMs = performance.now();
    const second = ServerProcess.start({ ...one.options, dataDir: two.server.dataDir });
    await expect(second).rejects.toThrow(/ended with 1:[^]*data directory[^]*(in use|another|already)/i);
    expect(performance.now() - beganMs).toBeLessThan(5_000);
    expect(await two.inPod('client', 'echo still here')).toBe('still here\n');
  });

  it.each([
    ['a port that is taken', () => ({ ...one.options, httpsPort: two.options.httpsPort }), /EADDRINUSE[^]*:16451/],
    [
      'addresses that lead to the other',
      () => ({ ...one.options, serviceCidr: two.options.serviceCidr, clusterDns: two.options.clusterDns }),
      /is already routed to tp\w+, a link of another tiphys server; give this server its own --cluster-cidr/,
    ],
  ])('refuse %s, and say which', async (_, options, message) => {
    const dataDir = `${two.server.dataDir}/other`;
    const refusal = await ServerProcess.start({ ...options(), dataDir }).then(
      () => 'it started',
      (error: Error) => error.message,
    );
    expect(refusal).toContain('ended with 1:');
    expect(refusal).toMatch(message);
    expect(await echoOf(two)).toBe('echo');
  });
});
