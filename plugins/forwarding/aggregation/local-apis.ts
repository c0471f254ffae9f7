import type { Client } from '../../../src/api/client.ts';
import type { Resource } from '../../../src/api/resource.ts';
import { isStatusError } from '../../../src/api/status-error.ts';
import type { Timers } from '../../../src/base/world.ts';
import type { Logger } from '../../../src/kernel/logger.ts';
import type { Cache } from '../../../src/sdk/caches.ts';
import { builtInPriority, CUSTOM_PRIORITY } from '../../kinds/apiregistration/v1/api-priorities.ts';
import { APIService } from '../../kinds/apiregistration/v1/api-service.ts';
import type { CustomResourceDefinition } from '../../kinds/apiextensions/v1/custom-resource-definition.ts';
import { REGISTER_RETRY_MS } from '../limits.ts';
import {
  MANAGED_LABEL,
  nameOfApi,
  planLocalApis,
  specOfApi,
  type LocalApi,
  type LocalApiAct,
} from './plan-local-apis.ts';

export interface LocalApisDeps {
  readonly client: Client;
  readonly timers: Timers;
  readonly log: Logger;
  readonly services: Cache<APIService>;
  /** An API that one of them defines stays, also where its kinds are not served yet. */
  readonly definitions: Cache<CustomResourceDefinition>;
  /** Live. */
  readonly resources: readonly Resource[];
  readonly signal: AbortSignal;
}

/** Registers what this server answers itself, kinds that are defined later included. */
export class LocalApis {
  readonly #deps: LocalApisDeps;
  readonly #done = new Set<string>();
  readonly #atStart: ReadonlySet<string>;
  #isRunning = false;
  #isStale = false;
  #isComplete = false;

  /** Once caches are filled. */
  constructor(deps: LocalApisDeps) {
    this.#deps = deps;
    this.#atStart = new Set(deps.services.list().map(({ metadata }) => metadata.name));
  }

  /** Throws until all were registered once. */
  readonly requireComplete = (): void => {
    if (this.#isComplete) return;
    const missing = this.#wanted()
      .map(nameOfApi)
      .filter(name => this.#deps.services.get(name) === undefined);
    throw new Error(`missing APIService: [${missing.sort().join(' ')}]`);
  };

  /** Something changed: a kind, or an APIService. */
  wake(): void {
    this.#isStale = true;
    if (!this.#isRunning) void this.#run();
  }

  async #run(): Promise<void> {
    const { timers, log, signal } = this.#deps;
    this.#isRunning = true;
    // Kinds and definitions that come together are looked at together.
    await Promise.resolve();
    while (this.#isStale && !signal.aborted) {
      this.#isStale = false;
      try {
        await this.#pass();
      } catch (error) {
        if (signal.aborted) break;
        log.warn('an APIService was not registered', { error });
        timers.after(REGISTER_RETRY_MS, () => this.wake());
      }
    }
    this.#isRunning = false;
  }

  async #pass(): Promise<void> {
    const { services, definitions } = this.#deps;
    const wanted = this.#wanted();
    const acts = planLocalApis(wanted, services.list(), this.#done, this.#atStart);
    for (const act of acts) {
      if (act.type === 'delete' && isDefined(act.service, definitions)) continue;
      const revision = await this.#act(act);
      if (revision !== undefined) await services.reached(revision);
    }
    for (const api of wanted) this.#done.add(nameOfApi(api));
    this.#isComplete = true;
  }

  /** Where somebody was faster, the cache tells what came of it. */
  async #act(act: LocalApiAct): Promise<string | undefined> {
    const { client } = this.#deps;
    try {
      switch (act.type) {
        case 'create': {
          const labels = { [MANAGED_LABEL]: act.api.sync === 'onstart' ? 'onstart' : 'true' };
          const made = await client.create(APIService, {
            metadata: { name: act.name, labels },
            spec: specOfApi(act.api),
          });
          return made.metadata.resourceVersion;
        }
        case 'update': {
          const kept = await client.update(APIService, { ...act.service, spec: specOfApi(act.api) });
          return kept.metadata.resourceVersion;
        }
        case 'delete': {
          const { name, uid } = act.service.metadata;
          await client.delete(APIService, { name }, { preconditions: { uid } });
          return undefined;
        }
      }
    } catch (error) {
      if (!isStatusError(error, 'AlreadyExists', 'Conflict', 'NotFound')) throw error;
      return undefined;
    }
  }

  #wanted(): readonly LocalApi[] {
    const { resources } = this.#deps;
    const byName = new Map<string, LocalApi>();
    for (const { group, version, yields } of resources) {
      const builtIn = builtInPriority(group, version);
      const sync = yields === undefined ? (builtIn === undefined ? 'true' : 'onstart') : 'yielding';
      const api: LocalApi = { group, version, priority: yields ?? builtIn ?? CUSTOM_PRIORITY, sync };
      // It is by this group that all others are registered.
      if (group !== APIService.group) byName.set(nameOfApi(api), api);
    }
    return [...byName.values()];
  }
}

const isDefined = ({ spec }: APIService, definitions: Cache<CustomResourceDefinition>): boolean =>
  definitions
    .list()
    .some(
      each =>
        each.spec.group === spec.group &&
        each.spec.versions.some(({ name, served }) => served && name === spec.version),
    );
