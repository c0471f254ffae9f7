import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { beforeAll, describe, expect, it } from 'vitest';
import { Kubectl } from './kubectl.ts';
import { kubectlBinaries } from './kubectl-binaries.ts';
import { nodeFixture, nodeIsRunnable } from './node-fixture.ts';
import { pod, shell } from './objects.ts';
import type { RunningCommand } from './running-command.ts';

const binaries = [...kubectlBinaries()].filter(([version]) => ['1.27', '1.29', '1.31', '1.33'].includes(version));
const OVER_SPDY = ['KUBECTL_PORT_FORWARD_WEBSOCKETS=false'];
const clients = binaries.flatMap(([version, binary]) => [
  [version, binary, [] as readonly string[]] as const,
  ...(Number(version.slice(2)) >= 31 ? [[`${version}, made to speak SPDY`, binary, OVER_SPDY] as const] : []),
]);

/** Every listener is for the pod's own loopback only. */
const PODS = [
  pod(
    'web',
    shell(
      'mkdir /www; echo hello >/www/index.html; head -c 5000000 /dev/zero >/www/much; httpd -p 127.0.0.1:8080 -h /www;' +
        'nc -lk -p 7007 -s 127.0.0.1 -e cat & sleep 1000',
    ),
  ),
  pod('host', shell('httpd -p 127.0.0.1:18080 -h /; sleep 1000'), { hostNetwork: true }),
];

describe.skipIf(!nodeIsRunnable('port-forward is'))('kubectl port-forward', () => {
  const node = nodeFixture(22, { flags: ['--disable', 'dns'] });
  beforeAll(async () => {
    await node.kubectl.apply(...PODS);
    await node.untilReady('web', 'host');
  });

  describe.each(clients)('of %s', (_name, binary, env) => {
    const start = (...args: readonly string[]): RunningCommand =>
      new Kubectl(binary, node.server.kubeconfig, env).start('port-forward', '--address=127.0.0.1', ...args);

    it('carries requests to a port that only the pod itself can reach', async () => {
      await using forward = start('pod/web', ':8080');
      const port = await localPort(forward);
      expect(await text(await get(port, '/'))).toContain('hello');
    });
  });
});

async function localPort(forward: RunningCommand): Promise<number> {
  const output = await forward.until(all => expect(all).toMatch(/Forwarding from 127\.0\.0\.1:\d+/));
  return Number(/127\.0\.0\.1:(\d+)/.exec(output)?.[1]);
}

async function get(port: number, path: string): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  await once(socket, 'connect');
  socket.write(`GET ${path} HTTP/1.0\r\n\r\n`);
  return socket;
}
