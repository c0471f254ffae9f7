import type { Key } from '../../../src/api/client.ts';
import type { AnyObject, ObjectMeta, OwnerReference } from '../../../src/api/object-meta.ts';
import type { Resource } from '../../../src/api/resource.ts';

/** What the collector knows of one object; the object itself is not kept. */
export interface GraphNode {
  readonly uid: string;
  /** `undefined` while only its dependents tell of it. */
  readonly resource: Resource | undefined;
  readonly key: Key;
  readonly owners: readonly OwnerReference[];
  readonly isDeleting: boolean;
  /** Deleted in the foreground: it goes after those dependents that block it. */
  readonly awaitsDependents: boolean;
  /** Deleted while its dependents are to stay: they are let go first. */
  readonly orphansDependents: boolean;
}

/** What a change calls for. */
export interface Consequences {
  /** Uids of objects whose owners are to be looked at. */
  readonly inspect: readonly string[];
  /** Uids of owners whose dependents are to be let go. */
  readonly orphan: readonly string[];
}

const NOTHING: Consequences = { inspect: [], orphan: [] };

/** Who owns whom, over all kinds. Pure bookkeeping: what follows from a change is answered, not done. */
export class OwnerGraph {
  readonly #nodes = new Map<string, GraphNode>();
  readonly #dependents = new Map<string, Set<string>>();

  get size(): number {
    return this.#nodes.size;
  }

  node(uid: string): GraphNode | undefined {
    return this.#nodes.get(uid);
  }

  dependentsOf(uid: string): readonly GraphNode[] {
    return [...(this.#dependents.get(uid) ?? [])].flatMap(dependent => this.#nodes.get(dependent) ?? []);
  }

  nodesOf(resource: Resource): readonly GraphNode[] {
    return [...this.#nodes.values()].filter(node => node.resource === resource);
  }

  put(resource: Resource, { metadata }: AnyObject): Consequences {
    const before = this.#nodes.get(metadata.uid);
    const node = nodeOf(resource, metadata);
    // Most objects change in ways that are no concern of owners and dependents.
    if (before !== undefined && isAlike(before, node)) return NOTHING;
    this.#nodes.set(node.uid, node);
    this.#refile(before, node);
    const inspect: string[] = [];
    if (before === undefined && node.owners.length > 0) inspect.push(node.uid);
    if (before !== undefined && ownersKey(before) !== ownersKey(node)) {
      inspect.push(node.uid, ...this.#awaiting(before.owners));
    }
    if (node.awaitsDependents && before?.awaitsDependents !== true) {
      inspect.push(node.uid, ...(this.#dependents.get(node.uid) ?? []));
    }
    if (node.isDeleting && before?.isDeleting !== true) inspect.push(...this.#awaiting(node.owners));
    const isOrphaning = node.orphansDependents && before?.orphansDependents !== true;
    return { inspect, orphan: isOrphaning ? [node.uid] : [] };
  }

  /** The object is gone: its dependents have one owner less, and those it blocked may go on. */
  drop(uid: string): Consequences {
    const node = this.#nodes.get(uid);
    this.#nodes.delete(uid);
    const dependents = [...(this.#dependents.get(uid) ?? [])];
    if (node === undefined) return { inspect: dependents, orphan: [] };
    this.#refile(node, undefined);
    return { inspect: [...dependents, ...this.#awaiting(node.owners)], orphan: [] };
  }

  #awaiting(owners: readonly OwnerReference[]): readonly string[] {
    return owners.flatMap(({ uid }) => (this.#nodes.get(uid)?.awaitsDependents === true ? [uid] : []));
  }

  #refile(before: GraphNode | undefined, now: GraphNode | undefined): void {
    for (const { uid } of before?.owners ?? []) {
      const dependents = this.#dependents.get(uid);
      dependents?.delete(before?.uid ?? '');
      if (dependents?.size === 0) this.#dependents.delete(uid);
    }
    if (now === undefined) return;
    for (const { uid } of now.owners) {
      const dependents = this.#dependents.get(uid) ?? new Set();
      this.#dependents.set(uid, dependents.add(now.uid));
    }
  }
}

export const FOREGROUND = 'foregroundDeletion';
export const ORPHAN = 'orphan';

function nodeOf(resource: Resource, metadata: ObjectMeta): GraphNode {
  const { name, namespace, uid, ownerReferences = [], finalizers = [] } = metadata;
  const isDeleting = metadata.deletionTimestamp !== undefined;
  return {
    uid,
    resource,
    key: namespace === undefined ? { name } : { name, namespace },
    owners: ownerReferences,
    isDeleting,
    awaitsDependents: isDeleting && finalizers.includes(FOREGROUND),
    orphansDependents: isDeleting && finalizers.includes(ORPHAN),
  };
}

const ownersKey = ({ owners }: GraphNode): string =>
  owners.map(({ uid, blockOwnerDeletion }) => `${uid} ${blockOwnerDeletion === true}`).join(',');

const isAlike = (a: GraphNode, b: GraphNode): boolean =>
  a.isDeleting === b.isDeleting &&
  a.awaitsDependents === b.awaitsDependents &&
  a.orphansDependents === b.orphansDependents &&
  ownersKey(a) === ownersKey(b);
