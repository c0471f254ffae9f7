import { decode, encode, type Packet } from 'dns-packet';
import { describe, expect, it } from 'vitest';
import { must } from '../../src/base/must.ts';
import { parseIpRange } from '../../src/base/ip-range.ts';
import { hostWorld } from '../../src/kernel/host-world.ts';
import { silentLogger } from '../../src/kernel/silent-logger.ts';
import { ObjectCache } from '../../src/sdk/object-cache.ts';
import type { Namespace } from '../kinds/core/v1/namespace.ts';
import type { Service } from '../kinds/core/v1/service.ts';
import type { Endpoint } from '../kinds/discovery/v1/endpoint.ts';
import type { EndpointSlice } from '../kinds/discovery/v1/endpoint-slice.ts';
import { AnswerCache } from './answer-cache.ts';
import { clusterView } from './cluster-view.ts';
import { ClusterZone } from './cluster-zone.ts';
import { Resolver } from './resolver.ts';
import { ForwardError } from './upstream.ts';

const metadata = (name: string, labels = {}) => ({
  name,
  namespace: 'default',
  uid: `uid-${name}`,
  resourceVersion: '1',
  creationTimestamp: '2026-01-01T00:00:00Z',
  labels,
});
const service = (name: string, spec: Partial<Service['spec']>): Service => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: metadata(name),
  spec: { type: 'ClusterIP', sessionAffinity: 'None', ...spec },
  status: { loadBalancer: {} },
});
const slice = (owner: string, endpoints: readonly Endpoint[], ports: EndpointSlice['ports'] = []): EndpointSlice => ({
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: metadata(`${owner}-1`, { 'kubernetes.io/service-name': owner }),
  addressType: 'IPv4',
  endpoints,
  ports,
});
const ready = (address: string, hostname?: string): Endpoint => ({
  addresses: [address],
  conditions: { ready: true },
  ...(hostname === undefined ? {} : { hostname }),
});
const fail = (error: unknown): never => {
  throw error;
};

function cluster(
  forward: (query: Buffer) => Promise<Buffer> = () => Promise.reject(new ForwardError('NoServers', 'none')),
) {
  const namespaces = new ObjectCache<Namespace>(fail);
  const services = new ObjectCache<Service>(fail);
  const slices = new ObjectCache<EndpointSlice>(fail);
  const { namespace: _, ...named } = metadata('default');
  namespaces.put({ apiVersion: 'v1', kind: 'Namespace', metadata: named, spec: {}, status: { phase: 'Active' } });
  const http = [{ name: 'http', protocol: 'TCP', port: 80 }] as const;
  services.put(service('web', { clusterIP: '10.43.0.7', clusterIPs: ['10.43.0.7'], ports: http }));
  slices.put(slice('web', [ready('10.42.0.9')], [{ name: 'http', protocol: 'TCP', port: 8080 }]));
  services.put(service('db', { clusterIP: 'None', clusterIPs: ['None'], ports: [{ ...http[0], name: 'sql' }] }));
  const down: Endpoint = { addresses: ['10.42.0.7'], conditions: { ready: false }, hostname: 'db-2' };
  slices.put(
    slice('db', [ready('10.42.0.5', 'db-0'), ready('10.42.0.6'), down], [{ name: 'sql', protocol: 'TCP', port: 5432 }]),
  );
  services.put(service('both', { clusterIP: '10.43.0.8', clusterIPs: ['10.43.0.8', 'fd43::7'], ports: http }));
  services.put(service('bare', { clusterIP: 'None', clusterIPs: ['None'], ports: http }));
  slices.put({ ...slice('bare', [ready('fd42::5', 'bare-0')]), addressType: 'IPv6' });
  services.put(service('empty', { clusterIP: 'None', clusterIPs: ['None'] }));
  services.put(service('out', { type: 'ExternalName', externalName: 'Example.Org' }));
  services.put(service('to-web', { type: 'ExternalName', externalName: 'web.default.svc.cluster.local' }));
  const { clock } = hostWorld();
  const state = { synced: true };
  const resolver = new Resolver({
    zone: new ClusterZone({
      view: clusterView({ namespaces, services, slices }),
      domain: 'cluster.local',
      dnsAddresses: ['10.43.0.10', 'fd43::a'],
    }),
    domain: 'cluster.local',
    ownCidrs: ['10.42.0.0/16', '10.43.0.0/16', 'fd42::/56', 'fd43::/112'].map(text => must(parseIpRange(text), text)),
    upstream: { forward },
    cache: new AnswerCache(clock),
    clock,
    random: { bytes: length => Buffer.alloc(length), uuid: () => '', fraction: () => 0 },
    log: silentLogger,
    isSynced: () => state.synced,
  });
  return { resolver, services, slices, state };
}

interface Asked {
  readonly additionals?: Packet['additionals'];
  readonly transport?: 'udp' | 'tcp';
}
async function ask(
  resolver: Resolver,
  name: string,
  type: string,
  { additionals = [], transport = 'udp' }: Asked = {},
) {
  const query = encode({ type: 'query', id: 77, flags: 0x100, questions: [{ name, type }], additionals });
  return decode(must(await resolver.answer(query, transport), 'a query is answered'));
}
/** `NXDOMAIN`, `NODATA`, or the records. */
async function brief(resolver: Resolver, name: string, type: string): Promise<string> {
  const { rcode, answers = [], authorities = [] } = await ask(resolver, name, type);
  const soa = authorities.some(record => record.type === 'SOA') ? '' : ' without SOA';
  if (rcode !== 'NOERROR') return `${rcode}${rcode === 'NXDOMAIN' ? soa : ''}`;
  if (answers.length === 0) return `NODATA${soa}`;
  return answers.map(record => `${record.type} ${text(record.data)}`).join(', ');
}
const text = (data: unknown): string =>
  typeof data === 'string' ? data : Array.isArray(data) ? data.map(String).join('') : JSON.stringify(data);
const srv = (port: number, target: string, weight = 100): string =>
  `SRV ${JSON.stringify({ priority: 0, weight, port, target })}`;

const web = 'web.default.svc.cluster.local';
const db = 'db.default.svc.cluster.local';

describe('names of the cluster', () => {
  it.each([
    [web, 'A', 'A 10.43.0.7'],
    ['WEB.Default.SVC.Cluster.Local', 'A', 'A 10.43.0.7'],
    [web, 'AAAA', 'NODATA'],
    [web, 'TXT', 'NODATA'],
    [web, 'SRV', srv(80, web)],
    [`_http._tcp.${web}`, 'SRV', srv(80, web)],
    [`_http._tcp.${web}`, 'A', 'NODATA'],
    [`_http._udp.${web}`, 'SRV', 'NXDOMAIN'],
    [`_tcp.${web}`, 'SRV', 'NODATA'],
    [`10-42-0-9.${web}`, 'A', 'A 10.42.0.9'],
    [db, 'A', 'A 10.42.0.5, A 10.42.0.6'],
    [`db-0.${db}`, 'A', 'A 10.42.0.5'],
    [`10-42-0-6.${db}`, 'A', 'A 10.42.0.6'],
    [`db-0.${db}`, 'AAAA', 'NODATA'],
    [`db-2.${db}`, 'A', 'NXDOMAIN'],
    [`_sql._tcp.${db}`, 'SRV', `${srv(5432, `db-0.${db}`, 50)}, ${srv(5432, `10-42-0-6.${db}`, 50)}`],
    ['empty.default.svc.cluster.local', 'A', 'NODATA'],
    ['none.default.svc.cluster.local', 'A', 'NXDOMAIN'],
    ['web.other.svc.cluster.local', 'A', 'NXDOMAIN'],
    ['default.svc.cluster.local', 'A', 'NODATA'],
    ['other.svc.cluster.local', 'A', 'NXDOMAIN'],
    ['svc.cluster.local', 'A', 'NODATA'],
    ['cluster.local', 'A', 'NODATA'],
    ['cluster.local', 'NS', 'NS ns.dns.cluster.local'],
    ['ns.dns.cluster.local', 'A', 'A 10.43.0.10'],
    ['nowhere.cluster.local', 'A', 'NXDOMAIN'],
    ['10-42-0-99.default.pod.cluster.local', 'A', 'A 10.42.0.99'],
    ['10-42-0.default.pod.cluster.local', 'A', 'NXDOMAIN'],
    ['10-42-0-99.other.pod.cluster.local', 'A', 'NXDOMAIN'],
    ['dns-version.cluster.local', 'TXT', 'TXT 1.1.0'],
    ['7.0.43.10.in-addr.arpa', 'PTR', `PTR ${web}`],
    ['5.0.42.10.in-addr.arpa', 'PTR', `PTR db-0.${db}`],
    ['8.0.42.10.in-addr.arpa', 'PTR', 'NXDOMAIN'],
    ['both.default.svc.cluster.local', 'A', 'A 10.43.0.8'],
    ['both.default.svc.cluster.local', 'AAAA', 'AAAA fd43::7'],
    ['bare.default.svc.cluster.local', 'AAAA', 'AAAA fd42::5'],
    ['bare.default.svc.cluster.local', 'A', 'NODATA'],
    ['bare-0.bare.default.svc.cluster.local', 'AAAA', 'AAAA fd42::5'],
    ['ns.dns.cluster.local', 'AAAA', 'AAAA fd43::a'],
    ['fd42--5.default.pod.cluster.local', 'AAAA', 'AAAA fd42::5'],
    ['fd42--5.default.pod.cluster.local', 'A', 'NODATA'],
    ['fd42-5.default.pod.cluster.local', 'AAAA', 'NXDOMAIN'],
    [
      '7.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.3.4.d.f.ip6.arpa',
      'PTR',
      'PTR both.default.svc.cluster.local',
    ],
    [
      '5.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.2.4.d.f.ip6.arpa',
      'PTR',
      'PTR bare-0.bare.default.svc.cluster.local',
    ],
    ['8.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.2.4.d.f.ip6.arpa', 'PTR', 'NXDOMAIN'],
    ['out.default.svc.cluster.local', 'CNAME', 'CNAME example.org'],
    ['out.default.svc.cluster.local', 'A', 'CNAME example.org'],
    ['to-web.default.svc.cluster.local', 'A', `CNAME ${web}, A 10.43.0.7`],
    ['example.org', 'A', 'SERVFAIL'],
  ])('%s %s: %s', async (name, type, expected) => {
    expect(await brief(cluster().resolver, name, type)).toBe(expected);
  });

  it('gives the addresses of what SRV records point to', async () => {
    const { additionals = [] } = await ask(cluster().resolver, `_sql._tcp.${db}`, 'SRV', { transport: 'tcp' });
    expect(additionals.map(({ name, data }) => `${name} ${text(data)}`)).toEqual([
      `db-0.${db} 10.42.0.5`,
      `10-42-0-6.${db} 10.42.0.6`,
    ]);
  });

  it('follow services and endpoints', async () => {
    const { resolver, services, slices } = cluster();
    slices.put(slice('db', [ready('10.42.0.50')]));
    expect(await brief(resolver, db, 'A')).toBe('A 10.42.0.50');
    services.drop(must(services.get('db', 'default'), 'db is there'));
    expect(await brief(resolver, db, 'A')).toBe('NXDOMAIN');
  });

  it('are not denied before the cluster is known', async () => {
    const { resolver, state } = cluster();
    state.synced = false;
    expect(await brief(resolver, web, 'A')).toBe('SERVFAIL');
  });
});

describe('messages', () => {
  it('echo the question as it was spelt, and say who is speaking', async () => {
    const { questions, answers = [], flag_aa } = await ask(cluster().resolver, 'wEb.default.svc.cluster.local', 'A');
    expect(questions?.[0]?.name).toBe('wEb.default.svc.cluster.local');
    expect(answers[0]).toMatchObject({ name: 'wEb.default.svc.cluster.local', ttl: 5 });
    expect(flag_aa).toBe(true);
  });

  it('that do not fit over UDP say so and come whole over TCP and with EDNS', async () => {
    const { resolver, slices } = cluster();
    slices.put(
      slice(
        'db',
        Array.from({ length: 60 }, (_, i) => ready(`10.42.0.${i + 3}`)),
      ),
    );
    const small = await ask(resolver, db, 'A');
    expect(small.flag_tc).toBe(true);
    expect(small.answers?.length).toBe(29);
    const opt = [{ type: 'OPT', name: '.', udpPayloadSize: 4096, flags: 0, options: [] }];
    for (const whole of [
      await ask(resolver, db, 'A', { transport: 'tcp' }),
      await ask(resolver, db, 'A', { additionals: opt }),
    ]) {
      expect(whole.flag_tc).toBe(false);
      expect(whole.answers?.length).toBe(60);
    }
    expect((await ask(resolver, db, 'A', { additionals: opt })).additionals).toMatchObject([{ type: 'OPT' }]);
    expect((await ask(resolver, db, 'A')).additionals).toEqual([]);
  });

  it.each([
    ['an answer', 'nothing', Buffer.from('000180000001000000000000', 'hex')],
    ['half a header', 'nothing', Buffer.from('0001', 'hex')],
    ['no question', 'FORMERR', Buffer.from('000100000000000000000000', 'hex')],
    ['a name without its end', 'FORMERR', Buffer.from('00010000000100000000000003616263', 'hex')],
    ['a compressed question', 'FORMERR', Buffer.from('000100000001000000000000c00c00010001', 'hex')],
    ['another class', 'REFUSED', Buffer.from('0001000000010000000000000000010003', 'hex')],
    ['an update', 'NOTIMP', Buffer.from('0001280000010000000000000000010001', 'hex')],
  ])('that are %s get %s', async (_, expected, message) => {
    const answer = await cluster().resolver.answer(message, 'udp');
    expect(answer === undefined ? 'nothing' : decode(answer).rcode).toBe(expected);
  });

  it('never make the parser throw', async () => {
    const { resolver } = cluster();
    const whole = encode({ type: 'query', id: 1, questions: [{ name: web, type: 'A' }] });
    for (let at = 0; at < whole.length; at++)
      for (const byte of [0, 1, 0x3f, 0x40, 0x7f, 0xc0, 0xff]) {
        const broken = Buffer.from(whole);
        broken[at] = byte;
        await resolver.answer(broken, 'udp');
        await resolver.answer(broken.subarray(0, at), 'tcp');
      }
  });
});

describe('names of others', () => {
  const answerWith = (ttl: number, asked: Buffer[]) => (query: Buffer) => {
    asked.push(query);
    const { id = 0, questions = [] } = decode(query);
    const answers = [{ name: questions[0]?.name ?? '', type: 'A', ttl, data: '192.0.2.1' }];
    return Promise.resolve(encode({ type: 'response', id, questions, answers }));
  };

  it('are asked for once while their answer is fresh, and spelt as each client spelt them', async () => {
    const asked: Buffer[] = [];
    const { resolver } = cluster(answerWith(60, asked));
    expect(await brief(resolver, 'example.org', 'A')).toBe('A 192.0.2.1');
    const again = await ask(resolver, 'EXAMPLE.org', 'A');
    expect(again).toMatchObject({ id: 77, questions: [{ name: 'EXAMPLE.org' }], answers: [{ data: '192.0.2.1' }] });
    expect(asked).toHaveLength(1);
  });

  it('are asked for each time when their answer must not be kept', async () => {
    const asked: Buffer[] = [];
    const { resolver } = cluster(answerWith(0, asked));
    await ask(resolver, 'example.org', 'A');
    await ask(resolver, 'example.org', 'A');
    expect(asked).toHaveLength(2);
  });

  it('complete an external name', async () => {
    expect(await brief(cluster(answerWith(60, [])).resolver, 'out.default.svc.cluster.local', 'A')).toBe(
      'CNAME example.org, A 192.0.2.1',
    );
  });
});
