import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { native } from '../native/index.ts';
import { parseIpRange } from '../src/base/ip-range.ts';
import { must } from '../src/base/must.ts';
import { hostWorld } from '../src/kernel/host-world.ts';
import { silentLogger } from '../src/kernel/silent-logger.ts';
import { ObjectCache } from '../src/sdk/object-cache.ts';
import type { Namespace } from '../plugins/kinds/core/v1/namespace.ts';
import type { Service } from '../plugins/kinds/core/v1/service.ts';
import type { EndpointSlice } from '../plugins/kinds/discovery/v1/endpoint-slice.ts';
import { AnswerCache } from '../plugins/dns/answer-cache.ts';
import { clusterView } from '../plugins/dns/cluster-view.ts';
import { ClusterZone } from '../plugins/dns/cluster-zone.ts';
import { DnsServer } from '../plugins/dns/dns-server.ts';
import { Resolver } from '../plugins/dns/resolver.ts';
import { TestNode } from '../plugins/network/testing/test-node.ts';

/**
 * The DNS server on one thread, asked from a pod for A records of 1,000 services. What counts is its CPU per
 * query, which other load on the machine does not change: a million microseconds over it is what a thread does.
 * CoreDNS's documented figure is 33,667 queries/s on two cores.
 */
const SERVICES = 1_000;
const ROUNDS = 7;
const ROUND_MS = 1_000;
const WINDOW = 512;

const folder = mkdtempSync(join(tmpdir(), 'tiphys-bench-dns-'));
const node = await TestNode.start();
try {
  await run();
} finally {
  await node[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
}
process.exit(0);

async function run(): Promise<void> {
  const load = join(folder, 'dns');
  execFileSync('cc', ['-O2', '-o', load, join(import.meta.dirname, 'load', 'dns.c')]);
  const { pod } = await node.pod('client');
  const address = node.cidrs.service(10);
  const server = await DnsServer.start({
    native: native(),
    netns: node.network.serviceNetnsFd,
    address,
    resolver: resolverOf(address),
    log: silentLogger,
  });
  const perQuery: number[] = [];
  const rates: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const before = process.cpuUsage();
    const child = spawn(
      'nsenter',
      [`--net=/proc/${process.pid}/fd/${pod.netns}`, load, address, `${ROUND_MS}`, `${WINDOW}`, `${SERVICES}`],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    await once(child, 'close');
    const { user, system } = process.cpuUsage(before);
    const result = JSON.parse(Buffer.concat(chunks).toString()) as Result;
    if (result.good !== result.answered) throw new Error(`${result.answered - result.good} wrong answers`);
    if (round === 0) continue; // the compiler's
    perQuery.push((user + system) / result.answered);
    rates.push((result.answered * 1e6) / result.us);
  }
  const us = median(perQuery);
  console.log(
    `queries/s: ${Math.round(median(rates))}; CPU ${us.toFixed(1)} us a query = ${Math.round(1e6 / us)} queries/s on a whole thread`,
  );
  await server.close();
}

interface Result {
  readonly answered: number;
  readonly good: number;
  readonly us: number;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
}

function resolverOf(dnsAddress: string): Resolver {
  const fail = (error: unknown): never => {
    throw error;
  };
  const services = new ObjectCache<Service>(fail);
  const metadata = (name: string) => ({
    name,
    namespace: 'default',
    uid: name,
    resourceVersion: '1',
    creationTimestamp: '2026-01-01T00:00:00Z',
  });
  for (let i = 0; i < SERVICES; i++) {
    const clusterIP = `10.43.${i >> 8}.${i & 255}`;
    services.put({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: metadata(`web-${i}`),
      spec: { type: 'ClusterIP', sessionAffinity: 'None', clusterIP, clusterIPs: [clusterIP] },
      status: { loadBalancer: {} },
    });
  }
  const { clock, random } = hostWorld();
  return new Resolver({
    zone: new ClusterZone({
      view: clusterView({
        namespaces: new ObjectCache<Namespace>(fail),
        services,
        slices: new ObjectCache<EndpointSlice>(fail),
      }),
      domain: 'cluster.local',
      dnsAddresses: [dnsAddress],
    }),
    domain: 'cluster.local',
    ownCidrs: [must(parseIpRange('10.43.0.0/16'), 'a range')],
    upstream: { forward: () => Promise.reject(new Error('nobody is asked')) },
    cache: new AnswerCache(clock),
    clock,
    random,
    log: silentLogger,
    isSynced: () => true,
  });
}
