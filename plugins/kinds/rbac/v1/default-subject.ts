import type { Subject } from './role-ref.ts';

/** Users and groups belong to RBAC's own group, service accounts to the core. */
export const defaultSubject = (subject: Subject): Subject =>
  subject.apiGroup === undefined && (subject.kind === 'User' || subject.kind === 'Group')
    ? { ...subject, apiGroup: 'rbac.authorization.k8s.io' }
    : subject;
