import { createSocket } from 'node:dgram';
import { connect } from 'node:net';
import { beforeAll, describe, expect, it } from 'vitest';
import { eventually } from './eventually.ts';
import { nodeFixture, nodeIsRunnable } from './node-fixture.ts';
import { ECHO, object, pod, shell } from './objects.ts';

const echo = (name: string) => pod(name, { name: 'main', image: ECHO }, {}, { labels: { app: 'echo' } });
const service = (name: string, spec: Readonly<Record<string, unknown>>) => object('v1', 'Service', name, { spec });

describe.skipIf(!nodeIsRunnable('how services answer is')).concurrent('services', () => {
  const node = nodeFixture(6);
  const nodePort = Number(node.options.nodePorts.split('-')[0]) + 7;
  const clusterIp = (name: string) => node.kubectl.run('get', 'service', name, '-o', 'jsonpath={.spec.clusterIP}');

  beforeAll(async () => {
    await node.kubectl.apply(
      echo('echo-a'),
      echo('echo-b'),
      pod('client', shell('sleep 600')),
      service('echo', {
        type: 'NodePort',
        selector: { app: 'echo' },
        ports: [
          { name: 'web', port: 80, targetPort: 8080, nodePort },
          { name: 'other', port: 81, targetPort: 8080 },
          { name: 'datagrams', protocol: 'UDP', port: 80, targetPort: 8080, nodePort },
        ],
      }),
    );
    await node.untilReady('echo-a', 'echo-b', 'client');
    await eventually(
      async () => fetch(`http://${await clusterIp('echo')}/hostname`),
      answer => expect(answer.status).toBe(200),
    );
  });

  it('answer over TCP and UDP at cluster IP and node port, from the node, over all pods', async () => {
    const ip = await clusterIp('echo');
    for (const url of [`http://${ip}`, `http://${ip}:81`, `http://127.0.0.1:${nodePort}`])
      expect(await names(() => textOf(`${url}/hostname`)), url).toEqual(['echo-a', 'echo-b']);
    for (const [host, port] of [
      [ip, 80],
      ['127.0.0.1', nodePort],
    ] as const)
      expect(await names(() => datagram(host, port)), host).toEqual(['echo-a', 'echo-b']);
  });

  it('answer from a pod, by address and by name, over TCP and UDP', async () => {
    const ip = await clusterIp('echo');
    for (const url of [
      `http://${ip}`,
      'http://echo:81',
      'http://echo.default',
      'http://echo.default.svc.cluster.local.',
    ])
      expect(await node.inPod('client', `wget -qO- ${url}/hostname`), url).toMatch(/^echo-[ab]\n?$/);
    const hostIp = (await node.getPod('client')).status.hostIP;
    expect(await node.inPod('client', `wget -qO- http://${hostIp}:${nodePort}/hostname`)).toMatch(/^echo-[ab]/);
  });

  it('are reached through the API server as well, as pods are', async () => {
    const raw = (path: string) => node.kubectl.run('get', '--raw', `/api/v1/namespaces/default/${path}`);
    expect(await raw('services/http:echo:web/proxy/hostname')).toMatch(/^echo-[ab]/);
    expect(await raw('services/echo:81/proxy/hostname')).toMatch(/^echo-[ab]/);
    expect(await raw('pods/echo-a:8080/proxy/hostname')).toMatch(/^echo-a/);
  });

  it('let a pod reach itself through its service', async () => {
    await node.kubectl.apply(
      pod('selfish', shell('mkdir /www; echo me >/www/index.html; httpd -f -h /www -p 8080')),
      service('selfish', { selector: { app: 'selfish' }, ports: [{ port: 80, targetPort: 8080 }] }),
    );
    await node.untilReady('selfish');
    await eventually(
      () => node.inPod('selfish', 'wget -qO- http://selfish.default.svc'),
      text => expect(text).toBe('me\n'),
    );
  });

  it('keep a client with one pod where they have affinity', async () => {
    const affinity = { sessionAffinity: 'ClientIP', ports: [{ port: 80, targetPort: 8080 }] };
    await node.kubectl.apply(service('sticky', { selector: { app: 'echo' }, ...affinity }));
    const ip = await clusterIp('sticky');
    await eventually(
      () => fetch(`http://${ip}`),
      answer => expect(answer.status).toBe(200),
    );
    expect(await names(() => textOf(`http://${ip}/hostname`))).toHaveLength(1);
  });

  it('refuse at once while nobody is ready, and follow who is', async () => {
    const probe = { exec: { command: ['ls', '/ready'] }, periodSeconds: 1, failureThreshold: 1 };
    await node.kubectl.apply(
      pod('shy', shell('mkdir /www; echo hi >/www/index.html; httpd -f -h /www -p 8080', { readinessProbe: probe })),
      service('shy', { selector: { app: 'shy' }, ports: [{ port: 80, targetPort: 8080 }] }),
    );
    const ip = await clusterIp('shy');
    await node.podWhere('shy', ({ status }) => expect(status.phase).toBe('Running'));
    expect(await outcomeOf(ip, 80)).toBe('ECONNREFUSED');
    expect((await node.kubectl.answer(['exec', 'client', '--', 'wget', '-qO-', 'http://shy'])).stderr).toContain(
      'Connection refused',
    );
    await node.inPod('shy', 'touch /ready');
    await eventually(
      () => outcomeOf(ip, 80),
      outcome => expect(outcome).toBe('connected'),
    );
    await node.inPod('shy', 'rm /ready');
    await eventually(
      () => outcomeOf(ip, 80),
      outcome => expect(outcome).toBe('ECONNREFUSED'),
    );
  });

  it('have names: addresses of headless ones, ports as SRV, aliases as CNAME, and none for what is not', async () => {
    await node.kubectl.apply(
      pod('member', shell('sleep 600'), { hostname: 'member', subdomain: 'group' }),
      service('group', { clusterIP: 'None', selector: { app: 'member' }, ports: [{ name: 'web', port: 8080 }] }),
      service('outside', { type: 'ExternalName', externalName: 'echo.default.svc.cluster.local' }),
    );
    await node.untilReady('member');
    const { status } = await node.getPod('member');
    const lookup = async (type: string, name: string) => {
      const { stdout } = await node.kubectl.answer(['exec', 'client', '--', 'nslookup', `-type=${type}`, name]);
      return stdout;
    };
    const zone = 'default.svc.cluster.local';
    await eventually(
      () => lookup('a', `group.${zone}`),
      text => expect(text).toContain(`Address: ${status.podIP}`),
    );
    expect(await lookup('a', `member.group.${zone}`)).toContain(`Address: ${status.podIP}`);
    expect(await lookup('srv', `_web._tcp.group.${zone}`)).toMatch(/service = 0 100 8080 member\.group\.default\.svc/);
    expect(await lookup('srv', `_web._tcp.echo.${zone}`)).toMatch(/service = 0 100 80 echo\.default\.svc/);
    expect(await lookup('a', `outside.${zone}`)).toMatch(/canonical name = echo\.default\.svc/);
    const arpa = (status.podIP ?? '').split('.').toReversed().join('.');
    expect(await lookup('ptr', `${arpa}.in-addr.arpa`)).toContain(`name = member.group.${zone}`);
    expect(await lookup('a', `nobody.${zone}`)).toContain('NXDOMAIN');
  });

  it('pass a half-closed connection on', async () => {
    await node.kubectl.apply(
      // Answers only once the client has said that nothing more comes.
      pod('counter', shell('nc -ll -p 8080 -e wc -c')),
      service('counter', { selector: { app: 'counter' }, ports: [{ port: 80, targetPort: 8080 }] }),
    );
    await node.untilReady('counter');
    const ip = await clusterIp('counter');
    await eventually(
      () => outcomeOf(ip, 80),
      outcome => expect(outcome).toBe('connected'),
    );
    expect((await sendAndEnd(ip, 80, Buffer.alloc(300_000))).trim()).toBe('300000');
  });

  it('end with their object', async () => {
    await node.kubectl.apply(service('brief', { selector: { app: 'echo' }, ports: [{ port: 80, targetPort: 8080 }] }));
    const ip = await clusterIp('brief');
    await eventually(
      () => outcomeOf(ip, 80),
      outcome => expect(outcome).toBe('connected'),
    );
    await node.kubectl.run('delete', 'service', 'brief');
    await eventually(
      () => outcomeOf(ip, 80),
      outcome => expect(outcome).not.toBe('connected'),
    );
  });
});

const textOf = async (url: string): Promise<string> =>
  (await fetch(url, { headers: { connection: 'close' }, signal: AbortSignal.timeout(5_000) })).text();

/** Everybody who answered over 24 requests; the first word of an answer is a hostname. */
async function names(ask: () => Promise<string>): Promise<readonly string[]> {
  const found = new Set<string>();
  for (let i = 0; i < 24; i++) found.add((await ask()).trim().split(' ')[0] ?? '');
  return [...found].sort();
}

/** The answer to one datagram from a socket of its own. */
function datagram(host: string, port: number): Promise<string> {
  const socket = createSocket('udp4');
  return new Promise<string>((done, failed) => {
    const timer = setTimeout(() => failed(new Error(`no datagram from ${host}:${port}`)), 5_000);
    socket.once('message', message => {
      clearTimeout(timer);
      done(message.toString());
    });
    socket.once('error', failed);
    socket.send('hello', port, host);
  }).finally(() => socket.close());
}

/** `connected`, or the error's code. */
function outcomeOf(host: string, port: number): Promise<string> {
  return new Promise(done => {
    const socket = connect({ host, port, timeout: 3_000 });
    const end = (outcome: string): void => {
      socket.destroy();
      done(outcome);
    };
    socket.once('connect', () => end('connected'));
    socket.once('timeout', () => end('timeout'));
    socket.once('error', (error: NodeJS.ErrnoException) => end(error.code ?? 'error'));
  });
}

function sendAndEnd(host: string, port: number, body: Buffer): Promise<string> {
  return new Promise((done, failed) => {
    const socket = connect({ host, port, allowHalfOpen: true, timeout: 10_000 });
    let answer = '';
    socket.on('data', (chunk: Buffer) => (answer += chunk.toString()));
    socket.once('end', () => done(answer));
    socket.once('timeout', () => socket.destroy(new Error(`no end after ${answer.length} bytes`)));
    socket.once('error', failed);
    socket.end(body);
  });
}
