import type { Resource } from '../../../src/api/resource.ts';
import { qualified } from '../../../src/api/status-error.ts';
import type { Catalog } from '../catalog.ts';
import type { ConnectHandler, SubresourceHandler } from '../contract.ts';

/** Everything discovery tells of, one group-version after the other. */
export interface ServedKinds {
  readonly catalog: Catalog;
  readonly subresources: readonly SubresourceHandler[];
  readonly connects: readonly ConnectHandler[];
}

export interface GroupVersion {
  readonly group: string;
  readonly version: string;
  readonly apiVersion: string;
  readonly kinds: readonly Resource[];
}

export interface Subresource {
  readonly name: string;
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly verbs: readonly string[];
}

/** Group-versions in the order of upstream's APIService priorities, a group's preferred version first. */
export function groupVersions(catalog: Catalog): readonly GroupVersion[] {
  const byVersion = Map.groupBy(catalog.all, ({ apiVersion }) => apiVersion);
  return [...byVersion]
    .map(([apiVersion, kinds]) => ({
      group: kinds[0]?.group ?? '',
      version: kinds[0]?.version ?? '',
      apiVersion,
      kinds: kinds.toSorted((a, b) => (a.plural < b.plural ? -1 : 1)),
    }))
    .sort(
      (a, b) =>
        priorityOf(b.group) - priorityOf(a.group) ||
        (a.group < b.group ? -1 : Number(a.group > b.group)) ||
        compareVersions(a.version, b.version),
    );
}

/** Versions of one group other than the core, best first. */
export function groups(catalog: Catalog): ReadonlyMap<string, readonly GroupVersion[]> {
  return Map.groupBy(
    groupVersions(catalog).filter(({ group }) => group !== ''),
    ({ group }) => group,
  );
}

/** groupPriorityMinimum of pkg/controlplane/apiserver/aggregator.go; groups of CRDs have 1000. */
const PRIORITIES: ReadonlyMap<string, number> = new Map([
  ['', 18000],
  ['apiregistration.k8s.io', 17900],
  ['apps', 17800],
  ['events.k8s.io', 17750],
  ['authentication.k8s.io', 17700],
  ['authorization.k8s.io', 17600],
  ['autoscaling', 17500],
  ['batch', 17400],
  ['certificates.k8s.io', 17300],
  ['networking.k8s.io', 17200],
  ['policy', 17100],
  ['rbac.authorization.k8s.io', 17000],
  ['storage.k8s.io', 16800],
  ['apiextensions.k8s.io', 16700],
  ['admissionregistration.k8s.io', 16700],
  ['scheduling.k8s.io', 16600],
  ['coordination.k8s.io', 16500],
  ['node.k8s.io', 16300],
  ['discovery.k8s.io', 16200],
  ['flowcontrol.apiserver.k8s.io', 16100],
]);
const priorityOf = (group: string): number => PRIORITIES.get(group) ?? 1000;

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
