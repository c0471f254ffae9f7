import type { Resource } from '../../../src/api/resource.ts';
import type { RequestInfo } from '../contract.ts';

export interface Target {
  readonly verb: string;
  readonly namespace?: string | undefined;
  readonly name?: string;
  readonly subresource?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
}

/** What a request of this process is judged by, as if it had come over HTTP. */
export function requestInfo(resource: Resource, target: Target): RequestInfo {
  const { group, version, plural, apiVersion, scope } = resource;
  const { verb, name = '', subresource = '', labelSelector, fieldSelector } = target;
  const namespace = scope === 'Namespaced' ? (target.namespace ?? '') : '';
  const root = group === '' ? '/api' : '/apis';
  const within = namespace === '' ? '' : `/namespaces/${namespace}`;
  const rest = [plural, name, subresource].filter(part => part !== '').join('/');
  return {
    verb,
    path: `${root}/${apiVersion}${within}/${rest}`,
    isResourceRequest: true,
    group,
    version,
    resource: plural,
    subresource,
    namespace,
    name,
    ...(labelSelector === undefined ? {} : { labelSelector }),
    ...(fieldSelector === undefined ? {} : { fieldSelector }),
  };
}
