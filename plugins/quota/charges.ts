import type { AnyObject } from '../../src/api/object-meta.ts';

/** A write that quotas were charged for, as long as it may not be seen yet. */
export interface Charge {
  /** Plural with group. */
  readonly resource: string;
  /** As it is to be stored. */
  readonly object: AnyObject;
  /** Known once it is stored. */
  readonly revision?: number;
}

/** Charged writes by namespace and uid: a count takes them for done, whether it sees them or not. */
export class Charges {
  readonly #byNamespace = new Map<string, Map<string, Charge>>();

  put(resource: string, object: AnyObject): void {
    const { namespace = '', uid } = object.metadata;
    let charges = this.#byNamespace.get(namespace);
    if (charges === undefined) this.#byNamespace.set(namespace, (charges = new Map<string, Charge>()));
    charges.set(uid, { resource, object });
  }

  /** The write is stored: the charge ends when that revision is seen. */
  stored({ namespace = '', uid }: AnyObject['metadata'], revision: number): void {
    const charge = this.get({ namespace, uid });
    if (charge !== undefined) this.#byNamespace.get(namespace)?.set(uid, { ...charge, revision });
  }

  get({ namespace = '', uid }: Pick<AnyObject['metadata'], 'namespace' | 'uid'>): Charge | undefined {
    return this.#byNamespace.get(namespace)?.get(uid);
  }

  /** Ends a charge if there is one: its write is seen, or will never be. */
  end({ namespace = '', uid }: Pick<AnyObject['metadata'], 'namespace' | 'uid'>): boolean {
    const charges = this.#byNamespace.get(namespace);
    const wasThere = charges?.delete(uid) === true;
    if (charges?.size === 0) this.#byNamespace.delete(namespace);
    return wasThere;
  }

  /** Nobody counts any more. */
  clear(): void {
    this.#byNamespace.clear();
  }

  /** All objects of a kind: those `seen`, with the charged ones added or in their place. */
  merged(namespace: string, resource: string, seen: readonly AnyObject[]): readonly AnyObject[] {
    const charged = [...(this.#byNamespace.get(namespace)?.values() ?? [])].filter(each => each.resource === resource);
    if (charged.length === 0) return seen;
    const uids = new Set(charged.map(({ object }) => object.metadata.uid));
    return [...seen.filter(({ metadata }) => !uids.has(metadata.uid)), ...charged.map(({ object }) => object)];
  }
}
