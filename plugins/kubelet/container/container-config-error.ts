import { CodedError } from '../../../src/base/coded-error.ts';

/** A container that cannot be described to the runtime; shown as its waiting reason and in an event. */
export class ContainerConfigError extends CodedError<
  'CreateContainerConfigError' | 'CreateContainerError' | 'RunContainerError'
> {}
