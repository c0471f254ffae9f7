import { type Stored, list, object, string } from '../../../../src/schema/schema.ts';

export const policyRule = object({
  verbs: list(string()).zero().doc('What may be done.').at(1),
  apiGroups: list(string()).omitEmpty().doc('Groups of the resources.').at(2),
  resources: list(string()).omitEmpty().doc('Resources it may be done to.').at(3),
  resourceNames: list(string()).omitEmpty().doc('Names it is limited to.').at(4),
  nonResourceURLs: list(string()).omitEmpty().doc('Paths that are no resources.').at(5),
})
  .named('io.k8s.api.rbac.v1.PolicyRule')
  .doc('What is allowed.');
export type PolicyRule = Stored<typeof policyRule>;
