import { type Stored, object, string } from '../../../../src/schema/schema.ts';

export const policyVariable = object({
  name: string().zero().doc('Name by which expressions after it know it: variables.name.').at(1),
  expression: string().zero().doc('What it is, in CEL.').at(2),
})
  .named('io.k8s.api.admissionregistration.v1.Variable')
  .atomic()
  .doc('An expression that others may name.');
export type PolicyVariable = Stored<typeof policyVariable>;
