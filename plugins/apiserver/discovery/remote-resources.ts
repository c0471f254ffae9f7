import type { RemoteApi, RemoteResource } from '../contract.ts';

/** The resources of another server in the form of aggregated discovery, subresources below their own. */
export function remoteResources({ resources, group, version }: RemoteApi): readonly object[] {
  const kindOf = (resource: RemoteResource): object => ({
    group: resource.group === '' ? group : resource.group,
    version: resource.version === '' ? version : resource.version,
    kind: resource.kind,
  });
  const subresources = Map.groupBy(
    resources.filter(({ name }) => name.includes('/')),
    ({ name }) => name.split('/', 1)[0] ?? '',
  );
  return resources
    .filter(({ name }) => !name.includes('/'))
    .map(resource => {
      const { name, singularName, namespaced, verbs, shortNames, categories } = resource;
      const below = (subresources.get(name) ?? []).map(each => ({
        subresource: each.name.slice(name.length + 1),
        responseKind: kindOf(each),
        verbs: each.verbs,
      }));
      return {
        resource: name,
        responseKind: kindOf(resource),
        scope: namespaced ? 'Namespaced' : 'Cluster',
        singularResource: singularName,
        verbs,
        ...(shortNames.length === 0 ? {} : { shortNames }),
        ...(categories.length === 0 ? {} : { categories }),
        ...(below.length === 0 ? {} : { subresources: below }),
      };
    });
}
