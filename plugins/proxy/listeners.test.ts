import { describe, expect, it } from 'vitest';
import type { Backends, ListenAt, ServicePump } from '../../native/network.ts';
import type { AddressRanges } from '../../src/base/address-ranges.ts';
import { silentLogger } from '../../src/kernel/silent-logger.ts';
import type { ServiceEndpoint } from '../network/contract.ts';
import { Listeners } from './listeners.ts';
import type { WantedListener } from './listener.ts';

/** Stands for the kernel: says what it was told, refuses ports that somebody else holds. */
function setUp() {
  const said: string[] = [];
  const refused: string[] = [];
  const held = new Set<number>();
  const due: (() => void)[] = [];
  const given: Backends[] = [];
  let lastId = 0;
  const limited = new Map<string, AddressRanges>();
  const clientsOf = ({ address }: ServiceEndpoint): AddressRanges | null => limited.get(address) ?? null;
  const ends = ({ endpoints }: Backends): string => endpoints.filter((_, i) => i % 2 === 1).join(',');
  const pump: ServicePump = {
    listen({ port, netns }: ListenAt, backends: Backends) {
      if (held.has(port)) throw new Error('EADDRINUSE');
      lastId++;
      said.push(`listen ${lastId} ${netns ?? 'node'}:${port} ${ends(backends)}`);
      return lastId;
    },
    put(id, backends) {
      said.push(`put ${id} ${ends(backends)}`);
      given.push(backends);
    },
    close: id => void said.push(`close ${id}`),
    endAllTo: address => void said.push(`end ${address}`),
    stats: () => ({ connections: 0, undeliverable: 0, overLimit: 0, pauses: 0, openConnections: 0, openFlows: 0 }),
    stop: () => undefined,
  };
  const listeners = new Listeners({
    pump,
    serviceNetns: 7,
    policies: { clientsOf },
    timers: {
      after: (_, run) => {
        due.push(run);
        return { [Symbol.dispose]: () => void due.splice(due.indexOf(run), 1) };
      },
      every: () => ({ [Symbol.dispose]: () => undefined }),
      sleep: () => Promise.resolve(),
    },
    log: silentLogger,
    onRefused: (owner, { port }) => void refused.push(`${owner} ${port}`),
    onServiceAddress: (address, used) => void said.push(`${used ? 'claim' : 'unclaim'} ${address}`),
  });
  return { said, refused, held, due, limited, given, listeners, told: () => said.splice(0) };
}

const wanted = (port: number, ends: readonly number[], over: Partial<WantedListener> = {}): WantedListener => ({
  scope: 'service',
  protocol: 'TCP',
  address: '10.43.0.1',
  port,
  endpoints: ends.map(end => ({ address: '10.42.0.1', port: end })),
  affinitySeconds: 0,
  allowedSources: [],
  ...over,
});

describe('Listeners', () => {
  it('tells the pump of differences only', () => {
    const { listeners, told } = setUp();
    listeners.put('a', [wanted(80, [1]), wanted(30080, [1], { scope: 'node', address: '0.0.0.0' })]);
    expect(told()).toEqual(['claim 10.43.0.1', 'listen 1 7:80 1', 'listen 2 node:30080 1']);
    listeners.put('a', [wanted(80, [1]), wanted(30080, [1], { scope: 'node', address: '0.0.0.0' })]);
    expect(told()).toEqual([]);
    listeners.put('a', [wanted(80, [1, 2]), wanted(81, [1])]);
    expect(told()).toEqual(['close 2', 'put 1 1,2', 'listen 3 7:81 1']);
    listeners.put('a', []);
    expect(told()).toEqual(['close 1', 'close 3', 'unclaim 10.43.0.1']);
    expect(listeners.size).toBe(0);
  });

  it('leaves a port with its first owner', () => {
    const { listeners, told } = setUp();
    listeners.put('a', [wanted(80, [1])]);
    told();
    listeners.put('b', [wanted(80, [2])]);
    listeners.put('b', []);
    expect(told()).toEqual([]);
  });

  it('asks again for a port that somebody else holds, with the endpoints of the moment, until it is not wanted', () => {
    const { listeners, told, refused, held, due } = setUp();
    held.add(80).add(81);
    listeners.put('a', [wanted(80, [1]), wanted(81, [1])]);
    listeners.put('a', [wanted(80, [2])]);
    expect(refused).toEqual(['a 80', 'a 81']);
    held.clear();
    expect(due).toHaveLength(1);
    due.pop()?.();
    expect(told()).toEqual(['claim 10.43.0.1', 'listen 1 7:80 2']);
  });

  it('tells the pump who may reach whom, and whom to leave unanswered, whenever that is another', () => {
    const { listeners, told, given, limited } = setUp();
    const endpoints = ['10.42.0.1', '10.42.0.2'].map(address => ({ address, port: 1 }));
    listeners.put('a', [wanted(80, [], { endpoints })]);
    told();
    listeners.rejudge();
    expect(told()).toEqual([]);
    limited.set('10.42.0.1', [{ first: 1, last: 2 }]);
    listeners.rejudge();
    expect(given.pop()).toMatchObject({ admitted: [Uint32Array.of(1, 2), null], answered: null });
    limited.set('10.42.0.2', [{ first: 2, last: 5 }]);
    listeners.rejudge();
    expect(given.pop()).toMatchObject({
      admitted: [Uint32Array.of(1, 2), Uint32Array.of(2, 5)],
      answered: Uint32Array.of(1, 5),
    });
    limited.clear();
    listeners.rejudge();
    expect(given.pop()).toMatchObject({ admitted: [], answered: null });
  });
});
