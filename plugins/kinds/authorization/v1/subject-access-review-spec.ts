import { nonResourceAttributes, resourceAttributes } from './resource-attributes.ts';
import { type Stored, boolean, list, map, object, string } from '../../../../src/schema/schema.ts';

export const subjectAccessReviewStatus = object({
  allowed: boolean().zero().at(1),
  denied: boolean().omitEmpty().at(4),
  reason: string().omitEmpty().at(2),
  evaluationError: string().omitEmpty().at(3),
}).named('io.k8s.api.authorization.v1.SubjectAccessReviewStatus');
export type SubjectAccessReviewStatus = Stored<typeof subjectAccessReviewStatus>;

export const selfSubjectAccessReviewSpec = object({
  resourceAttributes: resourceAttributes.optional().at(1),
  nonResourceAttributes: nonResourceAttributes.optional().at(2),
}).named('io.k8s.api.authorization.v1.SelfSubjectAccessReviewSpec');
export type SelfSubjectAccessReviewSpec = Stored<typeof selfSubjectAccessReviewSpec>;

export const subjectAccessReviewSpec = object({
  resourceAttributes: resourceAttributes.optional().at(1),
  nonResourceAttributes: nonResourceAttributes.optional().at(2),
  user: string().omitEmpty().at(3),
  groups: list(string()).omitEmpty().at(4),
  extra: map(list(string()).wrapped()).omitEmpty().at(5),
  uid: string().omitEmpty().at(6),
}).named('io.k8s.api.authorization.v1.SubjectAccessReviewSpec');
export type SubjectAccessReviewSpec = Stored<typeof subjectAccessReviewSpec>;
