import { defineResource, type ObjectOf } from '../../../../src/api/resource.ts';
import { nameColumn } from '../../../../src/api/columns.ts';
import { selfSubjectRulesReviewSpec, subjectRulesReviewStatus } from './subject-rules-review-status.ts';

export const SelfSubjectRulesReview = defineResource({
  group: 'authorization.k8s.io',
  version: 'v1',
  kind: 'SelfSubjectRulesReview',
  plural: 'selfsubjectrulesreviews',
  scope: 'Cluster',
  doc: 'Asks for all that the caller may do in a namespace.',
  openapiName: 'io.k8s.api.authorization.v1.SelfSubjectRulesReview',
  fields: {
    spec: selfSubjectRulesReviewSpec.zero().doc('What is asked.').at(2),
    status: subjectRulesReviewStatus.present().doc('What is answered.').at(3),
  },
  virtual: true,
  verbs: ['create'],
  columns: [nameColumn],
});
export type SelfSubjectRulesReview = ObjectOf<typeof SelfSubjectRulesReview>;
