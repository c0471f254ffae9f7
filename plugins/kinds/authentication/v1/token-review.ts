import { defineResource, type ObjectOf } from '../../../../src/api/resource.ts';
import { nameColumn } from '../../../../src/api/columns.ts';
import { tokenReviewSpec, tokenReviewStatus } from './token-review-spec.ts';

export const TokenReview = defineResource({
  group: 'authentication.k8s.io',
  version: 'v1',
  kind: 'TokenReview',
  plural: 'tokenreviews',
  scope: 'Cluster',
  doc: 'Asks whom a bearer token belongs to.',
  openapiName: 'io.k8s.api.authentication.v1.TokenReview',
  fields: {
    spec: tokenReviewSpec.zero().doc('What is asked.').at(2),
    status: tokenReviewStatus.present().doc('What is answered.').at(3),
  },
  virtual: true,
  verbs: ['create'],
  columns: [nameColumn],
});
export type TokenReview = ObjectOf<typeof TokenReview>;
