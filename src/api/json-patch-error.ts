/** Why a JSON patch was not applied: it is none at all, or one of its operations cannot be done. */
export class JsonPatchError extends Error {
  readonly code: 'Malformed' | 'DoesNotApply' | 'TooLarge';
  constructor(code: JsonPatchError['code'], message: string) {
    super(message);
    this.name = 'JsonPatchError';
    this.code = code;
  }
}
