import { type Stored, object, string } from '../../../../src/schema/schema.ts';

export const matchCondition = object({
  expression: string().zero().doc('What must hold of a request, in CEL.').at(2),
  name: string().zero().doc('Name of the condition.').at(1),
})
  .named('io.k8s.api.admissionregistration.v1.MatchCondition')
  .doc('A condition that requests must meet.');
export type MatchCondition = Stored<typeof matchCondition>;
