import { type Stored, list, listMap, object, string, time } from '../../../../src/schema/schema.ts';

export const namespaceCondition = object({
  type: string().zero().doc('Name of the aspect.').at(1),
  status: string<'True' | 'False' | 'Unknown'>().zero().doc('Whether it holds: True, False or Unknown.').at(2),
  lastTransitionTime: time().orNullWhenAbsent().doc('When the status changed last.').at(4),
  reason: string().omitEmpty().doc('Why, in one word.').at(5),
  message: string().omitEmpty().doc('Why, for people.').at(6),
})
  .named('io.k8s.api.core.v1.NamespaceCondition')
  .doc('One aspect of the state of a namespace.');
export type NamespaceCondition = Stored<typeof namespaceCondition>;

export const namespaceStatus = object({
  phase: string<'Active' | 'Terminating'>()
    .choices('Active', 'Terminating')
    .whenEmpty('Active')
    .doc('Active or Terminating.')
    .at(1),
  conditions: listMap(namespaceCondition, 'type').omitEmpty().doc('Aspects of its state.').at(2),
})
  .named('io.k8s.api.core.v1.NamespaceStatus')
  .doc('What a namespace is.');
export type NamespaceStatus = Stored<typeof namespaceStatus>;

export const namespaceSpec = object({
  finalizers: list(string()).omitEmpty().doc('Who has work to do before it may go.').at(1),
})
  .named('io.k8s.api.core.v1.NamespaceSpec')
  .doc('What a namespace shall be.');
export type NamespaceSpec = Stored<typeof namespaceSpec>;
