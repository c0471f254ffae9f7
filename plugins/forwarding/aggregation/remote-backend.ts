import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { StatusError } from '../../../src/api/status-error.ts';
import type { UserInfo } from '../../../src/api/user-info.ts';
import { backoffMs } from '../../../src/base/backoff.ts';
import { isDeepEqual } from '../../../src/base/deep-equal.ts';
import { must } from '../../../src/base/must.ts';
import type { World } from '../../../src/base/world.ts';
import type { Caches } from '../../../src/sdk/caches.ts';
import type { ConnectRequest, RemoteApi, RemoteResource } from '../../apiserver/contract.ts';
import { isAvailable } from '../../kinds/apiregistration/v1/availability.ts';
import type { APIService } from '../../kinds/apiregistration/v1/api-service.ts';
import { Service } from '../../kinds/core/v1/service.ts';
import { EndpointSlice } from '../../kinds/discovery/v1/endpoint-slice.ts';
import { serviceKey, slicesByService, type ReadyEndpoint } from '../../kinds/discovery/v1/slices-of-service.ts';
import { BackendError, type Backend, type BackendTls } from '../backend.ts';
import { forwardUpgrade } from '../forward-upgrade.ts';
import { REMOTE_ATTEMPTS, REMOTE_CHECK_MS, REMOTE_RETRY_MS } from '../limits.ts';
import { readBackend } from '../read-backend.ts';
import { passRequest, tellProblem } from './pass-request.ts';
import { planAvailability, type AvailabilityPlan } from './plan-availability.ts';
import { remoteUserHeaders } from './remote-user-headers.ts';
import { resourceList } from './resource-list.ts';
import { statusOfRemote } from './status-of-remote.ts';

export interface RemoteDeps {
  readonly world: Pick<World, 'timers' | 'random'>;
  /** Of Services and EndpointSlices. */
  readonly caches: Caches;
  /** How this server shows that it is the one to be believed who asks. */
  readonly credentials: () => Promise<Pick<BackendTls, 'cert' | 'key'>>;
}

/** Who this server itself is to others; it may ask them anything. */
const AGGREGATOR: UserInfo = { name: 'system:kube-aggregator', groups: ['system:masters'] };

/** The API of one APIService with a service: its requests go to one of the service's endpoints, over TLS. */
export class RemoteBackend implements RemoteApi {
  readonly group: string;
  readonly version: string;
  readonly #deps: RemoteDeps;
  #service: APIService;
  #resources: readonly RemoteResource[] = [];
  #isFresh = false;
  #failures = 0;

  constructor(deps: RemoteDeps, service: APIService) {
    this.#deps = deps;
    this.#service = service;
    this.group = service.spec.group ?? '';
    this.version = service.spec.version ?? '';
  }

  get resources(): readonly RemoteResource[] {
    return this.#resources;
  }
  get isFresh(): boolean {
    return this.#isFresh;
  }

  follow(service: APIService): void {
    this.#service = service;
  }

  /** What is known of its server without asking it. */
  plan(): AvailabilityPlan {
    const { caches } = this.#deps;
    const reference = this.#reference;
    const { name = '', namespace = '' } = reference;
    const slices = caches.of(EndpointSlice).indexed(slicesByService, serviceKey(namespace, name));
    return planAvailability(reference, caches.of(Service).get(name, namespace), slices);
  }

  /** Asks its server what it serves; what went wrong, if anything did. `changed` is told when that is news. */
  async check(endpoints: readonly ReadyEndpoint[], changed: () => void): Promise<string | undefined> {
    let problem = `no endpoints available for service "${this.#reference.name}"`;
    for (const endpoint of this.#shuffled(endpoints).slice(0, REMOTE_ATTEMPTS)) {
      const path = `/apis/${this.group}/${this.version}`;
      const url = `https://${endpoint.host}:${endpoint.port}${path}`;
      try {
        const { code, body } = await this.#read(endpoint, path, AGGREGATOR);
        if (code >= 200 && code < 300) {
          this.#failures = 0;
          this.#learn(resourceList(body), true, changed);
          return undefined;
        }
        problem = `failing or missing response from ${url}: bad status from ${url}: ${code}`;
      } catch (error) {
        if (!(error instanceof BackendError)) throw error;
        problem = `failing or missing response from ${url}: Get "${url}": ${error.message}`;
      }
    }
    this.lose(changed);
    return problem;
  }

  /** It does not answer. */
  lose(changed: () => void): void {
    this.#failures += 1;
    this.#learn(this.#resources, false, changed);
  }

  /** Until it is to be asked again. */
  get nextCheckMs(): number {
    const capMs = REMOTE_CHECK_MS;
    return this.#failures === 0 ? capMs : backoffMs(this.#failures, { baseMs: REMOTE_RETRY_MS, capMs });
  }

  async stream(...[request, answer]: Parameters<RemoteApi['stream']>): Promise<void> {
    const backend = await this.#backend();
    if (backend === undefined) return tellProblem(answer, request, 503, 'service unavailable');
    await passRequest(this.#deps.world.timers, backend, request, answer);
  }

  async upgrade(
    request: ConnectRequest & { readonly raw: IncomingMessage },
    socket: Duplex,
    head: Buffer,
  ): Promise<void> {
    const backend = await this.#backend();
    if (backend === undefined) throw new StatusError('ServiceUnavailable', 'service unavailable');
    const { raw, base, rest, search, user, signal } = request;
    const asked = { raw, socket, head, path: `${base}${rest}${search}`, signal };
    await forwardUpgrade(this.#deps.world.timers, backend, { ...asked, headers: remoteUserHeaders(user) });
  }

  async document(path: string, user: UserInfo = AGGREGATOR): Promise<Buffer> {
    const endpoint = isAvailable(this.#service) ? this.#endpoint() : undefined;
    if (endpoint === undefined) throw statusOfRemote(503, EMPTY, path);
    const { code, body } = await this.#read(endpoint, path, user).catch((error: unknown) => {
      if (!(error instanceof BackendError)) throw error;
      throw new StatusError('ServiceUnavailable', `error trying to reach service: ${error.message}`);
    });
    if (code !== 200) throw statusOfRemote(code, body, path);
    return body;
  }

  get #reference() {
    return must(this.#service.spec.service, 'a remote API has a service');
  }

  #learn(resources: readonly RemoteResource[], isFresh: boolean, changed: () => void): void {
    const isNews = this.#isFresh !== isFresh || !isDeepEqual(this.#resources, resources);
    this.#resources = resources;
    this.#isFresh = isFresh;
    if (isNews) changed();
  }

  #endpoint(): ReadyEndpoint | undefined {
    const plan = this.plan();
    return plan.type === 'ask' ? this.#shuffled(plan.endpoints)[0] : undefined;
  }

  async #backend(): Promise<Backend | undefined> {
    const endpoint = isAvailable(this.#service) ? this.#endpoint() : undefined;
    return endpoint === undefined ? undefined : this.#backendAt(endpoint);
  }

  async #backendAt(endpoint: ReadyEndpoint): Promise<Backend> {
    const { caBundle = '', insecureSkipTLSVerify = false } = this.#service.spec;
    const { name = '', namespace = '' } = this.#reference;
    const tls: BackendTls = {
      ...(await this.#deps.credentials()),
      serverName: `${name}.${namespace}.svc`,
      ...(insecureSkipTLSVerify
        ? {}
        : caBundle === ''
          ? { trustsSystem: true }
          : { ca: Buffer.from(caBundle, 'base64').toString() }),
    };
    return { scheme: 'https', ...endpoint, tls };
  }

  async #read(endpoint: ReadyEndpoint, path: string, user: UserInfo) {
    const backend = await this.#backendAt(endpoint);
    const headers = [...remoteUserHeaders(user), 'Accept', 'application/json'];
    return readBackend(this.#deps.world.timers, backend, path, headers);
  }

  /** In an order by chance, begun anywhere. */
  #shuffled(endpoints: readonly ReadyEndpoint[]): readonly ReadyEndpoint[] {
    const from = Math.floor(this.#deps.world.random.fraction() * endpoints.length);
    return [...endpoints.slice(from), ...endpoints.slice(0, from)];
  }
}

const EMPTY = Buffer.alloc(0);
