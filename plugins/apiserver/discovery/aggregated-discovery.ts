import type { Resource } from '../../../src/api/resource.ts';
import { servedVerbs } from '../served-verbs.ts';
import { remoteResources } from './remote-resources.ts';
import { groups, groupVersions, subresourcesOf, type GroupVersion, type ServedKinds } from './served-kinds.ts';

export type DiscoveryVersion = 'v2' | 'v2beta1';

/** All of `/api` (`core`) or `/apis` in one document; apidiscovery.k8s.io, KEP-3352. */
export function aggregatedDiscovery(served: ServedKinds, part: 'core' | 'groups', version: DiscoveryVersion): object {
  const core = groupVersions(served).filter(({ group }) => group === '');
  const all = part === 'core' ? new Map(core.length === 0 ? [] : [['', core] as const]) : groups(served);
  return {
    kind: 'APIGroupDiscoveryList',
    apiVersion: `apidiscovery.k8s.io/${version}`,
    metadata: {},
    items: [...all].map(([name, versions]) => ({
      metadata: name === '' ? {} : { name },
      versions: versions.map(each => ({
        version: each.version,
        resources: [
          ...each.kinds.map(resource => discoveryOf(served, resource, each)),
          ...(each.remote === undefined ? [] : remoteResources(each.remote)),
        ],
        freshness: each.remote?.isFresh === false ? 'Stale' : 'Current',
      })),
    })),
  };
}

function discoveryOf(served: ServedKinds, resource: Resource, { group, version }: GroupVersion): object {
  const { plural, singular, scope, kind, shortNames = [], categories = [] } = resource;
  const subresources = subresourcesOf(served, resource).map(subresource => ({
    subresource: subresource.name,
    responseKind: {
      group: subresource.group === group ? '' : subresource.group,
      version: subresource.group === group && subresource.version === version ? '' : subresource.version,
      kind: subresource.kind,
    },
    verbs: subresource.verbs,
  }));
  return {
    resource: plural,
    // Those of the document's own place are left out, but of kinds that a definition makes.
    responseKind: resource.custom === undefined ? { group: '', version: '', kind } : { group, version, kind },
    scope: scope === 'Namespaced' ? 'Namespaced' : 'Cluster',
    singularResource: singular,
    verbs: servedVerbs(resource),
    ...(shortNames.length === 0 ? {} : { shortNames }),
    ...(categories.length === 0 ? {} : { categories }),
    ...(subresources.length === 0 ? {} : { subresources }),
  };
}
