import type { Resource } from '../../../src/api/resource.ts';

type Version = Pick<Resource, 'group' | 'version'>;

export const capital = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;

/** The group's labels: `core`, `apps`, `rbacAuthorization`. */
export const groupName = (group: string): string =>
  group === ''
    ? 'core'
    : group.replace(/\.k8s\.io$/, '').replaceAll(/\.(\w)/g, (_dot, letter: string) => letter.toUpperCase());

export const tagOf = ({ group, version }: Version): string => `${groupName(group)}_${version}`;

/** Unique in the document, and named as upstream's clients are generated from: `createCoreV1NamespacedPod`. */
export const operationId = (verb: string, { group, version }: Version, rest: string): string =>
  `${verb}${capital(groupName(group))}${capital(version)}${rest}`;
