import { labelSelector } from '../../../../src/api/label-selector-schema.ts';
import { type Stored, embedded, list, object, oneOf, string } from '../../../../src/schema/schema.ts';
import { operationsOnResources } from './rule-with-operations.ts';

const GROUP = 'io.k8s.api.admissionregistration.v1';
const RULE = 2;

const namedRuleWithOperations = object({
  resourceNames: list(string()).omitEmpty().doc('Names of objects; of all unless given.').at(1),
  ...embedded(RULE, operationsOnResources),
})
  .named(`${GROUP}.NamedRuleWithOperations`)
  .atomic()
  .doc('Which operations on which resources, by name where some are named.');
export type NamedRuleWithOperations = Stored<typeof namedRuleWithOperations>;

export const matchResources = object({
  namespaceSelector: labelSelector.default({}).doc('Namespaces whose objects are concerned.').at(1),
  objectSelector: labelSelector.default({}).doc('Objects that are concerned, before or after the change.').at(2),
  resourceRules: list(namedRuleWithOperations).omitEmpty().doc('What is concerned.').at(3),
  excludeResourceRules: list(namedRuleWithOperations)
    .omitEmpty()
    .doc('What is not, though it would be otherwise.')
    .at(4),
  matchPolicy: oneOf('Equivalent', 'Exact')
    .default('Equivalent')
    .doc('Whether rules are also met by requests to other versions of what they name.')
    .at(7),
})
  .named(`${GROUP}.MatchResources`)
  .atomic()
  .doc('Which requests are concerned.');
export type MatchResources = Stored<typeof matchResources>;
