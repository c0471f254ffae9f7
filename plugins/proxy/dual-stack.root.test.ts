import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { closeSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { native } from '../../native/index.ts';
import type { Backends, ServicePump } from '../../native/network.ts';
import { rangesOfAddresses } from '../../src/base/address-ranges.ts';
import { parseIpNumber, wordsOf } from '../../src/base/ip-number.ts';
import { must } from '../../src/base/must.ts';
import { hostWorld } from '../../src/kernel/host-world.ts';
import type { FakePod } from '../network/testing/fake-pod.ts';
import { TestNode } from '../network/testing/test-node.ts';
import { startPump } from './listeners.ts';
import { openToAll } from './testing/no-policies.ts';
import { TestProxier } from './testing/test-proxier.ts';
import { endpoint, service, slice } from './testing/wire-objects.ts';

interface TestPod {
  readonly pod: FakePod;
  readonly ip: string;
  readonly ips: readonly string[];
}

let node: TestNode;
let client: TestPod;
let server: TestPod;
let pump: ServicePump;

beforeAll(async () => {
  node = await TestNode.start('both');
  client = await node.pod('client');
  server = await node.pod('server');
  for (const ip of server.ips) await server.pod.listen(ip, 8080, socket => socket.pipe(socket));
  pump = startPump(native(), { netns: node.network.serviceNetnsFd, threads: 2, descriptors: 20_000 });
});
afterAll(async () => {
  pump.stop();
  await node[Symbol.asyncDispose]();
});

const ipv6Of = ({ ips }: TestPod): string => ips[1] ?? '';
const clusterIpv6 = (n: number): string => node.cidrs.serviceCidrIpv6.replace('/112', n.toString(16));

describe('pods of a node with both families', () => {
  it('have an address of each, and speak with each other and the node by both', async () => {
    expect(client.ips.map(ip => ip.includes(':'))).toEqual([false, true]);
    for (const ip of server.ips) {
      expect((await client.pod.exchange(ip, 8080, 'hello')).toString()).toBe('hello');
      closeSync(await native().tcpDial(null, ip, 8080, 2_000));
    }
  });

  it('are refused at once where nobody is, and by addresses of services without endpoints', async () => {
    const nobody = ipv6Of(server).replace(/[0-9a-f]+$/, 'f0');
    for (const address of [nobody, clusterIpv6(99)])
      await expect(client.pod.dial(address, 80)).rejects.toMatchObject({
        code: expect.stringMatching(/ECONNREFUSED|EHOSTUNREACH|ENETUNREACH/) as string,
      });
  });

  it('have theirs again after a detach and an attach, and lose the routes in between', async () => {
    const { ips } = await node.pod('gone');
    const routes = async () => (await native().networkRoutes(null, 6)).map(({ to }) => to.address);
    expect(await routes()).toContain(ips[1]);
    await node.network.detach('gone');
    expect(await routes()).not.toContain(ips[1]);
  });
});

describe('a service of both families', () => {
  it('is reached at the address of each, whose backends are of that family, and at node ports', async () => {
    const [nodeAddress] = node.network.nodeAddresses;
    const { serviceNetnsFd: serviceNetns } = node.network;
    const addresses = ['127.0.0.1', nodeAddress, '::1'];
    using proxier = new TestProxier(pump, hostWorld(), { serviceNetns, addresses });
    const nodePort = 31_000 + randomInt(1_000);
    const clusterIPs = [node.cidrs.service(7), clusterIpv6(7)];
    const ports = [{ name: 'http', protocol: 'TCP', port: 80, nodePort } as const];
    const spec = { clusterIP: clusterIPs[0] ?? '', clusterIPs, type: 'NodePort' as const, ports };
    proxier.services.put(service(spec));
    proxier.slices.put(slice([endpoint(server.ip)]));
    await expect(client.pod.dial(clusterIpv6(7), 80)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    proxier.slices.put(slice([endpoint(ipv6Of(server))], { name: 'web-2', addressType: 'IPv6' }));
    const payload = Buffer.alloc(300_000, 'x');
    for (const address of clusterIPs)
      expect((await client.pod.exchange(address, 80, payload)).equals(payload)).toBe(true);
    for (const address of ['127.0.0.1', '::1']) closeSync(await native().tcpDial(null, address, nodePort, 2_000));
    proxier.services.put(service({ ...spec, clusterIPs: clusterIPs.slice(0, 1) }));
    await expect(client.pod.dial(clusterIpv6(7), 80)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await expect(native().tcpDial(null, '::1', nodePort, 2_000)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });
});

describe('the pump, of IPv6', () => {
  const words = (...addresses: readonly string[]): readonly number[] =>
    rangesOfAddresses(addresses.map(address => must(parseIpNumber(address), address))).flatMap(({ first, last }) => [
      ...wordsOf(first),
      ...wordsOf(last),
    ]);
  const backends = (over: Partial<Backends> = {}): Backends => ({
    ...openToAll,
    family: 6,
    affinitySeconds: 0,
    endpoints: Uint32Array.from([...words(ipv6Of(server)).slice(0, 4), 8080]),
    ...over,
  });
  const listen = (protocol: 'TCP' | 'UDP', port: number, given: Backends): number =>
    pump.listen({ protocol, netns: node.network.serviceNetnsFd, address: clusterIpv6(1), port }, given);
  const isAnswered = async ({ pod }: TestPod, port: number): Promise<boolean | string> => {
    try {
      (await pod.dial(clusterIpv6(1), port, 300)).destroy();
      return true;
    } catch (error) {
      return (error as NodeJS.ErrnoException).code ?? '';
    }
  };

  it('drops the SYNs of whoever is not admitted, by each bound of each range', async () => {
    const own = must(parseIpNumber(ipv6Of(client)), 'an address');
    const at = (offset: bigint): readonly number[] => wordsOf(BigInt(own) + offset);
    const cases: readonly (readonly [string, readonly (readonly [bigint, bigint])[], boolean])[] = [
      ['itself', [[0n, 0n]], true],
      ['a range that ends there', [[-9n, 0n]], true],
      ['a range that begins there', [[0n, 9n]], true],
      [
        'the second of two',
        [
          [-9n, -7n],
          [-1n, 1n],
        ],
        true,
      ],
      ['one before', [[-9n, -1n]], false],
      ['one behind', [[1n, 9n]], false],
      [
        'two around',
        [
          [-(1n << 100n), -1n],
          [1n, 1n << 100n],
        ],
        false,
      ],
      ['all', [[-BigInt(own), (1n << 128n) - 1n - BigInt(own)]], true],
      ['nobody', [], false],
    ];
    for (const [index, [name, ranges, isIn]] of cases.entries()) {
      const answered = Uint32Array.from(ranges.flatMap(([first, last]) => [...at(first), ...at(last)]));
      listen('TCP', 1_000 + index, backends({ admitted: [answered], answered }));
      expect([name, await isAnswered(client, 1_000 + index)]).toEqual([name, isIn || 'ETIMEDOUT']);
    }
  });

  it('resets whoever is not of the allowed sources', async () => {
    listen('TCP', 90, backends({ allowedSources: Uint32Array.from(words(ipv6Of(server))) }));
    await expect(client.pod.exchange(clusterIpv6(1), 90, 'x')).rejects.toThrow();
    listen('TCP', 91, backends({ allowedSources: Uint32Array.from(words(ipv6Of(client))) }));
    expect((await client.pod.exchange(clusterIpv6(1), 91, 'x')).toString()).toBe('x');
  });

  it('carries datagrams there and back, from the address that was asked', async () => {
    const open = async (netns: number, address: string, port: number) => {
      const socket = createSocket('udp6');
      await new Promise<void>(resolve => socket.bind({ fd: native().udpBind(netns, address, port) }, resolve));
      return socket;
    };
    const answering = await open(server.pod.netns, ipv6Of(server), 8080);
    answering.on('message', (message, { port, address }) => answering.send(`${String(message)}!`, port, address));
    const id = listen('UDP', 53, backends());
    const asking = await open(client.pod.netns, '::', 4_000);
    const answer = once(asking, 'message');
    asking.send('hello', 53, clusterIpv6(1));
    const [message, from] = (await answer) as [Buffer, { readonly address: string; readonly port: number }];
    expect([message.toString(), from.address, from.port]).toEqual(['hello!', clusterIpv6(1), 53]);
    expect(pump.stats().openFlows).toBe(1);
    pump.close(id);
    expect(pump.stats().openFlows).toBe(0);
    asking.close();
    answering.close();
  });

  it('tries the next backend when one refuses, and ends connections to one that is gone', async () => {
    const both = [...words(ipv6Of(server)).slice(0, 4), 1, ...words(ipv6Of(server)).slice(0, 4), 8080];
    listen('TCP', 92, backends({ endpoints: Uint32Array.from(both) }));
    for (let i = 0; i < 8; i++) expect((await client.pod.exchange(clusterIpv6(1), 92, 'x')).toString()).toBe('x');
    const socket = await client.pod.dial(clusterIpv6(1), 92);
    socket.write('x');
    await once(socket, 'data');
    const failed = once(socket, 'error');
    pump.endAllTo(ipv6Of(server));
    expect(await failed).toMatchObject([{ code: 'ECONNRESET' }]);
  });
});
