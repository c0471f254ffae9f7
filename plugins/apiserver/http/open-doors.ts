import { openFileLimit } from '../../../src/base/open-file-limit.ts';
import type { Logger } from '../../../src/kernel/logger.ts';
import type { ClusterCa, KeyPair } from '../../auth/contract.ts';
import type { FlowControl } from '../../flow-control/contract.ts';
import type { Api } from '../api.ts';
import type {
  Aggregation,
  Authentication,
  ConnectHandler,
  HealthCheck,
  MetricSource,
  NonResourceRoute,
} from '../contract.ts';
import { DOOR_LIMITS, type DoorLimits } from '../limits.ts';
import { Metrics } from '../measures/metrics.ts';
import { mayUpgrade } from './may-upgrade.ts';
import { ServedOpenApi } from '../openapi/serve-openapi.ts';
import { certificateNames, type ServerPlace } from './certificate-names.ts';
import { InFlightGate } from './in-flight-gate.ts';
import { HttpDoor } from './http-door.ts';
import type { ByKind } from './kind-of.ts';
import { route, routeUpgrade, type RouteParts } from './route.ts';
import { listen, type RunningServer } from './server.ts';

export interface DoorsOptions extends ServerPlace {
  readonly api: Api;
  readonly log: Logger;
  /** Ends watches and streams. */
  readonly signal: AbortSignal;
  readonly authentication: Authentication;
  readonly clusterCa: ClusterCa;
  readonly httpsPort: number;
  readonly connects: readonly ConnectHandler[];
  readonly routes: readonly NonResourceRoute[];
  readonly healthChecks: readonly HealthCheck[];
  readonly aggregations: readonly Aggregation[];
  /** One at most; without it requests are limited by `inFlight`. */
  readonly flowControls: readonly FlowControl[];
  readonly inFlight: ByKind;
  metricSources(this: void): readonly MetricSource[];
  readonly limits?: Partial<DoorLimits>;
}

/** Serves the API over HTTPS. Resolves once it listens. */
export async function openDoors(options: DoorsOptions): Promise<RunningServer> {
  const { api, log, signal, authentication, clusterCa } = options;
  let port = options.httpsPort;
  const asked = { ...DOOR_LIMITS, ...options.limits };
  const room = Math.floor((await openFileLimit(api.world.files)) / 2);
  const limits = { ...asked, connections: Math.min(asked.connections, room) };
  const openApi = new ServedOpenApi(api, options);
  const metrics = new Metrics(api, options.metricSources);
  const parts: RouteParts = {
    api,
    health: { world: api.world, log, checks: options.healthChecks, store: api.objects.store, series: metrics.health },
    routes: options.routes,
    connects: options.connects,
    aggregations: options.aggregations,
    serverAddress: () => `${options.advertiseAddress}:${port}`,
    documents: async request => {
      const { path } = request.info;
      if (path === '/metrics') return metrics.serve();
      return path === '/metrics/slis' ? metrics.serveSlis() : openApi.serve(request);
    },
  };
  const door = new HttpDoor({
    world: api.world,
    log,
    authentication,
    authorization: api.authorization,
    signal,
    limits,
    lane: api.lane,
    auditors: api.auditors,
    flowControl: options.flowControls[0] ?? new InFlightGate(options.inFlight),
    inFlight: metrics.inFlight,
    longRunning: metrics.longRunning,
    watches: metrics.watches,
    serve: request => route(parts, request),
    observe: observed => metrics.observe(observed),
    upgrade: (request, raw, socket, head) => routeUpgrade(parts, request, raw, socket, head),
  });
  const issue = (): Promise<KeyPair> => {
    const { names, addresses } = certificateNames(options, api.world.network);
    return clusterCa.issueServer('apiserver', names, addresses);
  };
  const keys = await issue();
  const server = await listen({
    keys,
    caCertificate: clusterCa.caCertificate,
    bindAddress: options.bindAddress,
    port: options.httpsPort,
    limits,
    clock: api.world.clock,
    timers: api.world.timers,
    serve: exchange => door.serve(exchange),
    mayUpgrade: request => mayUpgrade({ ...options, catalog: api.catalog }, request),
    upgrade: (request, socket, head) => door.upgrade(request, socket, head),
  });
  ({ port } = server);
  clusterCa.follow(keys, issue, renewed => server.renew(renewed), signal);
  return server;
}
