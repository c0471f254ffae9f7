import { type Stored, list, object, string } from '../../../../src/schema/schema.ts';

export const policyRule = object({
  verbs: list(string()).zero().at(1),
  apiGroups: list(string()).omitEmpty().at(2),
  resources: list(string()).omitEmpty().at(3),
  resourceNames: list(string()).omitEmpty().at(4),
  nonResourceURLs: list(string()).omitEmpty().at(5),
}).named('io.k8s.api.rbac.v1.PolicyRule');
export type PolicyRule = Stored<typeof policyRule>;
