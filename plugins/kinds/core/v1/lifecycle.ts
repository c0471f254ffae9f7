import { lifecycleHandler } from './handler.ts';
import { signal } from './signal.ts';
import { type Stored, object } from '../../../../src/schema/schema.ts';

export const lifecycle = object({
  postStart: lifecycleHandler.optional().at(1),
  preStop: lifecycleHandler.optional().at(2),
  stopSignal: signal.optional().at(3),
}).named('io.k8s.api.core.v1.Lifecycle');
export type Lifecycle = Stored<typeof lifecycle>;
