/** Why a JSON patch was not applied: it is none at all, one of its operations cannot be done, or tests in vain. */
export class JsonPatchError extends Error {
  readonly code: 'Malformed' | 'DoesNotApply' | 'TestFailed' | 'TooLarge';
  constructor(code: JsonPatchError['code'], message: string) {
    super(message);
    this.name = 'JsonPatchError';
    this.code = code;
  }
}
