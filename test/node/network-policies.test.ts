import { createConnection } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from './eventually.ts';
import { ExecClient } from './exec-client.ts';
import { ENDS, POLICY_CASES, blockCases, WEB, type Asked, type End, type PolicyCase } from './network-policy-cases.ts';
import { nodeFixture, nodeIsRunnable } from './node-fixture.ts';
import { ECHO, object, pod, shell, type PodView, type TestObject } from './objects.ts';
import { RawApi } from './raw-api.ts';

const NAMESPACES = ['x', 'y', 'z'] as const;
const PORTS = [80, 81] as const;
const PROTOCOLS = ['TCP', 'UDP'] as const;
/** Who is not answered so soon is asked again where it should have been. */
const ANSWER_MS = 600;
const split = (end: End): readonly [string, string] => {
  const [namespace = '', name = ''] = end.split('/');
  return [namespace, name];
};

const serving = (port: number) => ({
  name: `serve-${port}`,
  image: ECHO,
  env: [{ name: 'PORT', value: String(port) }],
  ports: PROTOCOLS.map(protocol => ({
    name: `serve-${port}-${protocol.toLowerCase()}`,
    containerPort: port,
    protocol,
  })),
});

const endObjects = (end: End): readonly TestObject[] => {
  const [namespace, name] = split(end);
  const metadata = { namespace, labels: { pod: name } };
  const ports = PORTS.flatMap(port =>
    PROTOCOLS.map(protocol => ({ name: `p${port}-${protocol.toLowerCase()}`, port, protocol })),
  );
  return [
    pod(name, {}, { containers: PORTS.map(serving) }, metadata),
    { ...object('v1', 'Service', name, { spec: { selector: { pod: name }, ports } }), metadata: { name, namespace } },
  ];
};

interface ServiceView {
  readonly spec: { readonly clusterIP: string };
}

/** Upstream's table: three namespaces of three pods, each asks each, by its own address and by that of its service. */
describe.skipIf(!nodeIsRunnable('what network policies let through is'))('network policies', () => {
  const node = nodeFixture(25);
  let api: RawApi;
  const addresses = new Map<End, { readonly pod: string; readonly service: string }>();
  const addressOf = (end: End): string => addresses.get(end)?.pod ?? '';

  beforeAll(async () => {
    await node.kubectl.apply(
      ...NAMESPACES.map(name => ({ ...object('v1', 'Namespace', name, {}), metadata: { name, labels: { ns: name } } })),
    );
    await node.kubectl.apply(...ENDS.flatMap(endObjects));
    for (const namespace of NAMESPACES)
      await node.kubectl.run('wait', '-n', namespace, '--for=condition=Ready', 'pod', '--all', '--timeout=90s');
    api = await RawApi.from(node.server.kubeconfig);
    for (const end of ENDS) {
      const [namespace, name] = split(end);
      const { status } = await api.json<PodView>(`/api/v1/namespaces/${namespace}/pods/${name}`);
      const { spec } = await api.json<ServiceView>(`/api/v1/namespaces/${namespace}/services/${name}`);
      addresses.set(end, { pod: status.podIP ?? '', service: spec.clusterIP });
    }
  }, 120_000);
  afterEach(async () => {
    for (const namespace of NAMESPACES) await withoutPolicies(namespace);
  });
  afterAll(() => api.close());

  async function withoutPolicies(namespace: string): Promise<void> {
    const { code } = await api.send('DELETE', `/apis/networking.k8s.io/v1/namespaces/${namespace}/networkpolicies`);
    expect(code).toBe(200);
  }

  /** Whom each end was answered by, all asking all at once: `from way to`. */
  async function answered({ port, protocol }: Asked): Promise<ReadonlySet<string>> {
    const ways = new Map(
      ENDS.flatMap(to => (['pod', 'service'] as const).map(way => [addresses.get(to)?.[way] ?? '', `${way} ${to}`])),
    );
    const answers = await Promise.all(
      ENDS.map(async from => {
        const question = ['/ask', protocol.toLowerCase(), String(port), String(ANSWER_MS), ...ways.keys()];
        const [namespace, name] = split(from);
        const said = await ExecClient.printed(api, { namespace, pod: name, container: 'serve-80' }, question);
        return said.split('\n').flatMap(ip => (ip === '' ? [] : [`${from} ${ways.get(ip) ?? ip}`]));
      }),
    );
    return new Set(answers.flat());
  }

  async function untilHolds(asked: Asked, denied: (from: End, to: End) => boolean): Promise<void> {
    const wanted = ENDS.flatMap(from =>
      ENDS.flatMap(to => (from !== to && denied(from, to) ? [] : [`${from} pod ${to}`, `${from} service ${to}`])),
    );
    await eventually(
      () => answered(asked),
      found =>
        expect({
          denied: wanted.filter(each => !found.has(each)),
          allowed: [...found].filter(each => !wanted.includes(each)).sort(),
        }).toEqual({ denied: [], allowed: [] }),
    );
  }

  const check = async ({ policies, denied }: PolicyCase): Promise<void> => {
    await node.kubectl.apply(...policies);
    for (const [asked, isDenied] of denied) await untilHolds(asked, isDenied);
  };

  it('let everybody speak with everybody where there are none', () => untilHolds(WEB, () => false), 60_000);

  it.each(POLICY_CASES)('$title', check, 120_000);

  it('tell blocks of addresses', async () => {
    for (const each of blockCases(addressOf)) {
      await check(each);
      await withoutPolicies('x');
    }
  }, 240_000);

  it('follow pods, namespaces and themselves as they change', async () => {
    const deny = { podSelector: { matchLabels: { pod: 'a' } } };
    const put = (from: readonly unknown[]) =>
      node.kubectl.apply({
        ...object('networking.k8s.io/v1', 'NetworkPolicy', 'changing', { spec: { ...deny, ingress: [{ from }] } }),
        metadata: { name: 'changing', namespace: 'x' },
      });
    const only = (allowed: (end: End) => boolean) => untilHolds(WEB, (from, to) => to === 'x/a' && !allowed(from));
    await put([{ namespaceSelector: { matchLabels: { ns: 'y2' } } }]);
    await only(() => false);
    await node.kubectl.run('label', 'namespace', 'y', 'ns=y2', '--overwrite');
    await only(end => end.startsWith('y/'));
    await node.kubectl.run('label', 'namespace', 'y', 'ns=y', '--overwrite');
    await put([{ podSelector: { matchLabels: { also: 'new' } } }]);
    await only(() => false);
    await node.kubectl.run('label', 'pod', '-n', 'x', 'b', 'also=new');
    await only(end => end === 'x/b');
    await node.kubectl.run('label', 'pod', '-n', 'x', 'b', 'also-');
    await only(() => false);
    await node.kubectl.run('delete', 'networkpolicy', '-n', 'x', 'changing');
    await untilHolds(WEB, () => false);
  }, 240_000);

  it('are in force before a container of a new pod has done anything', async () => {
    await node.kubectl.apply({
      ...object('networking.k8s.io/v1', 'NetworkPolicy', 'silent', {
        spec: { podSelector: { matchLabels: { pod: 'hasty' } }, policyTypes: ['Egress'] },
      }),
      metadata: { name: 'silent', namespace: 'x' },
    });
    const to = addresses.get('y/a');
    // Its very first words; an allowed pod beside it shows that they would have been heard.
    const ask = ['/ask', 'tcp', '80', '2000', to?.pod, to?.service];
    const once = { restartPolicy: 'Never' };
    for (const name of ['hasty', 'free'])
      await node.kubectl.apply(
        pod(name, { name: 'main', image: ECHO, command: ask }, once, { namespace: 'x', labels: { pod: name } }),
      );
    const log = async (name: string): Promise<string> => {
      await eventually(
        () => node.kubectl.json<PodView>('get', 'pod', '-n', 'x', name),
        ({ status }) => expect(status.phase).toBe('Succeeded'),
      );
      return node.kubectl.run('logs', '-n', 'x', name);
    };
    expect((await log('free')).trim().split('\n').sort()).toEqual([to?.pod, to?.service].sort());
    expect(await log('hasty')).toBe('');
  }, 60_000);

  it('let names be asked for where they allow what upstream calls its name servers', async () => {
    const out = (egress: readonly unknown[]) =>
      node.kubectl.apply({
        ...object('networking.k8s.io/v1', 'NetworkPolicy', 'names', {
          spec: { podSelector: { matchLabels: { pod: 'asking' } }, policyTypes: ['Egress'], egress },
        }),
        metadata: { name: 'names', namespace: 'x' },
      });
    const name = 'b.y.svc.cluster.local';
    const ask = async () =>
      (await node.kubectl.answer(['exec', '-n', 'x', 'asking', '--', 'timeout', '3', 'nslookup', name])).code;
    await node.kubectl.apply(pod('asking', shell('sleep 3600'), {}, { namespace: 'x', labels: { pod: 'asking' } }));
    await node.kubectl.run('wait', '-n', 'x', '--for=condition=Ready', 'pod/asking', '--timeout=90s');
    expect(await ask()).toBe(0);
    await out([]);
    await eventually(ask, code => expect(code).not.toBe(0));
    await out([
      {
        to: [
          {
            namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } },
            podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } },
          },
        ],
        ports: [{ port: 53, protocol: 'UDP' }],
      },
    ]);
    await eventually(ask, code => expect(code).toBe(0));
  }, 60_000);

  it('never keep the node from its pods, and hold for what is connected already', async () => {
    const client = createConnection({ host: addressOf('x/a'), port: 80 });
    await new Promise((done, failed) => client.once('connect', done).once('error', failed));
    await node.kubectl.apply(pod('talking', shell('sleep 3600'), {}, { namespace: 'y' }));
    await node.kubectl.run('wait', '-n', 'y', '--for=condition=Ready', 'pod/talking', '--timeout=90s');
    const talk = node.kubectl.start('exec', '-n', 'y', 'talking', '--', 'sh', '-c', CHATTER(addressOf('x/a')));
    await eventually(
      async () => talk.output,
      text => expect(text.match(/HTTP\/1.1 200/g)?.length ?? 0).toBeGreaterThan(1),
    );
    await node.kubectl.apply({
      ...object('networking.k8s.io/v1', 'NetworkPolicy', 'deny', { spec: { podSelector: {} } }),
      metadata: { name: 'deny', namespace: 'x' },
    });
    await untilHolds(WEB, (_, to) => to.startsWith('x/'));
    const heard = talk.output.length;
    const answer = new Promise(done => client.once('data', done));
    client.write('GET /hostname HTTP/1.1\r\nHost: a\r\n\r\n');
    expect(String(await answer)).toContain('200');
    await new Promise(resume => setTimeout(resume, 2_000));
    expect(talk.output.length).toBe(heard);
    client.destroy();
    await talk[Symbol.asyncDispose]();
  }, 120_000);
});

/** Asks twice a second over one connection. */
const CHATTER = (ip: string): string =>
  `while :; do printf 'GET /hostname HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n'; sleep 0.5; done | nc ${ip} 80`;
