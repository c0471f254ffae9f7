import { lifecycleHandler } from './handler.ts';
import { signal } from './signal.ts';
import { type Stored, object } from '../../../../src/schema/schema.ts';

export const lifecycle = object({
  postStart: lifecycleHandler.optional().doc('Right after the start.').at(1),
  preStop: lifecycleHandler.optional().doc('Before the end is asked for.').at(2),
  stopSignal: signal.optional().doc('Signal that asks for the end.').at(3),
})
  .named('io.k8s.api.core.v1.Lifecycle')
  .doc('What is done after the start and before the end of a container.');
export type Lifecycle = Stored<typeof lifecycle>;
