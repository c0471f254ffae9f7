import { spawn, type ChildProcess } from 'node:child_process';
import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import type { Socket } from 'node:net';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { native } from '../../native/index.ts';
import type { Backends, ServicePump } from '../../native/network.ts';
import { parseIpv4 } from '../../src/base/ipv4.ts';
import type { FakePod } from '../network/testing/fake-pod.ts';
import { TestNode } from '../network/testing/test-node.ts';
import { openToAll } from './testing/no-policies.ts';

let node: TestNode;
let vip: string;
let client: FakePod;
let server: FakePod;
let serverIp: string;
let pump: ServicePump;

beforeAll(async () => {
  node = await TestNode.start();
  vip = node.cidrs.service(1);
  ({ pod: client } = await node.pod('client'));
  ({ pod: server, ip: serverIp } = await node.pod('server'));
});
afterAll(() => node[Symbol.asyncDispose]());
beforeEach(() => {
  pump = new (native().ServicePump)({
    netns: node.network.serviceNetnsFd,
    threads: 2,
    connections: 64,
    flows: 64,
    affinityEntries: 64,
  });
});
afterEach(() => pump.stop());

const to = (...endpoints: readonly (readonly [string, number])[]): Backends => ({
  endpoints: Uint32Array.from(endpoints.flatMap(([address, port]) => [parseIpv4(address) ?? 0, port])),
  affinitySeconds: 0,
  ...openToAll,
});
const listen = (protocol: 'TCP' | 'UDP', port: number, backends: Backends): number =>
  pump.listen({ protocol, netns: node.network.serviceNetnsFd, address: vip, port }, backends);

const echo = (socket: Socket): unknown => socket.pipe(socket);

describe('TCP through the pump', () => {
  it('carries 300 KB each way with a half-close, many at once', async () => {
    await server.listen(serverIp, 8001, echo);
    listen('TCP', 80, to([serverIp, 8001]));
    const payload = randomBytes(300_000);
    const answers = await Promise.all(Array.from({ length: 40 }, () => client.exchange(vip, 80, payload)));
    expect(answers.every(answer => answer.equals(payload))).toBe(true);
  });

  it('carries bulk, which is spliced, whole and in order', async () => {
    const payload = randomBytes(8 * 1024 * 1024);
    await server.listen(serverIp, 8002, socket => socket.end(payload));
    listen('TCP', 80, to([serverIp, 8002]));
    expect((await client.exchange(vip, 80, '')).equals(payload)).toBe(true);
  });

  it('hears a backend that speaks first, however soon it does', async () => {
    await server.listen(serverIp, 8013, socket => socket.end('220 ready'));
    listen('TCP', 80, to([serverIp, 8013]));
    const ask = async (): Promise<void> => {
      for (let times = 0; times < 30; times++) {
        const socket = await client.dial(vip, 80);
        const [greeting] = (await once(socket, 'data')) as [Buffer];
        expect(greeting.toString()).toBe('220 ready');
        socket.destroy();
      }
    };
    await Promise.all(Array.from({ length: 20 }, ask));
  });

  it('holds back a fast sender while the receiver does not read', async () => {
    let held: Socket | undefined;
    await server.listen(serverIp, 8003, socket => {
      held = socket.pause();
    });
    listen('TCP', 80, to([serverIp, 8003]));
    const payload = randomBytes(32 * 1024 * 1024);
    const sender = await client.dial(vip, 80);
    sender.end(payload);
    await expect.poll(() => held, { timeout: 30_000 }).toBeDefined();
    await new Promise(resolve => setTimeout(resolve, 100));
    expect(sender.writableLength).toBeGreaterThan(0);
    const chunks: Buffer[] = [];
    held?.on('data', (chunk: Buffer) => chunks.push(chunk)).resume();
    if (held !== undefined) await once(held, 'end');
    expect(Buffer.concat(chunks).equals(payload)).toBe(true);
    sender.destroy();
  });

  it('passes a reset on, in both directions', async () => {
    await server.listen(serverIp, 8004, socket => socket.once('data', () => socket.resetAndDestroy()));
    listen('TCP', 80, to([serverIp, 8004]));
    await expect(client.exchange(vip, 80, 'x')).rejects.toMatchObject({ code: 'ECONNRESET' });

    const reset = new Promise<NodeJS.ErrnoException>(resolve => {
      void server.listen(serverIp, 8005, socket => socket.on('error', resolve));
    });
    listen('TCP', 81, to([serverIp, 8005]));
    const socket = await client.dial(vip, 81);
    socket.write('x');
    await new Promise(resolve => setTimeout(resolve, 50));
    socket.resetAndDestroy();
    expect(await reset).toMatchObject({ code: 'ECONNRESET' });
  });

  it('tries the next backend when one refuses or has no route, and resets the client when none is left', async () => {
    await server.listen(serverIp, 8006, socket => socket.end('alive'));
    listen('TCP', 80, to([serverIp, 1], [node.cidrs.pod(200), 1], [serverIp, 8006]));
    for (let i = 0; i < 4; i++) expect((await client.exchange(vip, 80, '')).toString()).toBe('alive');
    listen('TCP', 81, to([serverIp, 1]));
    await expect(client.exchange(vip, 81, 'x')).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(pump.stats()).toMatchObject({ undeliverable: 1 });
  });

  it('spreads over backends, follows a change for new connections only, and refuses once closed', async () => {
    const counts = new Map<string, number>();
    for (const name of ['a', 'b'])
      await server.listen(serverIp, name === 'a' ? 8007 : 8008, socket =>
        socket.on('data', data => socket.write(`${name}${data.toString()}`)),
      );
    const id = listen('TCP', 80, to([serverIp, 8007], [serverIp, 8008]));
    const ask = async (): Promise<string> => {
      const socket = await client.dial(vip, 80);
      socket.write('?');
      const [answer] = (await once(socket, 'data')) as [Buffer];
      socket.destroy();
      return answer.toString();
    };
    for (let i = 0; i < 40; i++) {
      const answer = await ask();
      counts.set(answer, (counts.get(answer) ?? 0) + 1);
    }
    expect(Math.min(...['a?', 'b?'].map(answer => counts.get(answer) ?? 0))).toBeGreaterThan(4);

    const lasting = await client.dial(vip, 80);
    lasting.write('1');
    await once(lasting, 'data');
    pump.put(id, to([serverIp, 8008]));
    for (let i = 0; i < 10; i++) expect(await ask()).toBe('b?');
    pump.close(id);
    await expect(client.dial(vip, 80)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    lasting.write('2');
    await once(lasting, 'data');
    lasting.destroy();
    listen('TCP', 80, to([serverIp, 8007]));
    expect(await ask()).toBe('a?');
  });

  it('keeps a client with its backend while affinity lasts and the backend is there', async () => {
    for (const port of [8009, 8010, 8011]) await server.listen(serverIp, port, socket => socket.end(String(port)));
    const sticky = (...ports: readonly number[]): Backends => ({
      ...to(...ports.map(port => [serverIp, port] as const)),
      affinitySeconds: 10_800,
    });
    const id = listen('TCP', 80, sticky(8009, 8010, 8011));
    const ask = async (): Promise<number> => Number(await client.exchange(vip, 80, ''));
    const first = await ask();
    for (let i = 0; i < 12; i++) expect(await ask()).toBe(first);
    const others = [8009, 8010, 8011].filter(port => port !== first);
    pump.put(id, sticky(...others));
    const second = await ask();
    expect(others).toContain(second);
    pump.put(id, sticky(8009, 8010, 8011));
    for (let i = 0; i < 12; i++) expect(await ask()).toBe(second);
  });

  it('forgets a client that stayed away for longer than affinity lasts', async () => {
    const ports = [8021, 8022, 8023, 8024, 8025];
    for (const port of ports) await server.listen(serverIp, port, socket => socket.end(String(port)));
    listen('TCP', 80, { ...to(...ports.map(port => [serverIp, port] as const)), affinitySeconds: 1 });
    const ask = async (): Promise<string> => (await client.exchange(vip, 80, '')).toString();
    const first = await ask();
    await expect.poll(ask, { timeout: 60_000, interval: 1_200 }).not.toBe(first);
  });

  it('resets what is over the limit or not admitted, and serves again when there is room', async () => {
    await server.listen(serverIp, 8012, echo);
    listen('TCP', 80, to([serverIp, 8012]));
    const sockets = await Promise.all(Array.from({ length: 64 }, () => client.dial(vip, 80)));
    for (const socket of sockets) {
      socket.write('x');
      await once(socket, 'data');
    }
    await expect(client.exchange(vip, 80, 'x')).rejects.toMatchObject({ code: 'ECONNRESET' });
    for (const socket of sockets) socket.destroy();
    await expect.poll(() => pump.stats().openConnections).toBe(0);
    expect((await client.exchange(vip, 80, 'x')).toString()).toBe('x');
    listen('TCP', 81, { ...to([serverIp, 8012]), allowedSources: Uint32Array.of(parseIpv4('192.0.2.0') ?? 0, 24) });
    await expect(client.exchange(vip, 81, 'x')).rejects.toMatchObject({ code: 'ECONNRESET' });
  });
});

/**
 * A child between fork and exec has every socket of its parent, and a registration with epoll lives as long as
 * anybody has the socket (epoll(7), Q6). Here the child is one that was given the pump's sockets for good.
 */
describe('a pump whose sockets a child still has', () => {
  const children: ChildProcess[] = [];
  let before: ReadonlyMap<number, readonly number[]>;
  beforeEach(() => {
    pump.stop();
    before = registrations();
    pump = new (native().ServicePump)({
      netns: node.network.serviceNetnsFd,
      threads: 1,
      connections: 64,
      flows: 64,
      affinityEntries: 64,
    });
  });
  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
  });

  /** Epoll descriptors of this process with the descriptors they watch (proc_pid_fdinfo(5)). */
  function registrations(): ReadonlyMap<number, readonly number[]> {
    const found = new Map<number, readonly number[]>();
    for (const fd of readdirSync('/proc/self/fdinfo').map(Number)) {
      const watched = watchedBy(fd);
      if (watched.length > 0) found.set(fd, watched);
    }
    return found;
  }
  function watchedBy(fd: number): readonly number[] {
    try {
      return [...readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8').matchAll(/^tfd:\s+(\d+)/gm)].map(line =>
        Number(line[1]),
      );
    } catch {
      return []; // the descriptor that the folder itself was read by
    }
  }
  const watched = (): readonly number[] =>
    [...registrations()].filter(([fd]) => !before.has(fd)).flatMap(([, descriptors]) => descriptors);
  const give = async (descriptors: readonly number[]): Promise<void> => {
    const child = spawn('sleep', ['1000'], { stdio: ['ignore', 'ignore', 'ignore', ...descriptors] });
    children.push(child);
    await once(child, 'spawn');
  };

  it('hears no more of connections that it closed', async () => {
    let reset = (): unknown => undefined;
    await server.listen(serverIp, 8031, socket => {
      reset = () => socket.resetAndDestroy();
      echo(socket);
    });
    listen('TCP', 80, to([serverIp, 8031]));
    await expect.poll(() => watched().length).toBe(2);
    const idle = watched();
    const socket = await client.dial(vip, 80);
    socket.on('error', () => undefined).write('x');
    await once(socket, 'data');
    const busy = watched().filter(fd => !idle.includes(fd));
    expect(busy).toHaveLength(2);
    await give(busy);
    reset();
    await expect.poll(() => pump.stats().openConnections).toBe(0);
    expect(watched()).toEqual(idle);
    // The client's end is open in the child, so this reaches the socket that the pump has closed.
    for (let i = 0; i < 10; i++) {
      socket.write('x');
      expect((await client.exchange(vip, 80, 'y')).toString()).toBe('y');
    }
    socket.destroy();
  });

  it('hears no more of flows and ports that it closed', async () => {
    const backend = createSocket('udp4');
    const asking = createSocket('udp4');
    try {
      const [fd, from] = [
        native().udpBind(server.netns, serverIp, 8032),
        native().udpBind(client.netns, '0.0.0.0', 8033),
      ];
      await new Promise<void>(resolve => backend.bind({ fd }, resolve));
      await new Promise<void>(resolve => asking.bind({ fd: from }, resolve));
      const idle = watched();
      const id = listen('UDP', 53, to([serverIp, 8032]));
      asking.send('x', 53, vip);
      const [, flow] = (await once(backend, 'message')) as [
        Buffer,
        { readonly address: string; readonly port: number },
      ];
      const busy = watched().filter(descriptor => !idle.includes(descriptor));
      expect(busy).toHaveLength(2);
      await give(busy);
      pump.close(id);
      expect(watched()).toEqual(idle);
      for (let i = 0; i < 10; i++) {
        backend.send('y', flow.port, flow.address);
        asking.send('x', 53, vip);
      }
      listen('UDP', 54, to([serverIp, 8032]));
      asking.send('z', 54, vip);
      await once(backend, 'message');
    } finally {
      backend.close();
      asking.close();
    }
  });
});

describe('UDP through the pump', () => {
  const sockets: UdpSocket[] = [];
  afterEach(() => {
    for (const socket of sockets.splice(0)) socket.close();
  });
  const bind = async (netns: number, address: string, port: number): Promise<UdpSocket> => {
    const socket = createSocket('udp4');
    sockets.push(socket);
    const fd = native().udpBind(netns, address, port);
    await new Promise<void>(resolve => socket.bind({ fd }, resolve));
    return socket;
  };
  const answering = async (port: number, name: string): Promise<UdpSocket> => {
    const socket = await bind(server.netns, serverIp, port);
    socket.on('message', (data, from) => socket.send(`${name}:${data.toString()}`, from.port, from.address));
    return socket;
  };
  const ask = async (socket: UdpSocket, port: number, text: string): Promise<string> => {
    const answer = once(socket, 'message', { signal: AbortSignal.timeout(1_000) });
    socket.send(text, port, vip);
    const [data, from] = (await answer) as [Buffer, { readonly address: string; readonly port: number }];
    expect(from).toMatchObject({ address: vip, port });
    return data.toString();
  };

  it('answers from the service address, keeps a client on one backend and moves it when that goes', async () => {
    await answering(9001, 'a');
    await answering(9002, 'b');
    const id = listen('UDP', 53, to([serverIp, 9001], [serverIp, 9002]));
    const socket = await bind(client.netns, '0.0.0.0', 4000);
    const first = (await ask(socket, 53, '1'))[0];
    for (let i = 0; i < 8; i++) expect(await ask(socket, 53, 'x')).toBe(`${first}:x`);
    expect(pump.stats().openFlows).toBe(1);
    pump.put(id, to([serverIp, first === 'a' ? 9002 : 9001]));
    expect(await ask(socket, 53, '2')).toBe(`${first === 'a' ? 'b' : 'a'}:2`);
    pump.close(id);
    expect(pump.stats().openFlows).toBe(0);
    await expect(ask(socket, 53, '3')).rejects.toThrow();
  });

  it('carries datagrams of every size, in bursts', async () => {
    await answering(9003, '');
    listen('UDP', 53, to([serverIp, 9003]));
    const socket = await bind(client.netns, '0.0.0.0', 4001);
    expect(await ask(socket, 53, 'x'.repeat(60_000))).toHaveLength(60_001);
    let got = 0;
    socket.on('message', () => got++);
    for (let i = 0; i < 200; i++) socket.send(String(i), 53, vip);
    await expect.poll(() => got).toBe(200);
  });

  it('never holds more flows than its limit', async () => {
    await answering(9004, 'a');
    listen('UDP', 53, to([serverIp, 9004]));
    for (let i = 0; i < 80; i++) {
      const socket = await bind(client.netns, '0.0.0.0', 5000 + i);
      await ask(socket, 53, 'x');
    }
    expect(pump.stats().openFlows).toBe(64);
    expect(pump.stats().overLimit).toBe(16);
  });
});
