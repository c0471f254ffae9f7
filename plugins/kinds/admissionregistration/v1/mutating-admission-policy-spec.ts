import { type Stored, list, listMap, object, oneOf, string } from '../../../../src/schema/schema.ts';
import { matchCondition } from './match-condition.ts';
import { matchResources } from './match-resources.ts';
import { paramKind } from './policy-parameters.ts';
import { policyVariable } from './policy-variable.ts';

const GROUP = 'io.k8s.api.admissionregistration.v1';

const applyConfiguration = object({
  expression: string().omitEmpty().doc('What is applied, in CEL: Object{spec: Object.spec{replicas: 1}}.').at(1),
})
  .named(`${GROUP}.ApplyConfiguration`)
  .doc('A configuration that is merged into the object, as by server-side apply.');

const jsonPatch = object({
  expression: string()
    .omitEmpty()
    .doc('The operations, in CEL: [JSONPatch{op: "replace", path: "/spec/replicas", value: 1}].')
    .at(1),
})
  .named(`${GROUP}.JSONPatch`)
  .doc('A JSON patch of the object.');

const mutation = object({
  patchType: oneOf('ApplyConfiguration', 'JSONPatch').zero().byRule().doc('Which of the two it is.').at(2),
  applyConfiguration: applyConfiguration.optional().doc('There where it is a configuration.').at(3),
  jsonPatch: jsonPatch.optional().doc('There where it is a JSON patch.').at(4),
})
  .named(`${GROUP}.Mutation`)
  .doc('One change of an object.');
export type Mutation = Stored<typeof mutation>;

export const mutatingAdmissionPolicySpec = object({
  failurePolicy: oneOf('Fail', 'Ignore')
    .default('Fail')
    .doc('What becomes of requests whose objects cannot be changed: they fail, or go on without.')
    .at(5),
  paramKind: paramKind.optional().doc('Kind of parameters, which bindings name.').at(1),
  matchConstraints: matchResources.optional().doc('Requests whose objects it changes.').at(2),
  matchConditions: listMap(matchCondition, 'name')
    .omitEmpty()
    .doc('Conditions that requests must all meet for their objects to be changed.')
    .at(6),
  variables: list(policyVariable).omitEmpty().doc('Expressions that others may name, in order.').at(3),
  mutations: list(mutation).omitEmpty().doc('What is changed, one after the other.').at(4),
  reinvocationPolicy: oneOf('IfNeeded', 'Never')
    .omitEmpty()
    .byRule()
    .doc('Whether it looks at an object again that others changed after it.')
    .at(7),
})
  .named(`${GROUP}.MutatingAdmissionPolicySpec`)
  .doc('What a policy changes.');
export type MutatingAdmissionPolicySpec = Stored<typeof mutatingAdmissionPolicySpec>;
