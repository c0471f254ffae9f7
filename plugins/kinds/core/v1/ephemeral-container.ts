import { containerProps } from './container.ts';
import { type Stored, embedded, object, string } from '../../../../src/schema/schema.ts';

export const ephemeralContainer = object({
  ...embedded(1, containerProps, 'EphemeralContainerCommon'),
  targetContainerName: string().omitEmpty().doc('Container whose processes it shall see.').at(2),
})
  .named('io.k8s.api.core.v1.EphemeralContainer')
  .doc('A container added to a running pod for debugging.');
export type EphemeralContainer = Stored<typeof ephemeralContainer>;
