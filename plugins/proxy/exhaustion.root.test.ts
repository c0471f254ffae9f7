import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, describe, expect, it } from 'vitest';
import { native } from '../../native/index.ts';
import type { PumpStats } from '../../native/network.ts';
import { parseIpv4 } from '../../src/base/ipv4.ts';
import { freePort } from '../../src/base/testing/free-port.ts';
import { TestNode } from '../network/testing/test-node.ts';
import { openToAll } from './testing/no-policies.ts';

const patience = { timeout: 30_000, interval: 50 };
const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

describe('a pump without descriptors', () => {
  it('lets clients wait until there are some again, and rests meanwhile', async () => {
    const descriptors = 160;
    const clients = 200;
    const backend = await listening(createServer(socket => socket.on('error', () => undefined).pipe(socket)));
    const port = await freePort();
    const pump = await HeldPump.start(port, backend, descriptors);

    const sockets = Array.from({ length: clients }, () => connect(port, '127.0.0.1'));
    cleanUps.push(() => sockets.forEach(socket => socket.destroy()));
    let resets = 0;
    let served = 0;
    for (const socket of sockets) {
      socket.on('error', () => resets++);
      socket.once('data', () => served++);
      socket.write('x');
    }
    await expect.poll(async () => (await pump.stats()).pauses, patience).toBeGreaterThan(2);
    await expect.poll(() => served, patience).toBeGreaterThan(10);
    const before = await pump.stats();
    expect(served).toBeLessThan(descriptors / 2);
    await new Promise(resolve => setTimeout(resolve, 500));
    // A loop that does not rest would have tried a hundred thousand times.
    expect((await pump.stats()).pauses - before.pauses).toBeLessThan(1_000);

    // Each one that goes makes room for one that waits.
    for (const socket of sockets) {
      await expect.poll(() => socket.bytesRead, patience).toBe(1);
      socket.destroy();
    }
    expect({ served, resets }).toEqual({ served: clients, resets: 0 });
    await expect.poll(async () => (await pump.stats()).openConnections, patience).toBe(0);
  });
});

describe('a pump without ports to dial from', () => {
  it('resets who cannot be served, and has the ports of closed connections back within seconds', async () => {
    const node = await TestNode.start();
    cleanUps.push(() => node[Symbol.asyncDispose]());
    const { pod: client } = await node.pod('client');
    const { pod: server, ip } = await node.pod('server');
    await server.listen(ip, 8001, socket => socket.pipe(socket));
    const netns = node.network.serviceNetnsFd;
    await native().networkApply([{ netns, kind: 'sysctl', key: 'net/ipv4/ip_local_port_range', value: '20000 20019' }]);
    const pump = new (native().ServicePump)({ netns, threads: 2, connections: 1_000, flows: 64, affinityEntries: 64 });
    cleanUps.push(() => pump.stop());
    const vip = node.cidrs.service(1);
    const endpoints = Uint32Array.of(parseIpv4(ip) ?? 0, 8001);
    pump.listen({ protocol: 'TCP', netns, address: vip, port: 80 }, { endpoints, affinitySeconds: 0, ...openToAll });
    const ask = async (): Promise<Socket | string> => {
      try {
        const socket = await client.dial(vip, 80, 10_000);
        socket.write('x');
        await once(socket, 'data');
        return socket;
      } catch (error) {
        return (error as NodeJS.ErrnoException).code ?? String(error);
      }
    };
    const outcomes = await Promise.all(Array.from({ length: 30 }, ask));
    const open = outcomes.filter(outcome => typeof outcome !== 'string');
    expect(open).toHaveLength(20);
    expect(outcomes.filter(outcome => outcome === 'ECONNRESET')).toHaveLength(10);
    expect(pump.stats().undeliverable).toBe(10);
    // The clients close first, so that it is the pump's end of the other half that lingers in TIME_WAIT.
    for (const socket of open) {
      socket.end();
      await once(socket, 'close');
    }
    await expect
      .poll(async () => {
        const again = await ask();
        if (typeof again !== 'string') again.destroy();
        return typeof again;
      }, patience)
      .toBe('object');
  });
});

class HeldPump {
  readonly #answers: string[] = [];
  readonly #child: ChildProcess;

  static async start(port: number, backendPort: number, descriptors: number): Promise<HeldPump> {
    const script = join(import.meta.dirname, 'testing', 'hold-pump.ts');
    const child = spawn(
      'prlimit',
      [`--nofile=${descriptors}:${descriptors}`, process.execPath, script, String(port), String(backendPort)],
      { stdio: ['pipe', 'pipe', 'inherit'] },
    );
    cleanUps.push(() => child.kill('SIGKILL'));
    const pump = new HeldPump(child);
    await expect.poll(() => pump.#answers.length, patience).toBe(1);
    return pump;
  }

  private constructor(child: ChildProcess) {
    this.#child = child;
    if (child.stdout !== null)
      createInterface({ input: child.stdout }).on('line', line => void this.#answers.push(line));
  }

  async stats(): Promise<PumpStats> {
    const seen = this.#answers.length;
    this.#child.stdin?.write('\n');
    await expect.poll(() => this.#answers.length, patience).toBe(seen + 1);
    return JSON.parse(this.#answers[seen] ?? '') as PumpStats;
  }
}

async function listening(server: Server): Promise<number> {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  cleanUps.push(() => void server.close());
  return (server.address() as AddressInfo).port;
}
