import { createSocket } from 'node:dgram';
import { get } from 'node:http';
import { beforeAll, describe, expect, it } from 'vitest';
import { eventually } from './eventually.ts';
import { nodeFixture, nodeIsRunnable } from './node-fixture.ts';
import { ECHO, object, pod, type TestObject } from './objects.ts';

type Fields = Readonly<Record<string, unknown>>;
const REFUSED = 'ECONNREFUSED';
const NAMES = ['local-a', 'local-b', 'foreign'] as const;

/** Pods of this one node, of which some slices say that they are another's. */
describe.skipIf(!nodeIsRunnable('what stays on its node is'))('a service whose traffic stays on the node', () => {
  const node = nodeFixture(20, { flags: ['--disable', 'dns'] });
  const base = Number(node.options.nodePorts.split('-')[0]);
  const addresses = new Map<string, string>();
  let nodeName = '';

  beforeAll(async () => {
    await node.kubectl.apply(...NAMES.map(name => pod(name, { name: 'main', image: ECHO })));
    await node.untilReady(...NAMES);
    for (const name of NAMES) {
      const { spec, status } = await node.getPod(name);
      addresses.set(name, status.podIP ?? '');
      nodeName = spec.nodeName ?? '';
    }
  });

  const PORTS = [
    { name: 'web', port: 80, targetPort: 8080 },
    { name: 'datagrams', protocol: 'UDP', port: 80, targetPort: 8080 },
  ];
  const service = (name: string, port: number, spec: Fields): TestObject => {
    const ports = PORTS.map(each => ({ ...each, nodePort: base + port }));
    return object('v1', 'Service', name, { spec: { type: 'NodePort', ports, ...spec } });
  };
  /** Of the pods that are named, with what differs from a ready one. */
  const slice = (name: string, endpoints: Readonly<Record<string, Fields>>): TestObject => ({
    ...object('discovery.k8s.io/v1', 'EndpointSlice', name, {
      addressType: 'IPv4',
      ports: PORTS.map(each => ({ name: each.name, protocol: each.protocol ?? 'TCP', port: 8080 })),
      endpoints: Object.entries(endpoints).map(([of, conditions]) => ({
        addresses: [addresses.get(of)],
        nodeName: of === 'foreign' ? 'elsewhere' : nodeName,
        conditions: { ready: true, serving: true, terminating: false, ...conditions },
      })),
    }),
    metadata: { name, labels: { 'kubernetes.io/service-name': name } },
  });
  const clusterIp = (name: string): Promise<string> =>
    node.kubectl.run('get', 'service', name, '-o', 'jsonpath={.spec.clusterIP}');

  /** Who answers at cluster IP and node port, over TCP and UDP, once that is `expected`. */
  const answers = async (name: string, port: number, inside: Expected, outside: Expected): Promise<void> => {
    const ip = await clusterIp(name);
    await eventually(
      async () => ({ inside: await who(ip, 80), outside: await who('127.0.0.1', base + port) }),
      found => expect(found).toEqual({ inside: [inside, inside], outside: [outside, outside] }),
    );
  };
  type Expected = readonly string[] | typeof REFUSED;
  const who = async (host: string, port: number): Promise<readonly Expected[]> => [
    await everybody(() => overHttp(host, port)),
    await everybody(() => overUdp(host, port)),
  ];

  it.each([
    ['internalTrafficPolicy', 1, { internalTrafficPolicy: 'Local' }, true, false],
    ['externalTrafficPolicy', 2, { externalTrafficPolicy: 'Local' }, false, true],
    ['both', 3, { internalTrafficPolicy: 'Local', externalTrafficPolicy: 'Local' }, true, true],
  ] as const)(
    'by %s reaches the pods of the node, and is refused while none is ready',
    async (which, port, spec, within, from) => {
      const name = `stays-${which.toLowerCase()}`;
      const expects = (local: Expected, all: Expected) => answers(name, port, within ? local : all, from ? local : all);
      await node.kubectl.apply(service(name, port, spec), slice(name, { 'local-a': {}, 'local-b': {}, foreign: {} }));
      await expects(['local-a', 'local-b'], ['foreign', 'local-a', 'local-b']);
      await node.kubectl.apply(
        slice(name, { 'local-a': { ready: false, serving: false }, 'local-b': {}, foreign: {} }),
      );
      await expects(['local-b'], ['foreign', 'local-b']);
      await node.kubectl.apply(slice(name, { 'local-a': { ready: false, serving: false }, foreign: {} }));
      await expects(REFUSED, ['foreign']);
      // One that is going still serves what would be refused.
      await node.kubectl.apply(slice(name, { 'local-a': { ready: false, terminating: true }, foreign: {} }));
      await expects(['local-a'], ['foreign']);
      await node.kubectl.apply(slice(name, { foreign: {} }));
      await expects(REFUSED, ['foreign']);
      await node.kubectl.apply(slice(name, { 'local-b': {} }));
      await expects(['local-b'], ['local-b']);
    },
  );

  it('tells balancers whether it has pods of a service, and how its proxy is', async () => {
    const health = async (port: number, path = '/'): Promise<unknown> => {
      const answer = await fetch(`http://127.0.0.1:${port}${path}`);
      return [answer.status, await answer.json()];
    };
    const about = (localEndpoints: number) => ({
      service: { namespace: 'default', name: 'balanced' },
      localEndpoints,
      serviceProxyHealthy: true,
    });
    await node.kubectl.apply(
      service('balanced', 6, { type: 'LoadBalancer', externalTrafficPolicy: 'Local' }),
      slice('balanced', { 'local-a': {}, 'local-b': {}, foreign: {} }),
    );
    const port = Number(
      await node.kubectl.run('get', 'service', 'balanced', '-o', 'jsonpath={.spec.healthCheckNodePort}'),
    );
    await eventually(
      () => health(port),
      told => expect(told).toEqual([200, about(2)]),
    );
    await node.kubectl.apply(slice('balanced', { foreign: {} }));
    await eventually(
      () => health(port),
      told => expect(told).toEqual([503, about(0)]),
    );
    await node.kubectl.run('delete', 'service', 'balanced');
    await eventually(
      () => overHttp('127.0.0.1', port),
      said => expect(said).toBe(REFUSED),
    );
    expect(await health(10_256, '/healthz')).toMatchObject([200, { nodeEligible: true, healthy: true }]);
    expect(await health(10_256, '/livez')).toMatchObject([200, { healthy: true }]);
    const page = async (path: string) => (await fetch(`http://127.0.0.1:10249${path}`)).text();
    expect(await page('/proxyMode')).toBe('userspace');
    expect(await page('/metrics')).toMatch(/^kubeproxy_sync_proxy_rules_endpoint_changes_total [1-9]/m);
    expect(await page('/metrics')).toMatch(/^kubeproxy_proxy_healthz_total\{code="200"\} [1-9]/m);
  });

  it('follows a policy that changes', async () => {
    const at = (policy: string) =>
      service('moved', 4, { internalTrafficPolicy: policy, externalTrafficPolicy: policy });
    await node.kubectl.apply(at('Cluster'), slice('moved', { foreign: {} }));
    await answers('moved', 4, ['foreign'], ['foreign']);
    await node.kubectl.apply(at('Local'));
    await answers('moved', 4, REFUSED, REFUSED);
    await node.kubectl.apply(at('Cluster'));
    await answers('moved', 4, ['foreign'], ['foreign']);
  });

  it('keeps a client with one pod of the node, and never with one that is not its', async () => {
    const local = { internalTrafficPolicy: 'Local', externalTrafficPolicy: 'Local' };
    const sticky = (policy: Fields) => service('sticky', 5, { sessionAffinity: 'ClientIP', ...policy });
    await node.kubectl.apply(sticky({}), slice('sticky', { foreign: {} }));
    await answers('sticky', 5, ['foreign'], ['foreign']);
    await node.kubectl.apply(sticky(local));
    await answers('sticky', 5, REFUSED, REFUSED);
    await node.kubectl.apply(slice('sticky', { 'local-a': {}, 'local-b': {}, foreign: {} }));
    const ip = await clusterIp('sticky');
    const first = await eventually(
      () => everybody(() => overHttp(ip, 80)),
      names => {
        expect(names).toHaveLength(1);
        expect(['local-a', 'local-b']).toContain(names[0]);
      },
    );
    const [kept = ''] = first;
    await node.kubectl.apply(
      slice('sticky', { [kept]: { ready: false, serving: false }, [other(kept)]: {}, foreign: {} }),
    );
    await answers('sticky', 5, [other(kept)], [other(kept)]);
    await node.kubectl.apply(slice('sticky', { [kept]: {}, [other(kept)]: {}, foreign: {} }));
    await new Promise(resume => setTimeout(resume, 300));
    expect(await everybody(() => overHttp(ip, 80))).toEqual([other(kept)]);
  });
});

const other = (name: string): string => (name === 'local-a' ? 'local-b' : 'local-a');

/** All that answer over some requests, or that the first of them was refused. */
async function everybody(ask: () => Promise<string>): Promise<readonly string[] | typeof REFUSED> {
  const found = new Set<string>();
  for (let i = 0; i < 16 && !found.has(REFUSED); i++) found.add(await ask());
  return found.size === 1 && found.has(REFUSED) ? REFUSED : [...found].sort();
}

/** The hostname of who answers, or the error's code. */
const overHttp = (host: string, port: number): Promise<string> =>
  new Promise(done => {
    const request = get({ host, port, path: '/hostname', agent: false, timeout: 3_000 }, answer => {
      let body = '';
      answer.on('data', (chunk: Buffer) => (body += chunk.toString()));
      answer.once('end', () => done(body.trim()));
    });
    request.once('timeout', () => request.destroy(new Error('nobody answers')));
    request.once('error', (error: NodeJS.ErrnoException) => done(error.code ?? error.message));
  });

/**
 * The same of one datagram from a socket of its own, which hears of a refusal because it is connected; but the
 * kernel says so once a second only (icmp_ratelimit), and so it counts as refused when nobody answers either.
 */
function overUdp(host: string, port: number): Promise<string> {
  const socket = createSocket('udp4');
  return new Promise<string>(done => {
    const timer = setTimeout(() => done(REFUSED), 1_000);
    const end = (text: string): void => {
      clearTimeout(timer);
      done(text);
    };
    socket.once('message', message => end(message.toString().trim().split(' ')[0] ?? ''));
    socket.once('error', (error: NodeJS.ErrnoException) => end(error.code ?? error.message));
    socket.connect(port, host, () => socket.send('hello'));
  }).finally(() => socket.close());
}
