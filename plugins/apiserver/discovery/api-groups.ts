import { createHash } from 'node:crypto';
import type { Resource } from '../../../src/api/resource.ts';
import { servedVerbs } from '../served-verbs.ts';
import { groups, groupVersions, subresourcesOf, type GroupVersion, type ServedKinds } from './served-kinds.ts';

/** `/api`. */
export const apiVersions = (serverAddress: string): object => ({
  kind: 'APIVersions',
  versions: ['v1'],
  serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress }],
});

/** `/apis`. */
export const apiGroupList = (served: ServedKinds): object => ({
  kind: 'APIGroupList',
  apiVersion: 'v1',
  groups: [...groups(served)].map(([name, versions]) => apiGroup(name, versions)),
});

/** One group as `/apis` lists it; `/apis/<group>` also says its kind. */
export function apiGroup(name: string, versions: readonly GroupVersion[]): object {
  const told = versions.map(({ apiVersion, version }) => ({ groupVersion: apiVersion, version }));
  return { name, versions: told, preferredVersion: told[0] };
}

/** `/apis/<group>`; `undefined` for a group that is not served. */
export function singleGroup(served: ServedKinds, name: string): object | undefined {
  const versions = groups(served).get(name);
  return versions === undefined ? undefined : { kind: 'APIGroup', apiVersion: 'v1', ...apiGroup(name, versions) };
}

/** `/api/v1`, `/apis/<group>/<version>`; `undefined` for one that is not served. */
export function resourceList(served: ServedKinds, apiVersion: string): object | undefined {
  const found = groupVersions(served).find(candidate => candidate.apiVersion === apiVersion);
  if (found === undefined) return undefined;
  return {
    kind: 'APIResourceList',
    ...(apiVersion === 'v1' ? {} : { apiVersion: 'v1' }),
    groupVersion: apiVersion,
    resources: found.kinds.flatMap(resource => [
      mainResource(resource),
      ...subresourcesOf(served, resource).map(({ name, group, version, kind, verbs }) => ({
        name: `${resource.plural}/${name}`,
        singularName: '',
        namespaced: resource.scope === 'Namespaced',
        ...(group === resource.group && version === resource.version ? {} : { group, version }),
        kind,
        verbs,
      })),
    ]),
  };
}

function mainResource(resource: Resource): object {
  const { plural, singular, scope, kind, shortNames = [], categories = [], virtual, computed } = resource;
  return {
    name: plural,
    singularName: singular,
    namespaced: scope === 'Namespaced',
    kind,
    verbs: servedVerbs(resource),
    ...(shortNames.length === 0 ? {} : { shortNames }),
    ...(categories.length === 0 ? {} : { categories }),
    ...(virtual === true || computed === true ? {} : { storageVersionHash: storageVersionHash(resource) }),
  };
}

/** Changes when the stored form of a kind may; the first eight bytes of a digest as upstream shows it. */
const storageVersionHash = ({ group, version, kind }: Resource): string =>
  createHash('sha256')
    .update(`${STORED_AS.get(`${group}/${kind}`) ?? `${group}/${version}`}/${kind}`)
    .digest()
    .subarray(0, 8)
    .toString('base64');

/** Kinds that upstream stores as of another version than the one that is served. */
const STORED_AS: ReadonlyMap<string, string> = new Map([
  ['admissionregistration.k8s.io/MutatingAdmissionPolicy', 'admissionregistration.k8s.io/v1beta1'],
  ['admissionregistration.k8s.io/MutatingAdmissionPolicyBinding', 'admissionregistration.k8s.io/v1beta1'],
  ['apiextensions.k8s.io/CustomResourceDefinition', 'apiextensions.k8s.io/v1beta1'],
  ['autoscaling/HorizontalPodAutoscaler', 'autoscaling/v2'],
  ['events.k8s.io/Event', '/v1'],
]);
