import { validateAccessReview } from './validate-access-review.ts';
import { defineResource, type ObjectOf } from '../../../../src/api/resource.ts';
import { nameColumn } from '../../../../src/api/columns.ts';
import { subjectAccessReviewSpec, subjectAccessReviewStatus } from './subject-access-review-spec.ts';

export const SubjectAccessReview = defineResource({
  group: 'authorization.k8s.io',
  version: 'v1',
  kind: 'SubjectAccessReview',
  plural: 'subjectaccessreviews',
  scope: 'Cluster',
  doc: 'Asks whether a user may do something.',
  openapiName: 'io.k8s.api.authorization.v1.SubjectAccessReview',
  fields: {
    spec: subjectAccessReviewSpec.zero().doc('What is asked.').at(2),
    status: subjectAccessReviewStatus.present().doc('What is answered.').at(3),
  },
  virtual: true,
  verbs: ['create'],
  columns: [nameColumn],
  validate: ({ spec, metadata }) => validateAccessReview(spec, metadata),
});
export type SubjectAccessReview = ObjectOf<typeof SubjectAccessReview>;
