import { execFile } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { eventually } from './eventually.ts';
import { nodeFixture, nodeIsRunnable } from './node-fixture.ts';
import { ECHO, object, pod, shell } from './objects.ts';
import { ServerProcess } from './server-process.ts';

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
    const url = `http://${await two.kubectl.run('get', 'service', 'echo', '-o', 'jsonpath={.spec.clusterIP}')}/hostname`;
    expect((await (await fetch(url)).text()).trim()).toBe('echo');
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

  it('refuse a port that is taken, and say which', async () => {
    const { options } = two;
    const args = [
      '--data-dir',
      `${two.server.dataDir}/other`,
      '--write-kubeconfig',
      `${two.server.dataDir}/other.yaml`,
    ];
    const ports = ['--https-port', String(options.httpsPort), '--kubelet-port', String(one.options.kubeletPort)];
    const { code, output } = await new Promise<{ code: unknown; output: string }>(done => {
      const main = new URL('../../src/main.ts', import.meta.url).pathname;
      execFile(process.execPath, [main, 'server', ...args, ...ports], { timeout: 20_000 }, (error, stdout, stderr) =>
        done({ code: error?.code, output: stdout + stderr }),
      );
    });
    expect(code, output).toBe(1);
    expect(output).toContain(String(options.httpsPort));
    expect(output).toMatch(/EADDRINUSE|in use/);
  });
});
