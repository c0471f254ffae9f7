import type { Client } from '../api/client.ts';
import type { AnyObject, OwnerReference } from '../api/object-meta.ts';
import type { Resource } from '../api/resource.ts';
import { isStatusError } from '../api/status-error.ts';
import type { Cache } from './caches.ts';
import type { Controller } from './controller.ts';
import { byController, controllerReference, orphansByNamespace } from './controller-reference.ts';

export interface Claims {
  readonly keep: readonly AnyObject[];
  readonly adopt: readonly AnyObject[];
  readonly release: readonly AnyObject[];
}

/** Whether an object is one that the owner may have. */
export type Belongs = (object: AnyObject) => boolean;

/** What `owner` keeps, should take and should let go, after upstream's ControllerRefManager. */
export function planClaims(
  owner: AnyObject,
  belongs: Belongs,
  controlled: readonly AnyObject[],
  orphans: readonly AnyObject[],
): Claims {
  const keep = controlled.filter(belongs);
  if (owner.metadata.deletionTimestamp !== undefined) return { keep, adopt: [], release: [] };
  return {
    keep,
    release: controlled.filter(object => !belongs(object)),
    adopt: orphans.filter(object => object.metadata.deletionTimestamp === undefined && belongs(object)),
  };
}

/** The objects of `cache` that `owner` controls once claims are settled. */
export async function claimOwned(
  client: Client,
  { primary, ownedFinalizer }: Pick<Controller, 'primary' | 'ownedFinalizer'>,
  owner: AnyObject,
  belongs: Belongs | undefined,
  resource: Resource,
  cache: Cache<AnyObject>,
): Promise<readonly AnyObject[]> {
  const controlled = cache.indexed(byController, owner.metadata.uid);
  if (belongs === undefined) return controlled;
  const orphans = cache.indexed(orphansByNamespace, owner.metadata.namespace ?? '');
  const { keep, adopt, release } = planClaims(owner, belongs, controlled, orphans);
  const adopted: AnyObject[] = [];
  if (adopt.length > 0 && (await isStillWanted(client, primary, owner))) {
    for (const object of adopt) {
      const references = [...(object.metadata.ownerReferences ?? []), controllerReference(owner)];
      const { finalizers = [] } = object.metadata;
      const isBare = ownedFinalizer !== undefined && !finalizers.includes(ownedFinalizer);
      const kept = isBare ? [...finalizers, ownedFinalizer] : finalizers;
      const taken = await setOwners(client, resource, object, references, kept);
      if (taken !== undefined) adopted.push(taken);
    }
  }
  for (const object of release) {
    const references = (object.metadata.ownerReferences ?? []).filter(({ uid }) => uid !== owner.metadata.uid);
    const kept = (object.metadata.finalizers ?? []).filter(name => name !== ownedFinalizer);
    await setOwners(client, resource, object, references, kept);
  }
  return adopted.length === 0 ? keep : [...keep, ...adopted];
}

/** A cache may be behind: an owner that is going away, or was replaced, must not adopt. */
async function isStillWanted(client: Client, primary: Resource, owner: AnyObject): Promise<boolean> {
  const { name, namespace } = owner.metadata;
  const live = await client.get<Resource>(primary, namespace === undefined ? { name } : { name, namespace });
  return live.metadata.uid === owner.metadata.uid && live.metadata.deletionTimestamp === undefined;
}

/** `undefined` when the object changed or went meanwhile; its change will wake whom it concerns. */
async function setOwners(
  client: Client,
  resource: Resource,
  object: AnyObject,
  references: readonly OwnerReference[],
  finalizers: readonly string[],
): Promise<AnyObject | undefined> {
  const { name, namespace, uid, resourceVersion } = object.metadata;
  const orNone = (list: readonly unknown[]) => (list.length === 0 ? null : list);
  const body = {
    metadata: { uid, resourceVersion, ownerReferences: orNone(references), finalizers: orNone(finalizers) },
  };
  try {
    const key = namespace === undefined ? { name } : { name, namespace };
    return await client.patch<Resource>(resource, key, { type: 'merge', body });
  } catch (error) {
    if (isStatusError(error, 'NotFound', 'Conflict', 'Invalid')) return undefined;
    throw error;
  }
}
