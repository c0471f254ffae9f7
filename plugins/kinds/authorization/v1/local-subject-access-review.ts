import { validateLocalAccessReview } from './validate-access-review.ts';
import { defineResource, type ObjectOf } from '../../../../src/api/resource.ts';
import { nameColumn } from '../../../../src/api/columns.ts';
import { subjectAccessReviewSpec, subjectAccessReviewStatus } from './subject-access-review-spec.ts';

export const LocalSubjectAccessReview = defineResource({
  group: 'authorization.k8s.io',
  version: 'v1',
  kind: 'LocalSubjectAccessReview',
  plural: 'localsubjectaccessreviews',
  scope: 'Namespaced',
  doc: 'Asks whether a user may do something in one namespace.',
  openapiName: 'io.k8s.api.authorization.v1.LocalSubjectAccessReview',
  fields: {
    spec: subjectAccessReviewSpec.zero().doc('What is asked.').at(2),
    status: subjectAccessReviewStatus.present().doc('What is answered.').at(3),
  },
  virtual: true,
  verbs: ['create'],
  columns: [nameColumn],
  validate: ({ spec, metadata }) => validateLocalAccessReview(spec, metadata),
});
export type LocalSubjectAccessReview = ObjectOf<typeof LocalSubjectAccessReview>;
