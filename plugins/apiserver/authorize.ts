import { forbiddenError, StatusError } from '../../src/api/status-error.ts';
import type { UserInfo } from '../../src/api/user-info.ts';
import type { AuditNotes, Authorization, Authorizer, Decision, RequestInfo } from './contract.ts';

/** Asks the contributed authorizers in turn; without one that allows, the answer is no. */
export function createAuthorization(authorizers: readonly Authorizer[]): Authorization {
  return {
    async authorize(user, request) {
      const reasons: string[] = [];
      for (const authorizer of authorizers) {
        const decision = await authorizer.authorize(user, request);
        if (decision.allowed) return decision;
        if (decision.reason !== undefined && decision.reason !== '') reasons.push(decision.reason);
        if (decision.denied === true) return { allowed: false, denied: true, reason: reasons.join('\n') };
      }
      return { allowed: false, reason: reasons.join('\n') };
    },
  };
}

/** Throws 403, worded as apiserver's responsewriters.ForbiddenStatusError. What is decided is noted for the record. */
export async function requireAllowed(
  authorization: Authorization,
  user: UserInfo,
  request: RequestInfo,
  audit?: AuditNotes,
): Promise<void> {
  const decision = await authorization.authorize(user, request);
  audit?.annotate('authorization.k8s.io/decision', decision.allowed ? 'allow' : 'forbid');
  audit?.annotate('authorization.k8s.io/reason', decision.reason ?? '');
  if (!decision.allowed) throw refusal(user, request, decision);
}

function refusal({ name: userName }: UserInfo, request: RequestInfo, { reason = '' }: Decision): StatusError {
  const { verb, path, group, resource, subresource, namespace, name } = request;
  const who = `User ${JSON.stringify(userName)} cannot ${verb}`;
  const tail = reason === '' ? '' : `: ${reason}`;
  if (!request.isResourceRequest) {
    return new StatusError('Forbidden', `forbidden: ${who} path ${JSON.stringify(path)}${tail}`, { details: {} });
  }
  const full = JSON.stringify(subresource === '' ? resource : `${resource}/${subresource}`);
  const where = namespace === '' ? 'at the cluster scope' : `in the namespace ${JSON.stringify(namespace)}`;
  const detail = `${who} resource ${full} in API group ${JSON.stringify(group)} ${where}${tail}`;
  return forbiddenError({ group, plural: resource }, name, detail);
}
