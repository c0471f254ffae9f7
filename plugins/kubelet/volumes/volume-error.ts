import { CodedError } from '../../../src/base/coded-error.ts';

/** Why a volume could not be set up now; the pod waits and tries again when what it needs changes. */
export class VolumeError extends CodedError<VolumeErrorCode> {}

/** `Mount` and, of block devices, `Map`: the message names the step and the volume already. */
export type VolumeErrorCode = 'NotFound' | 'WrongType' | 'Unsupported' | 'Invalid' | 'Io' | 'Mount' | 'Map';
