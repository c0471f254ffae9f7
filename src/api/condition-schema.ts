import { type Stored, int64, object, string, time } from '../schema/schema.ts';

export const condition = object({
  type: string().zero().doc('Name of the aspect.').at(1),
  status: string<'True' | 'False' | 'Unknown'>().zero().doc('Whether it holds: True, False or Unknown.').at(2),
  observedGeneration: int64().omitEmpty().doc('Generation the condition speaks of.').at(3),
  lastTransitionTime: time().zero().doc('When the status changed last.').at(4),
  reason: string().zero().doc('Why, in one word.').at(5),
  message: string().zero().doc('Why, for people.').at(6),
})
  .named('io.k8s.apimachinery.pkg.apis.meta.v1.Condition')
  .doc('One aspect of the state of an object.');
export type Condition = Stored<typeof condition>;
