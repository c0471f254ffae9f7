/** Which of the steps of an apply failed. */
export class ApplyStepFailure extends Error {
  readonly code = 'KubectlApplyStepFailure';
  readonly verb: string;
  override readonly cause: unknown;

  constructor(verb: string, cause: unknown) {
    super('', { cause });
    this.verb = verb;
    this.cause = cause;
  }
}
