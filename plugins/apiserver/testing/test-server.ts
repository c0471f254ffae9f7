import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Agent, request } from 'undici';
import { jsonOf } from '../../../src/base/json-of.ts';
import type { Metric } from '../../../src/base/metric.ts';
import type { World } from '../../../src/base/world.ts';
import type { Client } from '../../../src/api/client.ts';
import { hostWorld } from '../../../src/kernel/host-world.ts';
import { silentLogger } from '../../../src/kernel/silent-logger.ts';
import { clientCertificates } from '../../auth/client-certificates.ts';
import { openClusterCa } from '../../auth/cluster-ca.ts';
import type { ClusterCa } from '../../auth/contract.ts';
import type { FlowControl } from '../../flow-control/contract.ts';
import { createAuthentication } from '../access/authenticate.ts';
import type { Aggregation, Authenticator, ConnectHandler, MetricSource, NonResourceRoute } from '../contract.ts';
import type { ApiParts } from '../create-api.ts';
import { openDoors } from '../http/open-doors.ts';
import type { ByKind } from '../http/kind-of.ts';
import type { DoorLimits } from '../limits.ts';
import { testApi, type TestApi } from './test-api.ts';

export interface TestAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  readonly bytes: Buffer;
  /** Parsed; `undefined` for what is no JSON. */
  readonly body: unknown;
}

export interface TestCall {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD';
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** A user's token; the administrator's unless given, '' for none. */
  readonly token?: string;
}

export interface TestServer extends TestApi, AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly ca: string;
  /** An administrator's kubeconfig. */
  readonly kubeconfig: string;
  readonly agent: Agent;
  readonly clusterCa: ClusterCa;
  /** Where its keys lie. */
  readonly folder: string;
  call(path: string, call?: TestCall): Promise<TestAnswer>;
}

/** A whole API server on a port of its own; `token-<name>` is `<name>`'s token, `token-admin` the administrator's. */
export async function testServer(
  parts: Partial<ApiParts> = {},
  more: {
    readonly connects?: readonly ConnectHandler[];
    readonly routes?: readonly NonResourceRoute[];
    readonly limits?: Partial<DoorLimits>;
    /** Asked before the tokens. */
    readonly authenticators?: readonly Authenticator[];
    readonly world?: World;
    readonly aggregations?: readonly Aggregation[];
    readonly tlsSan?: readonly string[];
    readonly flowControls?: readonly FlowControl[];
    /** Any number unless given. */
    readonly inFlight?: ByKind;
    readonly metricSources?: readonly MetricSource[];
  } = {},
): Promise<TestServer> {
  const world = more.world ?? hostWorld();
  const folder = await mkdtemp(join(tmpdir(), 'tiphys-apiserver-'));
  const clusterCa = await openClusterCa(world, silentLogger, folder);
  const api: TestApi & { readonly admin: Client } = await testApi(parts, world);
  const over = new AbortController();
  const tokens = {
    name: 'tokens',
    authenticate: (credential: { readonly type: string; readonly token?: string }) => {
      const name = /^token-(\w+)$/.exec(credential.token ?? '')?.[1];
      if (name === undefined) return undefined;
      return { name, groups: [...(name === 'admin' ? ['system:masters'] : []), 'system:authenticated'] };
    },
  };
  const server = await openDoors({
    api: api.api,
    log: silentLogger,
    signal: over.signal,
    authentication: createAuthentication([clientCertificates(world.clock), ...(more.authenticators ?? []), tokens]),
    clusterCa,
    bindAddress: '127.0.0.1',
    httpsPort: 0,
    advertiseAddress: '127.0.0.1',
    serviceCidr: '10.43.0.0/16',
    clusterDomain: 'cluster.local',
    tlsSan: more.tlsSan ?? [],
    connects: more.connects ?? [],
    routes: more.routes ?? [],
    healthChecks: [],
    aggregations: more.aggregations ?? [],
    flowControls: more.flowControls ?? [],
    inFlight: more.inFlight ?? { readOnly: 0, mutating: 0 },
    metricSources: () => [{ collect: () => [THINGS] }, ...(more.metricSources ?? [])],
    limits: more.limits ?? {},
  });
  const url = `https://127.0.0.1:${server.port}`;
  const agent = new Agent({ connect: { ca: clusterCa.caCertificate } });
  return {
    ...api,
    url,
    port: server.port,
    ca: clusterCa.caCertificate,
    agent,
    clusterCa,
    folder,
    kubeconfig: kubeconfig(url, clusterCa.caCertificate),
    async call(path, { method = 'GET', body, headers = {}, token = 'token-admin' } = {}) {
      const raw = typeof body === 'string' || Buffer.isBuffer(body) || body === undefined;
      const answer = await request(`${url}${path}`, {
        method,
        dispatcher: agent,
        headers: {
          ...(token === '' ? {} : { authorization: `Bearer ${token}` }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: raw ? body : JSON.stringify(body) }),
      });
      const bytes = Buffer.from(await answer.body.arrayBuffer());
      const text = bytes.toString();
      return { status: answer.statusCode, headers: answer.headers, text, bytes, body: jsonOf(text) };
    },
    async [Symbol.asyncDispose]() {
      over.abort();
      await agent.destroy();
      await server[Symbol.asyncDispose]();
      await rm(folder, { recursive: true });
    },
  };
}

const kubeconfig = (server: string, ca: string): string =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'test',
    clusters: [{ name: 'test', cluster: { server, 'certificate-authority-data': Buffer.from(ca).toString('base64') } }],
    users: [{ name: 'admin', user: { token: 'token-admin' } }],
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'admin' } }],
  });

const THINGS: Metric = {
  name: 'test_things',
  help: 'Things.',
  type: 'gauge',
  samples: [
    { labels: { color: 'red' }, value: 2 },
    { labels: { color: 'blue' }, value: 3 },
  ],
};
