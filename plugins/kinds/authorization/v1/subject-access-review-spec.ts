import { nonResourceAttributes, resourceAttributes } from './resource-attributes.ts';
import { type Stored, boolean, list, map, object, string } from '../../../../src/schema/schema.ts';

export const subjectAccessReviewStatus = object({
  allowed: boolean().zero().doc('It may be done.').at(1),
  denied: boolean().omitEmpty().doc('It must not be done.').at(4),
  reason: string().omitEmpty().doc('Why.').at(2),
  evaluationError: string().omitEmpty().doc('What went wrong on the way.').at(3),
})
  .named('io.k8s.api.authorization.v1.SubjectAccessReviewStatus')
  .doc('The answer.');
export type SubjectAccessReviewStatus = Stored<typeof subjectAccessReviewStatus>;

export const selfSubjectAccessReviewSpec = object({
  resourceAttributes: resourceAttributes.optional().doc('An action on resources.').at(1),
  nonResourceAttributes: nonResourceAttributes.optional().doc('An action on a path.').at(2),
})
  .named('io.k8s.api.authorization.v1.SelfSubjectAccessReviewSpec')
  .doc('The question.');
export type SelfSubjectAccessReviewSpec = Stored<typeof selfSubjectAccessReviewSpec>;

export const subjectAccessReviewSpec = object({
  resourceAttributes: resourceAttributes.optional().doc('An action on resources.').at(1),
  nonResourceAttributes: nonResourceAttributes.optional().doc('An action on a path.').at(2),
  user: string().omitEmpty().doc('The user.').at(3),
  groups: list(string()).omitEmpty().doc('Groups of the user.').at(4),
  extra: map(list(string()).plain().wrapped()).omitEmpty().doc('What else is known of the user.').at(5),
  uid: string().omitEmpty().doc('UID of the user.').at(6),
})
  .named('io.k8s.api.authorization.v1.SubjectAccessReviewSpec')
  .doc('The question.');
export type SubjectAccessReviewSpec = Stored<typeof subjectAccessReviewSpec>;
