import { type Stored, boolean, list, object, string } from '../../../../src/schema/schema.ts';

export const selfSubjectRulesReviewSpec = object({
  namespace: string().omitEmpty().doc('The namespace.').at(1),
})
  .named('io.k8s.api.authorization.v1.SelfSubjectRulesReviewSpec')
  .doc('The namespace in question.');
export type SelfSubjectRulesReviewSpec = Stored<typeof selfSubjectRulesReviewSpec>;

export const nonResourceRule = object({
  verbs: list(string()).zero().at(1),
  nonResourceURLs: list(string()).omitEmpty().at(2),
})
  .named('io.k8s.api.authorization.v1.NonResourceRule')
  .doc('What is allowed on paths.');
export type NonResourceRule = Stored<typeof nonResourceRule>;

export const resourceRule = object({
  verbs: list(string()).zero().at(1),
  apiGroups: list(string()).omitEmpty().at(2),
  resources: list(string()).omitEmpty().at(3),
  resourceNames: list(string()).omitEmpty().at(4),
})
  .named('io.k8s.api.authorization.v1.ResourceRule')
  .doc('What is allowed on resources.');
export type ResourceRule = Stored<typeof resourceRule>;

export const subjectRulesReviewStatus = object({
  resourceRules: list(resourceRule).zero().doc('On resources.').at(1),
  nonResourceRules: list(nonResourceRule).zero().doc('On paths.').at(2),
  incomplete: boolean().zero().doc('There may be more.').at(3),
  evaluationError: string().omitEmpty().doc('What went wrong on the way.').at(4),
})
  .named('io.k8s.api.authorization.v1.SubjectRulesReviewStatus')
  .doc('What is allowed.');
export type SubjectRulesReviewStatus = Stored<typeof subjectRulesReviewStatus>;
