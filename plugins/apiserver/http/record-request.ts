import { settleObject } from '../../../src/api/settle-object.ts';
import type { AnyObject } from '../../../src/api/object-meta.ts';
import type { Resource } from '../../../src/api/resource.ts';
import type { Steps } from '../../../src/base/steps.ts';
import type { AuditTrail } from '../../audit/contract.ts';
import type { HttpRequest } from './http-request.ts';
import { withoutManagedFields } from './without-managed-fields.ts';

/** Puts a decoded body on record, with the defaults of its kind, which upstream's decoder fills in. */
export async function recordBody(
  { trail, steps }: Pick<HttpRequest, 'trail' | 'steps'>,
  resource: Resource | undefined,
  body: AnyObject,
): Promise<void> {
  if (trail !== undefined) await recordObject(trail, steps, resource, body);
}

export async function recordObject(
  trail: AuditTrail,
  steps: Steps,
  resource: Resource | undefined,
  body: AnyObject,
): Promise<void> {
  trail.names(body.metadata ?? {});
  if (!trail.keepsRequests) return;
  const settled = resource === undefined ? body : await steps.run(() => settleObject(resource, body));
  const shown = trail.omitsManagedFields ? withoutManagedFields(settled) : settled;
  trail.requestObject(await steps.run(() => Buffer.from(JSON.stringify(shown))));
}

/** A patch is on record as the JSON that it is or means. */
export async function recordPatch(
  { trail, steps }: Pick<HttpRequest, 'trail' | 'steps'>,
  patch: unknown,
): Promise<void> {
  if (trail === undefined || !trail.keepsRequests) return;
  trail.requestObject(await steps.run(() => Buffer.from(JSON.stringify(patch))));
}
