import { type Stored, boolean, list, object, string } from '../../../../src/schema/schema.ts';

export const selfSubjectRulesReviewSpec = object({
  namespace: string().omitEmpty().at(1),
}).named('io.k8s.api.authorization.v1.SelfSubjectRulesReviewSpec');
export type SelfSubjectRulesReviewSpec = Stored<typeof selfSubjectRulesReviewSpec>;

export const nonResourceRule = object({
  verbs: list(string()).zero().at(1),
  nonResourceURLs: list(string()).omitEmpty().at(2),
}).named('io.k8s.api.authorization.v1.NonResourceRule');
export type NonResourceRule = Stored<typeof nonResourceRule>;

export const resourceRule = object({
  verbs: list(string()).zero().at(1),
  apiGroups: list(string()).omitEmpty().at(2),
  resources: list(string()).omitEmpty().at(3),
  resourceNames: list(string()).omitEmpty().at(4),
}).named('io.k8s.api.authorization.v1.ResourceRule');
export type ResourceRule = Stored<typeof resourceRule>;

export const subjectRulesReviewStatus = object({
  resourceRules: list(resourceRule).zero().at(1),
  nonResourceRules: list(nonResourceRule).zero().at(2),
  incomplete: boolean().zero().at(3),
  evaluationError: string().omitEmpty().at(4),
}).named('io.k8s.api.authorization.v1.SubjectRulesReviewStatus');
export type SubjectRulesReviewStatus = Stored<typeof subjectRulesReviewStatus>;
