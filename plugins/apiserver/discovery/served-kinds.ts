import type { Resource } from '../../../src/api/resource.ts';
import { qualified } from '../../../src/api/status-error.ts';
import type { Catalog } from '../catalog.ts';
import { builtInPriority, CUSTOM_PRIORITY, type ApiPriority } from '../../kinds/apiregistration/v1/api-priorities.ts';
import type { Aggregation, ConnectHandler, RemoteApi, SubresourceHandler } from '../contract.ts';

/** Everything discovery tells of, one group-version after the other. */
export interface ServedKinds {
  readonly catalog: Catalog;
  readonly aggregation: Aggregation | undefined;
  readonly subresources: readonly SubresourceHandler[];
  readonly connects: readonly ConnectHandler[];
}

export interface GroupVersion {
  readonly group: string;
  readonly version: string;
  readonly apiVersion: string;
  readonly kinds: readonly Resource[];
  /** Who answers it in place of this server, which has no kinds of it then. */
  readonly remote?: RemoteApi;
}

export interface Subresource {
  readonly name: string;
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly verbs: readonly string[];
}

/** Group-versions by the priorities of their APIServices, a group's preferred version first. */
export function groupVersions({
  catalog,
  aggregation,
}: Pick<ServedKinds, 'catalog' | 'aggregation'>): readonly GroupVersion[] {
  const remotes = aggregation?.remotes ?? [];
  const byVersion = Map.groupBy(catalog.all, ({ apiVersion }) => apiVersion);
  for (const { group, version } of remotes) byVersion.delete(`${group}/${version}`);
  const all: readonly GroupVersion[] = [
    ...[...byVersion].map(([apiVersion, kinds]) => ({
      group: kinds[0]?.group ?? '',
      version: kinds[0]?.version ?? '',
      apiVersion,
      kinds: kinds.toSorted((a, b) => (a.plural < b.plural ? -1 : 1)),
    })),
    ...remotes.map(remote => {
      const { group, version } = remote;
      return { group, version, apiVersion: `${group}/${version}`, kinds: [], remote };
    }),
  ];
  const ranked = all.map(each => ({ each, priority: priorityOf(each, aggregation) }));
  const ofGroup = new Map<string, number>();
  for (const { each, priority } of ranked) {
    ofGroup.set(each.group, Math.max(ofGroup.get(each.group) ?? 0, priority.group));
  }
  const rank = ({ group }: GroupVersion): number => ofGroup.get(group) ?? 0;
  return ranked
    .sort(
      ({ each: a, priority: x }, { each: b, priority: y }) =>
        rank(b) - rank(a) ||
        (a.group < b.group ? -1 : Number(a.group > b.group)) ||
        y.version - x.version ||
        compareVersions(a.version, b.version),
    )
    .map(({ each }) => each);
}

const priorityOf = ({ group, version }: GroupVersion, aggregation: Aggregation | undefined): ApiPriority =>
  aggregation?.priority(group, version) ?? builtInPriority(group, version) ?? CUSTOM_PRIORITY;

/** Versions of one group other than the core, best first. */
export function groups(
  served: Pick<ServedKinds, 'catalog' | 'aggregation'>,
): ReadonlyMap<string, readonly GroupVersion[]> {
  return Map.groupBy(
    groupVersions(served).filter(({ group }) => group !== ''),
    ({ group }) => group,
  );
}

/** v2, v1, v1beta2, v1alpha1, then others by name; apimachinery's CompareKubeAwareVersionStrings, best first. */
export function compareVersions(a: string, b: string): number {
  const [x, y] = [versionRank(a), versionRank(b)];
  for (const [index, value] of x.entries()) {
    const other = y[index] ?? 0;
    if (value !== other) return other - value;
  }
  return a < b ? -1 : Number(a > b);
}

function versionRank(version: string): readonly number[] {
  const match = /^v(\d+)(?:(alpha|beta)(\d+))?$/.exec(version);
  if (match === null) return [0, 0, 0];
  const [, major = '0', stage, minor = '0'] = match;
  return [stage === undefined ? 3 : stage === 'beta' ? 2 : 1, Number(major), Number(minor)];
}

/** Subresources of a kind, by name. */
export function subresourcesOf({ subresources, connects }: ServedKinds, resource: Resource): readonly Subresource[] {
  const own = { group: resource.group, version: resource.version, kind: resource.kind };
  const found: Subresource[] = [];
  if (resource.status === true) found.push({ name: 'status', ...own, verbs: ['get', 'patch', 'update'] });
  for (const name of Object.keys(resource.parts ?? {})) found.push({ name, ...own, verbs: ['get', 'patch', 'update'] });
  if (resource.scale !== undefined) {
    const scale = { group: 'autoscaling', version: 'v1', kind: 'Scale' };
    found.push({ name: 'scale', ...scale, verbs: ['get', 'patch', 'update'] });
  }
  if (qualified(resource) === 'namespaces') found.push({ name: 'finalize', ...own, verbs: ['update'] });
  for (const { resource: of, subresource, kind, verbs } of subresources) {
    if (of === qualified(resource)) found.push({ name: subresource, ...kind, verbs });
  }
  for (const { resource: of, subresource } of connects) {
    if (of === qualified(resource)) found.push({ name: subresource, ...own, ...connectKind(resource, subresource) });
  }
  return found.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Streams are named in discovery after their options' kind. */
function connectKind({ kind }: Resource, subresource: string): Pick<Subresource, 'kind' | 'verbs'> {
  switch (subresource) {
    case 'log':
      return { kind, verbs: ['get'] };
    case 'proxy':
      return { kind: `${kind}ProxyOptions`, verbs: ['create', 'delete', 'get', 'patch', 'update'] };
    case 'portforward':
      return { kind: `${kind}PortForwardOptions`, verbs: ['create', 'get'] };
    default:
      return {
        kind: `${kind}${subresource.charAt(0).toUpperCase()}${subresource.slice(1)}Options`,
        verbs: ['create', 'get'],
      };
  }
}
