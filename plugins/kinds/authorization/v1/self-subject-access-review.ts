import { validateSelfAccessReview } from './validate-access-review.ts';
import { defineResource, type ObjectOf } from '../../../../src/api/resource.ts';
import { nameColumn } from '../../../../src/api/columns.ts';
import { selfSubjectAccessReviewSpec, subjectAccessReviewStatus } from './subject-access-review-spec.ts';

export const SelfSubjectAccessReview = defineResource({
  group: 'authorization.k8s.io',
  version: 'v1',
  kind: 'SelfSubjectAccessReview',
  plural: 'selfsubjectaccessreviews',
  scope: 'Cluster',
  doc: 'Asks whether the caller may do something.',
  openapiName: 'io.k8s.api.authorization.v1.SelfSubjectAccessReview',
  fields: {
    spec: selfSubjectAccessReviewSpec.zero().doc('What is asked.').at(2),
    status: subjectAccessReviewStatus.present().doc('What is answered.').at(3),
  },
  virtual: true,
  verbs: ['create'],
  columns: [nameColumn],
  validate: ({ spec, metadata }) => validateSelfAccessReview(spec, metadata),
});
export type SelfSubjectAccessReview = ObjectOf<typeof SelfSubjectAccessReview>;
