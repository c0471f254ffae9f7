import type { Timers } from '../../src/base/world.ts';
import type { ServiceHealth } from './plan-health-check.ts';
import { JSON_TYPE, SmallHttpServer, type SmallAnswer } from './small-http-server.ts';

export interface ServiceName {
  readonly namespace: string;
  readonly name: string;
}

export interface ServiceHealthServersOptions {
  readonly timers: Timers;
  onRefused(this: void, service: ServiceName, port: number, error: Error): void;
}

/**
 * One port of this node for each service whose balancer asks where its endpoints are; kube-proxy's
 * pkg/proxy/healthcheck/service_health.go.
 */
export class ServiceHealthServers implements Disposable {
  readonly #options: ServiceHealthServersOptions;
  readonly #servers = new Map<string, { health: ServiceHealth; readonly server: SmallHttpServer }>();

  constructor(options: ServiceHealthServersOptions) {
    this.#options = options;
  }

  put(service: ServiceName, health: ServiceHealth | undefined): void {
    const key = `${service.namespace}/${service.name}`;
    const known = this.#servers.get(key);
    if (known !== undefined && known.health.port === health?.port) {
      known.health = health;
      return;
    }
    known?.server[Symbol.dispose]();
    this.#servers.delete(key);
    if (health === undefined) return;
    const { timers, onRefused } = this.#options;
    const { port } = health;
    const answer = (): SmallAnswer => answerOf(service, this.#servers.get(key)?.health.localEndpoints ?? 0);
    const server = new SmallHttpServer(timers, { port }, answer, error => onRefused(service, port, error));
    this.#servers.set(key, { health, server });
  }

  [Symbol.dispose](): void {
    for (const { server } of this.#servers.values()) server[Symbol.dispose]();
    this.#servers.clear();
  }
}

/** Changes are carried out as they come, so a proxy that answers is well. */
const answerOf = (service: ServiceName, localEndpoints: number): SmallAnswer => ({
  code: localEndpoints > 0 ? 200 : 503,
  headers: { ...JSON_TYPE, 'x-load-balancing-endpoint-weight': String(localEndpoints) },
  body: JSON.stringify(
    {
      service: { namespace: service.namespace, name: service.name },
      localEndpoints,
      serviceProxyHealthy: true,
    },
    undefined,
    '\t',
  ),
});
