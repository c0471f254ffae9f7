import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import { PassThrough, type Duplex } from 'node:stream';
import { text } from 'node:stream/consumers';
import { KubeConfig, PortForward } from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from './eventually.ts';
import { Kubectl, OWN_KUBECTL } from './kubectl.ts';
import { drivenKubectls } from './kubectl-binaries.ts';
import { nodeFixture, nodeIsRunnable } from './node-fixture.ts';
import { pod, shell } from './objects.ts';
import type { RunningCommand } from './running-command.ts';

const MIB = 1024 * 1024;
const SPDY = ['KUBECTL_PORT_FORWARD_WEBSOCKETS=false'];
const TUNNEL = /negotiated protocol: portforward\.k8s\.io/;
/** Those before 1.31 speak SPDY only; the others send it through a WebSocket unless told otherwise. */
interface TestedClient {
  readonly name: string;
  readonly binary: string | readonly string[];
  readonly env: readonly string[];
  /** What it says of how it speaks. */
  readonly by: RegExp;
}
const real: readonly TestedClient[] = drivenKubectls(['1.27', '1.29', '1.31', '1.33']).flatMap(([version, binary]) => [
  ...(['1.27', '1.29'].includes(version) ? [{ name: version, binary, env: [] as readonly string[], by: /^/ }] : []),
  ...(['1.31', '1.33'].includes(version) ? [{ name: version, binary, env: [], by: TUNNEL }] : []),
  ...(version === '1.33' && process.env['TIPHYS_KUBECTLS'] === 'all'
    ? [{ name: `${version} by SPDY`, binary, env: SPDY, by: /^(?![\s\S]*negotiated)/ }]
    : []),
]);

/** 8080: files, for the pod's own loopback only; 7008: counts until its client has ended. */
const WEB = shell(
  'mkdir /www; echo hello >/www/index.html; head -c 5000000 /dev/zero >/www/much;' +
    'httpd -p 127.0.0.1:8080 -h /www; nc -ll -p 7008 -e wc -c & sleep 1000',
);

/** Over a WebSocket a connection, which knows no halves. */
const own: TestedClient = { name: 'our own', binary: OWN_KUBECTL, env: [], by: /^/ };
const clients = [own, ...real];

describe.skipIf(!nodeIsRunnable('port-forward is'))('port-forward', () => {
  const node = nodeFixture(22, { flags: ['--disable', 'dns'] });
  /** An echo beside the pods, where one of the host's network reaches it. */
  const echo = createServer({ allowHalfOpen: true }, socket => {
    socket.on('error', () => socket.destroy());
    socket.pipe(socket);
  });
  let echoPort: number;
  afterAll(() => void echo.close());
  beforeAll(async () => {
    await once(echo.listen(0, '127.0.0.1'), 'listening');
    echoPort = (echo.address() as AddressInfo).port;
    await node.kubectl.apply(pod('web', WEB), pod('host', shell('sleep 1000'), { hostNetwork: true }));
    await node.untilReady('web', 'host');
    await node.inPod('web', 'until netstat -ltn | grep -q 7008; do sleep 0.1; done');
  });

  describe.each(clients)('of kubectl $name', client => {
    const { name: version, binary, env, by } = client;
    const start = (...args: readonly string[]): RunningCommand =>
      new Kubectl(binary, node.server.kubeconfig, env).start('port-forward', '--address=127.0.0.1', '-v=4', ...args);

    it('reaches what listens on the loopback of the pod alone', async () => {
      await using forward = start('pod/web', ':8080');
      expect(await get(await localPort(forward), '/')).toMatch(/\r\n\r\nhello\n$/);
      expect(forward.output).toMatch(by);
    });

    it('carries much both ways, of twenty at once', async () => {
      await using forward = start('pod/web', ':8080');
      const files = await localPort(forward);
      const answers = await Promise.all(Array.from({ length: 10 }, () => get(files, '/much')));
      expect(answers.map(answer => answer.length - answer.indexOf('\r\n\r\n') - 4)).toEqual(
        answers.map(() => 5_000_000),
      );
      if (client === own) return; // an echo that ends with what it is sent takes halves
      await using toHost = start('pod/host', `:${echoPort}`);
      const back = await localPort(toHost);
      const sent = Array.from({ length: 20 }, (_, i) => `${i} `.repeat(MIB / 4));
      const echoes = await Promise.all(sent.map(each => exchange(back, each)));
      expect(echoes.every((each, i) => each === sent[i])).toBe(true);
    });

    it.skipIf(client === own)('ends one direction and goes on in the other', async () => {
      await using forward = start('pod/web', ':7008');
      expect(await exchange(await localPort(forward), 'x'.repeat(100_000))).toBe('100000\n');
    });

    it('says that nothing listens on a port', async () => {
      await using forward = start('pod/web', ':81');
      await get(await localPort(forward), '/').catch(() => '');
      await forward.until(output =>
        expect(output).toMatch(
          /error forwarding port 81 to pod [0-9a-f]{64}, uid : failed to execute portforward in network namespace .*dial tcp 127\.0\.0\.1:81: connect: connection refused/,
        ),
      );
    });

    it('ends with the pod', async () => {
      const name = `short-${version.replaceAll(/\W/g, '-')}`.toLowerCase();
      await node.kubectl.apply(pod(name, shell('nc -ll -p 7007 -e cat & sleep 1000')));
      await node.untilReady(name);
      await using forward = start(`pod/${name}`, ':7007');
      const socket = await open(await localPort(forward));
      socket.write('there');
      expect(String((await once(socket, 'data'))[0])).toBe('there');
      const ended = once(socket, 'close');
      socket.once('end', () => socket.destroy());
      await node.kubectl.run('delete', 'pod', name, '--now');
      await ended;
      await get(await localPort(forward), '/').catch(() => '');
      const gone = client === own ? /^error: lost connection to pod$/m : /uid : failed to find sandbox/;
      await forward.until(output => expect(output).toMatch(gone));
    });

    it('listens on both loopbacks, on the same port', async () => {
      await using forward = new Kubectl(binary, node.server.kubeconfig, env).start('port-forward', 'pod/web', ':8080');
      const listening = await forward.until(output => expect(output).toMatch(/Forwarding from 127\.0\.0\.1:/));
      const port = Number(/127\.0\.0\.1:(\d+)/.exec(listening)?.[1]);
      expect(await get(port, '/')).toMatch(/hello\n$/);
      if (!hasLoopback6()) return;
      await forward.until(output => expect(output).toContain(`Forwarding from [::1]:${port} -> 8080`));
      expect(await get(port, '/', '::1')).toMatch(/hello\n$/);
    });

    it('refuses what is no pod', async () => {
      const answer = await new Kubectl(binary, node.server.kubeconfig, env).answer(['port-forward', 'pod/none', ':80']);
      expect(answer).toMatchObject({ code: 1, stderr: 'Error from server (NotFound): pods "none" not found\n' });
    });
  });

  describe('of the JavaScript client', () => {
    const forward = async (name: string, ports: readonly number[], input: Duplex) => {
      const config = new KubeConfig();
      config.loadFromFile(node.server.kubeconfig);
      const [output, errors] = [new PassThrough(), new PassThrough()];
      const socket = await new PortForward(config).portForward('default', name, [...ports], output, errors, input);
      return { output, errors, socket };
    };

    it('carries a connection over its own channels', async () => {
      const input = new PassThrough();
      const { output } = await forward('host', [echoPort], input);
      const sent = 'back and forth '.repeat(20_000);
      let received = '';
      output.on('data', (chunk: Buffer) => (received += chunk.toString()));
      input.write(sent);
      await eventually(
        async () => received,
        value => expect(value).toHaveLength(sent.length),
      );
      expect(received).toBe(sent);
    });

    it('is told what went wrong', async () => {
      const { errors } = await forward('web', [81], new PassThrough());
      expect(String((await once(errors, 'data'))[0])).toMatch(/^error forwarding port 81 to pod .*connection refused$/);
    });
  });
});

const localPort = async (forward: RunningCommand): Promise<number> => (await localPorts(forward, 1))[0] ?? 0;

async function localPorts(forward: RunningCommand, count: number): Promise<readonly number[]> {
  const found = (output: string): readonly number[] =>
    [...output.matchAll(/Forwarding from 127\.0\.0\.1:(\d+)/g)].map(([, port]) => Number(port));
  return found(await forward.until(output => expect(found(output)).toHaveLength(count)));
}

const hasLoopback6 = (): boolean => (networkInterfaces()['lo'] ?? []).some(({ address }) => address === '::1');

async function open(port: number, host = '127.0.0.1'): Promise<Socket> {
  const socket = connect({ port, host, allowHalfOpen: true });
  socket.on('error', () => socket.destroy());
  await once(socket, 'connect');
  return socket;
}

/** All that comes back for what is sent and ended. */
async function exchange(port: number, sent: string): Promise<string> {
  const socket = await open(port);
  socket.end(sent);
  return text(socket);
}

/** The whole answer of a server that ends the connection behind it. */
async function get(port: number, path: string, host?: string): Promise<string> {
  const socket = await open(port, host);
  socket.write(`GET ${path} HTTP/1.0\r\n\r\n`);
  const answer = await text(socket);
  socket.destroy();
  return answer;
}
