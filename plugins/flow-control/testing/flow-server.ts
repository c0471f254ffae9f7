import { hostWorld } from '../../../src/kernel/host-world.ts';
import { testServer, type TestServer } from '../../apiserver/testing/test-server.ts';
import { dumpRoutes } from '../dumps.ts';
import type { ConfiguredLevel, ConfiguredSchema, FlowConfiguration } from '../flow-configuration.ts';
import { FlowGate } from '../flow-gate.ts';
import { flowMetrics } from '../flow-metrics.ts';

/** An API server whose requests are held until they are let go. */
export interface FlowServer extends AsyncDisposable {
  readonly server: TestServer;
  readonly gate: FlowGate;
  /** Of requests to `/hold`, the value of `by`, in the order in which they were served. */
  readonly served: readonly string[];
  /** Lets the request to `/hold` that was served first of those still held be answered. */
  letGo(): void;
}

/** `token-<name>` is of `<name>`, an authenticated user; `stray-<name>` is in no group; `token-admin` may do everything. */
export async function flowServer(seats: number, configuration: FlowConfiguration): Promise<FlowServer> {
  const world = hostWorld();
  const gate = new FlowGate({ world, seats, kinds: { statsOf: () => undefined } }, configuration);
  const served: string[] = [];
  const held: (() => void)[] = [];
  const hold = {
    path: '/hold',
    contentType: 'text/plain',
    body: (query: URLSearchParams) => {
      served.push(query.get('by') ?? '');
      return new Promise<string>(resolve => held.push(() => resolve('ok')));
    },
  };
  const server = await testServer(
    { authorizers: [{ name: 'most', authorize: (_user, { path }) => ({ allowed: path !== '/forbidden' }) }] },
    {
      flowControls: [gate],
      routes: [hold, ...dumpRoutes(gate.levels, world.clock)],
      metricSources: [{ collect: () => flowMetrics(gate.levels, gate.counts()) }],
      authenticators: [
        {
          name: 'strays',
          authenticate: credential =>
            credential.type === 'bearer' && credential.token.startsWith('stray-')
              ? { name: credential.token.slice(6), groups: [] }
              : undefined,
        },
      ],
    },
  );
  return {
    server,
    gate,
    served,
    letGo: () => held.shift()?.(),
    async [Symbol.asyncDispose]() {
      for (const answer of held) answer();
      gate[Symbol.dispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

/** A level with as many seats as shares of a server that has no others, one queue a flow. */
export const queuedLevel = (name: string, shares: number, queueLengthLimit = 50): ConfiguredLevel => ({
  metadata: { name, uid: `level-${name}` },
  spec: {
    type: 'Limited',
    limited: {
      nominalConcurrencyShares: shares,
      lendablePercent: 0,
      borrowingLimitPercent: 0,
      limitResponse: { type: 'Queue', queuing: { queues: 64, handSize: 1, queueLengthLimit } },
    },
  },
});

/** Takes no seats of others, and has none: it serves one request after the other. */
export const scantCatchAll: ConfiguredLevel = {
  metadata: { name: 'catch-all', uid: 'level-catch-all' },
  spec: {
    type: 'Limited',
    limited: {
      nominalConcurrencyShares: 0,
      lendablePercent: 0,
      borrowingLimitPercent: 0,
      limitResponse: { type: 'Reject' },
    },
  },
};

/** Whatever authenticated users ask for. */
export const schemaOfAll = (levelName: string): ConfiguredSchema => ({
  metadata: { name: 'all', uid: 'schema-all' },
  spec: {
    priorityLevelConfiguration: { name: levelName },
    matchingPrecedence: 100,
    distinguisherMethod: { type: 'ByUser' },
    rules: [
      {
        subjects: [{ kind: 'Group', group: { name: 'system:authenticated' } }],
        resourceRules: [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'], clusterScope: true, namespaces: ['*'] }],
        nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['*'] }],
      },
    ],
  },
});
