import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { native } from '../../native/index.ts';
import type { Backends, ServicePump } from '../../native/network.ts';
import { parseIpv4 } from '../../src/base/ipv4.ts';
import type { FakePod } from '../network/testing/fake-pod.ts';
import { TestNode } from '../network/testing/test-node.ts';
import { openToAll } from './testing/no-policies.ts';

let node: TestNode;
let vip: string;
let welcome: { readonly pod: FakePod; readonly ip: string };
let stranger: { readonly pod: FakePod; readonly ip: string };
let servers: readonly { readonly pod: FakePod; readonly ip: string }[];
let pump: ServicePump;

const numberOf = (address: string): number => parseIpv4(address) ?? 0;
const only = (...addresses: readonly string[]): Uint32Array =>
  Uint32Array.from(
    addresses
      .map(numberOf)
      .toSorted((a, b) => a - b)
      .flatMap(address => [address, address]),
  );

beforeAll(async () => {
  node = await TestNode.start();
  vip = node.cidrs.service(1);
  welcome = await node.pod('welcome');
  stranger = await node.pod('stranger');
  servers = [await node.pod('one'), await node.pod('two')];
  for (const { pod, ip } of servers) await pod.listen(ip, 8080, socket => socket.write(ip));
});
afterAll(() => node[Symbol.asyncDispose]());
beforeEach(() => {
  const netns = node.network.serviceNetnsFd;
  pump = new (native().ServicePump)({ netns, threads: 2, connections: 64, flows: 64, affinityEntries: 64 });
});
afterEach(() => pump.stop());

const backends = (over: Partial<Backends>): Backends => ({
  endpoints: Uint32Array.from(servers.flatMap(({ ip }) => [numberOf(ip), 8080])),
  affinitySeconds: 0,
  ...openToAll,
  ...over,
});
const listen = (over: Partial<Backends>, protocol: 'TCP' | 'UDP' = 'TCP'): number =>
  pump.listen({ protocol, netns: node.network.serviceNetnsFd, address: vip, port: 80 }, backends(over));

/** Who answered first, or the error's code. */
async function asked({ pod }: { readonly pod: FakePod }): Promise<string> {
  try {
    const socket = await pod.dial(vip, 80, 300);
    const [first] = await Promise.race([once(socket, 'data'), once(socket, 'close')]);
    socket.destroy();
    return Buffer.isBuffer(first) ? first.toString() : 'closed';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error);
  }
}
const [first, second] = [() => servers[0]?.ip ?? '', () => servers[1]?.ip ?? ''];

describe('whom the pump connects', () => {
  it('is not even answered, as by a router that drops it, where it may reach nobody', async () => {
    const mine = only(welcome.ip);
    const id = listen({ admitted: [mine, mine], answered: mine });
    expect(await asked(stranger)).toBe('ETIMEDOUT');
    expect([first(), second()]).toContain(await asked(welcome));
    pump.put(id, backends({}));
    expect([first(), second()]).toContain(await asked(stranger));
    pump.put(id, backends({ admitted: [only(), only()], answered: only() }));
    expect(await asked(welcome)).toBe('ETIMEDOUT');
    expect(pump.stats().connections).toBe(2);
  });

  it('reaches those backends only that it may', async () => {
    listen({ admitted: [only(welcome.ip), only(stranger.ip)], answered: only(welcome.ip, stranger.ip) });
    for (let i = 0; i < 12; i++) {
      expect(await asked(welcome)).toBe(first());
      expect(await asked(stranger)).toBe(second());
    }
  });

  it('is another backend than affinity says, where it may not reach that any more', async () => {
    const affinitySeconds = 60;
    const id = listen({ affinitySeconds });
    const before = await asked(welcome);
    const isFirst = before === first();
    pump.put(id, backends({ affinitySeconds, admitted: [isFirst ? only() : null, isFirst ? null : only()] }));
    for (let i = 0; i < 6; i++) expect(await asked(welcome)).toBe(isFirst ? second() : first());
  });

  it('is refused after all where it is answered, as when there are more ranges than a filter takes', async () => {
    const far = Uint32Array.from({ length: 1_202 }, (_, i) => 10 * Math.floor(i / 2) + 1);
    listen({ admitted: [far, far], answered: far });
    expect(await asked(stranger)).toBe('ECONNRESET');
  });

  it('is cut off when it may not be connected any more; others go on', async () => {
    const id = listen({});
    const [cut, kept] = [await stranger.pod.dial(vip, 80), await welcome.pod.dial(vip, 80)];
    await Promise.all([once(cut, 'data'), once(kept, 'data')]);
    const mine = only(welcome.ip);
    const ended = once(cut, 'error');
    pump.put(id, backends({ admitted: [mine, mine], answered: mine }));
    expect(await ended).toMatchObject([{ code: 'ECONNRESET' }]);
    expect(pump.stats().openConnections).toBe(1);
    kept.destroy();
  });

  it('is told so by datagrams too: flows end, and no new ones begin', async () => {
    const bound = async ({ pod, ip }: { readonly pod: FakePod; readonly ip: string }): Promise<Socket> => {
      const socket = createSocket('udp4');
      await new Promise<void>(done => socket.bind({ fd: native().udpBind(pod.netns, ip, 8080) }, done));
      return socket;
    };
    const answering = await Promise.all(servers.map(bound));
    for (const socket of answering) socket.on('message', (_, { port, address }) => socket.send('x', port, address));
    const client = await bound(stranger);
    const isAnswered = async (): Promise<boolean> => {
      const answer = once(client, 'message', { signal: AbortSignal.timeout(300) });
      client.send('x', 80, vip);
      return answer.then(
        () => true,
        () => false,
      );
    };
    const id = listen({}, 'UDP');
    expect(await isAnswered()).toBe(true);
    pump.put(id, backends({ admitted: [only(welcome.ip), only(welcome.ip)] }));
    expect(await isAnswered()).toBe(false);
    expect(pump.stats().openFlows).toBe(0);
    pump.put(id, backends({}));
    expect(await isAnswered()).toBe(true);
    for (const socket of [...answering, client]) socket.close();
  });
});
