import { isStatusError } from '../../../src/api/status-error.ts';
import { isDeepEqual } from '../../../src/base/deep-equal.ts';
import type { ControllerClient } from '../../../src/sdk/controller.ts';
import { controllerOf } from '../../../src/sdk/controller-reference.ts';
import type { AnyObject } from '../../../src/api/object-meta.ts';
import { ControllerRevision } from '../../kinds/apps/v1/controller-revision.ts';
import { HashCollision } from '../hash-collision.ts';
import type { History } from './plan-history.ts';

/** What a new revision is to be. */
export interface Snapshot {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly data: unknown;
}

/**
 * The revision that says what the owner is now: made where there is none, moved to the end where it is an old one.
 * Throws `HashCollision`.
 */
export async function settleRevision(
  owner: AnyObject,
  client: ControllerClient,
  { same, revision }: History,
  snapshot: Snapshot,
): Promise<ControllerRevision> {
  const [current] = same;
  if (current !== undefined) {
    if (current.revision >= revision) return current;
    return client.update(ControllerRevision, { ...current, revision });
  }
  const { name, labels, annotations, data } = snapshot;
  const metadata = { name, labels, ...(annotations === undefined ? {} : { annotations }) };
  try {
    return await client.createOwned(ControllerRevision, { metadata, data, revision });
  } catch (error) {
    if (!isStatusError(error, 'AlreadyExists')) throw error;
    const found = await client.get(ControllerRevision, { name, namespace: owner.metadata.namespace ?? '' });
    if (controllerOf(found)?.uid === owner.metadata.uid && isDeepEqual(found.data, data)) return found;
    throw new HashCollision(`controller revision "${name}" already exists with other data`, { cause: error });
  }
}

export async function forgetRevisions(
  client: ControllerClient,
  revisions: readonly ControllerRevision[],
): Promise<void> {
  for (const { metadata } of revisions) {
    const { name, namespace = '', uid } = metadata;
    try {
      await client.delete(ControllerRevision, { name, namespace }, { preconditions: { uid } });
    } catch (error) {
      if (!isStatusError(error, 'NotFound')) throw error;
    }
  }
}
