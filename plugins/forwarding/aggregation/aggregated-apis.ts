import { isDeepEqual } from '../../../src/base/deep-equal.ts';
import type { CacheHandler } from '../../../src/sdk/caches.ts';
import type { Aggregation, RemoteApi } from '../../apiserver/contract.ts';
import type { ApiPriority } from '../../kinds/apiregistration/v1/api-priorities.ts';
import type { APIService } from '../../kinds/apiregistration/v1/api-service.ts';
import { RemoteBackend, type RemoteDeps } from './remote-backend.ts';

/** What the APIServices there are come to: who answers which API, and their order. */
export class AggregatedApis implements Aggregation, CacheHandler<APIService> {
  readonly #deps: RemoteDeps;
  readonly #backends = new Map<string, RemoteBackend>();
  readonly #priorities = new Map<string, ApiPriority>();
  #remotes: readonly RemoteBackend[] = [];
  #generation = 0;

  constructor(deps: RemoteDeps) {
    this.#deps = deps;
  }

  get generation(): number {
    return this.#generation;
  }
  get remotes(): readonly RemoteApi[] {
    return this.#remotes;
  }

  find(group: string, version: string): RemoteApi | undefined {
    return this.#remotes.length === 0 ? undefined : this.#backends.get(`${version}.${group}`);
  }

  priority(group: string, version: string): ApiPriority | undefined {
    return this.#priorities.get(`${version}.${group}`);
  }

  /** Who answers the API of one APIService; `undefined` where that is this server. */
  backend(name: string): RemoteBackend | undefined {
    return this.#backends.get(name);
  }

  /** To be told of what a backend has found out. */
  readonly moved = (): void => {
    this.#generation += 1;
  };

  changed(service: APIService): void {
    const { name } = service.metadata;
    const { spec } = service;
    const priority = { group: spec.groupPriorityMinimum, version: spec.versionPriority };
    if (!isDeepEqual(this.#priorities.get(name), priority)) {
      this.#priorities.set(name, priority);
      this.moved();
    }
    const known = this.#backends.get(name);
    // The core is this server's own, whatever is registered.
    const isRemote = spec.service !== undefined && (spec.group ?? '') !== '';
    if (isRemote && known !== undefined) known.follow(service);
    else if (isRemote) this.#hold(name, new RemoteBackend(this.#deps, service));
    else if (known !== undefined) this.#hold(name, undefined);
  }

  removed({ metadata: { name } }: APIService): void {
    this.#priorities.delete(name);
    this.#hold(name, undefined);
  }

  #hold(name: string, backend: RemoteBackend | undefined): void {
    if (backend === undefined) this.#backends.delete(name);
    else this.#backends.set(name, backend);
    this.#remotes = [...this.#backends.values()];
    this.moved();
  }
}
