import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { once } from 'node:events';
import { decode, encode, type Packet } from 'dns-packet';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { native } from '../../native/index.ts';
import { hostWorld } from '../../src/kernel/host-world.ts';
import { silentLogger } from '../../src/kernel/silent-logger.ts';
import type { FakePod } from '../network/testing/fake-pod.ts';
import { TestNode } from '../network/testing/test-node.ts';
import { AnswerCache } from './answer-cache.ts';
import { ClusterZone } from './cluster-zone.ts';
import { DnsServer } from './dns-server.ts';
import { Resolver } from './resolver.ts';
import { framed, MessageReader } from './stream-framing.ts';
import { Upstream } from './upstream.ts';

let node: TestNode;
let dnsAddress: string;
let client: FakePod;
let socket: UdpSocket;
let server: DnsServer;
let upstreamSocket: UdpSocket;

beforeAll(async () => {
  node = await TestNode.start();
  dnsAddress = node.cidrs.service(10);
  ({ pod: client } = await node.pod('client'));
  socket = createSocket('udp4');
  const fd = native().udpBind(client.netns, '0.0.0.0', 0);
  await new Promise<void>(resolve => socket.bind({ fd }, resolve));

  upstreamSocket = createSocket('udp4');
  upstreamSocket.on('message', (message, from) => {
    const { id = 0, questions = [] } = decode(message);
    if (questions[0]?.name === 'silent.example') return;
    const answers = [{ name: questions[0]?.name ?? '', type: 'A', ttl: 60, data: '192.0.2.1' }];
    const reply = (as: number): void =>
      upstreamSocket.send(encode({ type: 'response', id: as, questions, answers }), from.port, from.address);
    reply(id ^ 1); // what does not match the id must not be believed
    reply(id);
  });
  await new Promise<void>(resolve => upstreamSocket.bind(0, '127.0.0.1', resolve));

  const world = hostWorld();
  const view = {
    hasNamespace: () => true,
    service: () => undefined,
    slicesOf: () => [],
    servicesAt: () => [],
    endpointsAt: () => [],
  };
  const resolver = new Resolver({
    zone: new ClusterZone({ view, domain: 'cluster.local', dnsAddresses: [dnsAddress] }),
    domain: 'cluster.local',
    ownCidrs: [],
    upstream: new Upstream({
      servers: { current: () => Promise.resolve(['127.0.0.1']) },
      timers: { ...world.timers, after: (delayMs, run) => world.timers.after(delayMs / 10, run) },
      random: world.random,
      port: upstreamSocket.address().port,
    }),
    cache: new AnswerCache(world.clock),
    clock: world.clock,
    random: world.random,
    log: silentLogger,
    isSynced: () => true,
  });
  const netns = node.network.serviceNetnsFd;
  server = await DnsServer.start({ native: native(), netns, address: dnsAddress, resolver, log: silentLogger });
});
afterAll(async () => {
  socket.close();
  upstreamSocket.close();
  await server.close();
  await node[Symbol.asyncDispose]();
});

const query = (name: string, type: string): Buffer =>
  encode({ type: 'query', id: 4711, flags: 0x100, questions: [{ name, type }] });
async function overUdp(name: string, type: string): Promise<Packet> {
  const answer = once(socket, 'message', { signal: AbortSignal.timeout(3_000) });
  socket.send(query(name, type), 53, dnsAddress);
  const [message, from] = (await answer) as [Buffer, { readonly address: string }];
  expect(from.address).toBe(dnsAddress);
  return decode(message);
}

describe('the DNS server, asked from a pod', () => {
  it('answers over UDP and TCP from the cluster DNS address', async () => {
    expect(await overUdp('ns.dns.cluster.local', 'A')).toMatchObject({ id: 4711, answers: [{ data: dnsAddress }] });
    const connection = await client.dial(dnsAddress, 53);
    const got: Packet[] = [];
    const reader = new MessageReader(message => got.push(decode(message)));
    connection.on('data', chunk => reader.push(chunk));
    // Two at once, and torn apart: neither may depend on where the stream is cut.
    const both = Buffer.concat([framed(query('ns.dns.cluster.local', 'A')), framed(query('x.cluster.local', 'A'))]);
    for (const part of [both.subarray(0, 1), both.subarray(1, 20), both.subarray(20)]) {
      connection.write(part);
      await new Promise(resolve => setTimeout(resolve, 5));
    }
    await expect.poll(() => got.map(({ rcode }) => rcode)).toEqual(['NOERROR', 'NXDOMAIN']);
    connection.destroy();
  });

  it('passes other names on, and says SERVFAIL in time when nobody answers', async () => {
    expect(await overUdp('example.org', 'A')).toMatchObject({ id: 4711, answers: [{ data: '192.0.2.1' }] });
    expect(await overUdp('silent.example', 'A')).toMatchObject({ id: 4711, rcode: 'SERVFAIL' });
  });
});
