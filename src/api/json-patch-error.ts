import { CodedError } from '../base/coded-error.ts';

/** Why a JSON patch was not applied: it is none at all, one of its operations cannot be done, or tests in vain. */
export class JsonPatchError extends CodedError<'Malformed' | 'DoesNotApply' | 'TestFailed' | 'TooLarge'> {}
