import { type Stored, embedded, list, object, oneOf, string } from '../../../../src/schema/schema.ts';

const RULE = 2;

export const operationsOnResources = {
  operations: list(string().choices('*', 'CONNECT', 'CREATE', 'DELETE', 'UPDATE'))
    .omitEmpty()
    .doc('CREATE, UPDATE, DELETE, CONNECT, or * for all.')
    .at(1),
  ...embedded(RULE, {
    apiGroups: list(string()).omitEmpty().doc('API groups; * for all.').at(1),
    apiVersions: list(string()).omitEmpty().doc('Versions of them; * for all.').at(2),
    resources: list(string())
      .omitEmpty()
      .doc('Resources by their plural, with a slash those below them: pods, pods/log, pods/*, */scale, */*.')
      .at(3),
    scope: oneOf('*', 'Cluster', 'Namespaced').default('*').doc('Whether objects are in a namespace.').at(4),
  }),
};

export const ruleWithOperations = object(operationsOnResources)
  .named('io.k8s.api.admissionregistration.v1.RuleWithOperations')
  .doc('Which operations on which resources.');
export type RuleWithOperations = Stored<typeof ruleWithOperations>;
