import { manageUpdate, writtenFields, type Manager } from '../../../src/api/managed-fields.ts';
import { withGivenEmpties } from '../../../src/api/with-given-empties.ts';
import type { AnyObject } from '../../../src/api/object-meta.ts';
import type { Resource } from '../../../src/api/resource.ts';
import type { Steps } from '../../../src/base/steps.ts';

/**
 * `manageUpdate` in steps: of an object with very many fields each takes long. `given` is what the client said of it, where
 * that is not `next`.
 */
export async function managed(
  steps: Steps,
  resource: Resource,
  next: AnyObject,
  old: AnyObject | undefined,
  manager: Manager,
  nowMs: number,
  given = next,
): Promise<AnyObject> {
  const changes = await steps.run(() => writtenFields(resource, withGivenEmpties(resource, next, given), old, manager));
  return steps.run(() => manageUpdate(resource, next, old, manager, nowMs, changes));
}
