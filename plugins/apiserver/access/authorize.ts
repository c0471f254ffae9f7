import { notAllowedError } from '../../../src/api/not-allowed-error.ts';
import type { UserInfo } from '../../../src/api/user-info.ts';
import type { AuditNotes, Authorization, Authorizer, RequestInfo } from '../contract.ts';

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

/** Throws 403. What is decided is noted for the record. */
export async function requireAllowed(
  authorization: Authorization,
  user: UserInfo,
  request: RequestInfo,
  audit?: AuditNotes,
): Promise<void> {
  const decision = await authorization.authorize(user, request);
  audit?.annotate('authorization.k8s.io/decision', decision.allowed ? 'allow' : 'forbid');
  audit?.annotate('authorization.k8s.io/reason', decision.reason ?? '');
  if (!decision.allowed) throw notAllowedError(user.name, request, decision.reason);
}
