/** One resource a server serves. */
export interface ApiResource {
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly singular: string;
  readonly kind: string;
  readonly namespaced: boolean;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly verbs: readonly string[];
  readonly subresources: readonly string[];
}

export const apiVersionOf = ({ group, version }: Pick<ApiResource, 'group' | 'version'>): string =>
  group === '' ? version : `${group}/${version}`;

/** `deployments.apps`: as what is printed names it. */
export const groupResource = ({ group, resource }: Pick<ApiResource, 'group' | 'resource'>): string =>
  group === '' ? resource : `${resource}.${group}`;

/** `deployment.apps`: the kind in small letters, as names of objects begin. */
export const groupKind = ({ group, kind }: Pick<ApiResource, 'group' | 'kind'>): string =>
  group === '' ? kind.toLowerCase() : `${kind.toLowerCase()}.${group}`;

/** The path of a collection, an object or what is below it. */
export function resourcePath(resource: ApiResource, namespace: string, ...below: readonly string[]): string {
  const root = resource.group === '' ? `/api/${resource.version}` : `/apis/${resource.group}/${resource.version}`;
  const within = resource.namespaced && namespace !== '' ? `/namespaces/${encodeURIComponent(namespace)}` : '';
  return [`${root}${within}/${resource.resource}`, ...below.map(encodeURIComponent)].join('/');
}
