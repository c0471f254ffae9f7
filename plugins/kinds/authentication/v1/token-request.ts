import { defineResource, type ObjectOf } from '../../../../src/api/resource.ts';
import { nameColumn } from '../../../../src/api/columns.ts';
import { tokenRequestSpec, tokenRequestStatus } from './token-request-spec.ts';

export const TokenRequest = defineResource({
  group: 'authentication.k8s.io',
  version: 'v1',
  kind: 'TokenRequest',
  plural: 'tokenrequests',
  scope: 'Namespaced',
  doc: 'Asks for a token of a service account.',
  openapiName: 'io.k8s.api.authentication.v1.TokenRequest',
  fields: {
    spec: tokenRequestSpec.present().doc('What is asked.').at(2),
    status: tokenRequestStatus.present().doc('What is answered.').at(3),
  },
  virtual: true,
  verbs: ['create'],
  columns: [nameColumn],
});
export type TokenRequest = ObjectOf<typeof TokenRequest>;
