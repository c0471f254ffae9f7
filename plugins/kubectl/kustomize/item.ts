import { textAt, withField, type Fields } from '../dig.ts';
import { groupOf, nameOf, namespaceOf, versionOf, type KubeObject } from '../kube-object.ts';
import { isKindOfCluster } from './known-kinds.ts';

/** What an object was called at one stage of a build. */
export interface Id {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
}

/** One object under way through a build. */
export interface Item {
  readonly object: KubeObject;
  /** What it was called before, oldest first. */
  readonly before: readonly Id[];
  readonly prefixes: readonly string[];
  readonly suffixes: readonly string[];
  /** Whether a hash of what it holds becomes part of its name. */
  readonly isHashed: boolean;
}

export const newItem = (object: KubeObject, isHashed = false): Item => ({
  object,
  before: [],
  prefixes: [],
  suffixes: [],
  isHashed,
});

export const idOf = (object: KubeObject): Id => ({
  group: groupOf(object.apiVersion),
  version: versionOf(object.apiVersion),
  kind: object.kind,
  name: nameOf(object),
  namespace: namespaceOf(object),
});

export const currentId = ({ object }: Item): Id => idOf(object);
export const originalId = (item: Item): Id => item.before[0] ?? currentId(item);
export const allIds = (item: Item): readonly Id[] => [...item.before, currentId(item)];

/** Its names so far, and the one it has now as one of them. */
export const remembering = (item: Item): Item => {
  const id = currentId(item);
  return { ...item, before: [...item.before, { ...id, namespace: effectiveNamespace(id) }] };
};

export const withObject = (item: Item, fields: Fields): Item => ({
  ...item,
  object: { ...fields, apiVersion: textAt(fields, 'apiVersion'), kind: textAt(fields, 'kind') },
});

export const withName = (item: Item, name: string): Item =>
  withObject(item, withField(item.object, ['metadata', 'name'], name));

/** No namespace is `default`; what lies in none is by itself. */
export const effectiveNamespace = (id: Id): string => (isKindOfCluster(id) ? '' : id.namespace || 'default');

export const isSameId = (a: Id, b: Id): boolean =>
  a.group === b.group &&
  a.version === b.version &&
  a.kind === b.kind &&
  a.name === b.name &&
  effectiveNamespace(a) === effectiveNamespace(b);

/** `Deployment.v1.apps/web.[noNs]`. */
export const idText = (id: Id): string => `${kindText(id)}/${id.name || '[noName]'}.${id.namespace || '[noNs]'}`;

export const kindText = ({ group, version, kind }: Pick<Id, 'group' | 'version' | 'kind'>): string =>
  `${kind || '[noKind]'}.${version || '[noVer]'}.${group || '[noGrp]'}`;
