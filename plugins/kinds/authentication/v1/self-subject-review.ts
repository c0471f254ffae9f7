import { defineResource, type ObjectOf } from '../../../../src/api/resource.ts';
import { nameColumn } from '../../../../src/api/columns.ts';
import { selfSubjectReviewStatus } from './self-subject-review-status.ts';

export const SelfSubjectReview = defineResource({
  group: 'authentication.k8s.io',
  version: 'v1',
  kind: 'SelfSubjectReview',
  plural: 'selfsubjectreviews',
  scope: 'Cluster',
  doc: 'Asks who the caller is.',
  openapiName: 'io.k8s.api.authentication.v1.SelfSubjectReview',
  fields: {
    status: selfSubjectReviewStatus.present().doc('What is answered.').at(2),
  },
  virtual: true,
  verbs: ['create'],
  columns: [nameColumn],
});
export type SelfSubjectReview = ObjectOf<typeof SelfSubjectReview>;
