import { isDeepEqual } from '../../../src/base/deep-equal.ts';
import type { ApiPriority } from '../../kinds/apiregistration/v1/api-priorities.ts';
import type { APIService } from '../../kinds/apiregistration/v1/api-service.ts';

/** A group version that this server answers itself. */
export interface LocalApi {
  readonly group: string;
  readonly version: string;
  readonly priority: ApiPriority;
  /**
   * `onstart`: registered once, users may change it. `true`: kept as it is. `yielding`: kept, and left to another
   * server as soon as somebody registers that.
   */
  readonly sync: 'onstart' | 'true' | 'yielding';
}

export type LocalApiAct =
  | { readonly type: 'create'; readonly name: string; readonly api: LocalApi }
  | { readonly type: 'update'; readonly service: APIService; readonly api: LocalApi }
  | { readonly type: 'delete'; readonly service: APIService };

export const MANAGED_LABEL = 'kube-aggregator.kubernetes.io/automanaged';

export const nameOfApi = ({ group, version }: Pick<LocalApi, 'group' | 'version'>): string => `${version}.${group}`;

export const specOfApi = ({ group, version, priority }: LocalApi): APIService['spec'] => ({
  ...(group === '' ? {} : { group }),
  version,
  groupPriorityMinimum: priority.group,
  versionPriority: priority.version,
});

/**
 * What is to be done so that every local API has its APIService. `done` names those that were once as they should
 * be since this server runs; `atStart` those that were there when it began.
 */
export function planLocalApis(
  wanted: readonly LocalApi[],
  present: readonly APIService[],
  done: ReadonlySet<string>,
  atStart: ReadonlySet<string>,
): readonly LocalApiAct[] {
  const found = new Map(present.map(service => [service.metadata.name, service]));
  const missing = wanted.filter(
    api => !found.has(nameOfApi(api)) && !(api.sync === 'onstart' && done.has(nameOfApi(api))),
  );
  const byName = new Map(wanted.map(api => [nameOfApi(api), api]));
  return [
    ...missing.map((api): LocalApiAct => ({ type: 'create', name: nameOfApi(api), api })),
    ...present.flatMap((service): readonly LocalApiAct[] => {
      const { name, labels } = service.metadata;
      const managed = labels?.[MANAGED_LABEL];
      const api = byName.get(name);
      if (managed !== 'true' && managed !== 'onstart') return [];
      if (done.has(name) && (managed === 'onstart' || api?.sync === 'onstart')) return [];
      if (managed === 'onstart' && !atStart.has(name)) return [];
      if (api === undefined) return [{ type: 'delete', service }];
      if (api.sync === 'yielding' && service.spec.service !== undefined) return [];
      return isDeepEqual(service.spec, specOfApi(api)) ? [] : [{ type: 'update', service, api }];
    }),
  ];
}
