import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { Agent, get } from 'node:http';
import { connect, createServer, type Socket } from 'node:net';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { eventually } from './eventually.ts';
import { nodeFixture, nodeIsRunnable } from './node-fixture.ts';
import { ECHO, object, pod, shell } from './objects.ts';

const cycles = Number(process.env['TIPHYS_CYCLES'] ?? 2);
const probe = { httpGet: { path: '/healthz', port: 8080 }, periodSeconds: 1 };
const echo = (more: Readonly<Record<string, unknown>> = {}) => ({ name: 'main', image: ECHO, ...more });
const service = (name: string, spec: Readonly<Record<string, unknown>>) => object('v1', 'Service', name, { spec });
const web = [{ port: 80, targetPort: 8080 }];

describe.skipIf(!nodeIsRunnable('how services follow changes is')).concurrent('services under change', () => {
  const node = nodeFixture(16);
  const nodePort = (n: number): number => Number(node.options.nodePorts.split('-')[0]) + n;
  const clusterIp = (name: string) => node.kubectl.run('get', 'service', name, '-o', 'jsonpath={.spec.clusterIP}');
  const deployment = (name: string, replicas: number, version: string) =>
    object('apps/v1', 'Deployment', name, {
      spec: {
        replicas,
        selector: { matchLabels: { app: name } },
        template: {
          metadata: { labels: { app: name } },
          spec: {
            terminationGracePeriodSeconds: 5,
            containers: [echo({ env: [{ name: 'VERSION', value: version }], readinessProbe: probe })],
          },
        },
      },
    });
  const rolledOut = (name: string) => node.kubectl.run('rollout', 'status', `deployment/${name}`, '--timeout=90s');
  const answers = (url: string, expected: RegExp): Promise<string> =>
    eventually(
      () => textOf(url),
      text => expect(text).toMatch(expected),
    );

  it('lose no request of clients old and new while a Deployment is rolled over', async () => {
    await node.kubectl.apply(
      deployment('rolling', 2, '0'),
      service('rolling', { selector: { app: 'rolling' }, ports: web }),
    );
    await rolledOut('rolling');
    const url = `http://${await clusterIp('rolling')}/hostname`;
    const before = (await answers(url, /^rolling-/)).trim();
    const load = new Load(url);
    for (let version = 1; version <= cycles; version++) {
      await node.kubectl.apply(deployment('rolling', 2, `${version}`));
      await rolledOut('rolling');
    }
    const { failures, served, names } = await load.end();
    expect(failures).toEqual([]);
    expect(served).toBeGreaterThan(100);
    expect(names.size).toBeGreaterThanOrEqual(2 * cycles);
    expect((await textOf(url)).trim()).not.toBe(before);
  });

  it('move datagrams of one client, always from the same port, to the pod that replaces another', async () => {
    const ports = [{ port: 80, targetPort: 8080, protocol: 'UDP' }];
    await node.kubectl.apply(
      deployment('datagrams', 1, '0'),
      service('datagrams', { selector: { app: 'datagrams' }, ports }),
    );
    await rolledOut('datagrams');
    const ip = await clusterIp('datagrams');
    await using socket = new Datagrams(ip, 80);
    const first = await eventually(
      () => socket.ask(),
      name => expect(name).toMatch(/^datagrams-/),
    );
    expect(await socket.ask()).toBe(first);
    await node.kubectl.run('delete', 'pod', '-l', 'app=datagrams', '--wait=false');
    await eventually(
      () => socket.ask(),
      name => expect([first, '']).not.toContain(name),
    );
  });

  it('say in an event that a node port is taken, serve all else, and take the port once it is free', async () => {
    const port = nodePort(1);
    const thief = createServer().listen(port, '0.0.0.0');
    await once(thief, 'listening');
    await node.kubectl.apply(
      pod('stolen', echo()),
      service('stolen', {
        type: 'NodePort',
        selector: { app: 'stolen' },
        ports: [
          { name: 'a', port: 80, targetPort: 8080, nodePort: port },
          { name: 'b', port: 81, targetPort: 8080, nodePort: nodePort(2) },
        ],
      }),
    );
    await answers(`http://${await clusterIp('stolen')}/hostname`, /^stolen/);
    await answers(`http://127.0.0.1:${nodePort(2)}/hostname`, /^stolen/);
    await eventually(
      () => node.eventsOf('stolen'),
      events =>
        expect(events).toContain(
          `Warning FailedToOpenPort Cannot listen on TCP 0.0.0.0:${port}: another program on this node has it; trying again until it is free`,
        ),
    );
    thief.close();
    await answers(`http://127.0.0.1:${port}/hostname`, /^stolen/);
  });

  it('follow their ports and type wherever these go', async () => {
    await node.kubectl.apply(pod('moving', echo()), service('moving', { selector: { app: 'moving' }, ports: web }));
    const ip = await clusterIp('moving');
    const becomes = async (spec: object, url: string): Promise<void> => {
      await node.kubectl.run('patch', 'service', 'moving', '--type=merge', '-p', JSON.stringify({ spec }));
      await answers(url, /^moving/);
    };
    await answers(`http://${ip}/hostname`, /^moving/);
    await becomes({ ports: [{ port: 81, targetPort: 8080 }] }, `http://${ip}:81/hostname`);
    expect(await outcomeOf(ip, 80)).toBe('ECONNREFUSED');
    const ports = [{ port: 81, targetPort: 8080, nodePort: nodePort(3) }];
    await becomes({ type: 'NodePort', ports }, `http://127.0.0.1:${nodePort(3)}/hostname`);
    await becomes({ type: 'ClusterIP', ports: web }, `http://${ip}/hostname`);
    expect(await outcomeOf('127.0.0.1', nodePort(3))).toBe('ECONNREFUSED');
  });

  it('reach each pod at the port that it gave the name, and two ports of one service where each leads', async () => {
    const named = (port: number) =>
      echo({ env: [{ name: 'PORT', value: `${port}` }], ports: [{ name: 'web', containerPort: port }] });
    await node.kubectl.apply(
      pod('named-1', named(8081), {}, { labels: { app: 'named' } }),
      pod('named-2', named(8082), {}, { labels: { app: 'named' } }),
      service('named', { selector: { app: 'named' }, ports: [{ port: 80, targetPort: 'web' }] }),
      pod(
        'two',
        { ...named(8083), name: 'one' },
        {
          containers: [
            { ...named(8083), name: 'one' },
            { ...named(8084), name: 'two' },
          ],
        },
      ),
      service('two', {
        selector: { app: 'two' },
        ports: [
          { name: 'a', port: 80, targetPort: 8083 },
          { name: 'b', port: 81, targetPort: 8084 },
        ],
      }),
    );
    await node.untilReady('named-1', 'named-2', 'two');
    const [ip, two] = [await clusterIp('named'), await clusterIp('two')];
    const found = new Set<string>();
    await eventually(
      async () => found.add((await textOf(`http://${ip}/hostname`)).trim()),
      names => expect([...names].sort()).toEqual(['named-1', 'named-2']),
    );
    for (const port of [80, 81]) await answers(`http://${two}:${port}/hostname`, /^two/);
  });

  it('lead to pods on the host’s network, and to themselves from there', async () => {
    const port = nodePort(4);
    await node.kubectl.apply(
      pod(
        'on-host',
        { ...shell(`mkdir /www; echo host >/www/index.html; httpd -f -h /www -p ${port}`) },
        {
          hostNetwork: true,
          dnsPolicy: 'ClusterFirstWithHostNet',
        },
      ),
      service('on-host', { selector: { app: 'on-host' }, ports: [{ port: 80, targetPort: port }] }),
      pod('guest', shell('sleep 600')),
    );
    await node.untilReady('on-host', 'guest');
    await answers(`http://${await clusterIp('on-host')}`, /^host/);
    for (const client of ['guest', 'on-host'])
      expect(await node.inPod(client, 'wget -qO- http://on-host.default.svc')).toBe('host\n');
  });

  it('publish pods that are not ready where they are told to', async () => {
    const never = { exec: { command: ['false'] }, periodSeconds: 1 };
    await node.kubectl.apply(
      pod('early', echo({ readinessProbe: never })),
      service('early', { publishNotReadyAddresses: true, selector: { app: 'early' }, ports: web }),
    );
    await answers(`http://${await clusterIp('early')}/hostname`, /^early/);
  });

  it('still lead to a pod that is going while no other is left, and end its connections when it is gone', async () => {
    const serve = "mkdir /www; echo last >/www/hostname; httpd -f -h /www -p 8080 & trap 'exit 0' TERM; wait";
    const untilTold = { exec: { command: ['sh', '-c', 'until [ -e /go ]; do sleep 0.1; done'] } };
    await node.kubectl.apply(
      pod('last', shell(serve, { lifecycle: { preStop: untilTold } }), { terminationGracePeriodSeconds: 60 }),
      service('last', { selector: { app: 'last' }, ports: web }),
    );
    await node.untilReady('last');
    const ip = await clusterIp('last');
    await answers(`http://${ip}/hostname`, /^last/);
    await node.kubectl.run('delete', 'pod', 'last', '--wait=false');
    await eventually(
      () => node.kubectl.run('get', 'endpointslices', '-l', 'kubernetes.io/service-name=last', '-o', 'json'),
      text => expect(text).toContain('"terminating": true'),
    );
    expect(await textOf(`http://${ip}/hostname`)).toMatch(/^last/);
    const lasting = connect(80, ip);
    await once(lasting, 'connect');
    const end = ended(lasting);
    await node.inPod('last', 'touch /go');
    await end;
    await eventually(
      () => outcomeOf(ip, 80),
      outcome => expect(outcome).toBe('ECONNREFUSED'),
    );
  });
});

const textOf = async (url: string): Promise<string> =>
  (await fetch(url, { headers: { connection: 'close' }, signal: AbortSignal.timeout(5_000) })).text();

/** `connected`, or the error's code. */
async function outcomeOf(host: string, port: number): Promise<string> {
  const socket = connect({ host, port, timeout: 5_000 });
  try {
    await once(socket, 'connect');
    return 'connected';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error);
  } finally {
    socket.destroy();
  }
}

/** However it ended: with a FIN or a reset. */
function ended(socket: Socket): Promise<void> {
  return new Promise((done, failed) => {
    const timer = setTimeout(() => failed(new Error('the connection outlived its pod')), 60_000);
    socket.resume();
    socket.on('error', () => undefined);
    socket.once('close', () => {
      clearTimeout(timer);
      done();
    });
  });
}

/** Eight clients, half of them on connections that last, each asking again as soon as it has its answer. */
class Load {
  readonly #agents = [new Agent({ keepAlive: true, maxSockets: 4 }), new Agent({ keepAlive: false, maxSockets: 4 })];
  readonly #failures: string[] = [];
  readonly #names = new Set<string>();
  readonly #clients: readonly Promise<void>[];
  #served = 0;
  #ending = false;

  constructor(url: string) {
    this.#clients = this.#agents.flatMap(agent => Array.from({ length: 4 }, () => this.#client(url, agent)));
  }

  async end(): Promise<{ failures: readonly string[]; served: number; names: ReadonlySet<string> }> {
    this.#ending = true;
    await Promise.all(this.#clients);
    for (const agent of this.#agents) agent.destroy();
    return { failures: this.#failures, served: this.#served, names: this.#names };
  }

  async #client(url: string, agent: Agent): Promise<void> {
    while (!this.#ending) {
      try {
        this.#names.add(await this.#ask(url, agent));
        this.#served++;
      } catch (error) {
        this.#failures.push(String(error));
      }
      await new Promise(resolve => setTimeout(resolve, 2));
    }
  }

  #ask(url: string, agent: Agent): Promise<string> {
    return new Promise((done, failed) => {
      get(url, { agent, timeout: 20_000 }, answer => {
        let text = '';
        answer.on('data', (chunk: Buffer) => (text += chunk.toString()));
        answer.once('error', failed);
        answer.once('end', () => done(text.trim()));
      })
        .once('timeout', function (this: { destroy(error: Error): void }) {
          this.destroy(new Error('no answer in 20 s'));
        })
        .once('error', failed);
    });
  }
}

/** A UDP client with one port for good. */
class Datagrams implements AsyncDisposable {
  readonly #socket: UdpSocket = createSocket('udp4');
  readonly #to: { readonly host: string; readonly port: number };

  constructor(host: string, port: number) {
    this.#to = { host, port };
    this.#socket.on('error', () => undefined);
  }

  /** The name of who answered, or nothing. */
  async ask(): Promise<string> {
    const answer = once(this.#socket, 'message', { signal: AbortSignal.timeout(500) });
    this.#socket.send('hello', this.#to.port, this.#to.host);
    try {
      const [message] = (await answer) as [Buffer];
      return message.toString().split(' ')[0] ?? '';
    } catch {
      return '';
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await new Promise<void>(resolve => this.#socket.close(resolve));
  }
}
