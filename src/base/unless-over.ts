/** For what fails because it was told to end: then `failed` does not hear of it. */
export const unlessOver =
  (signal: AbortSignal, failed: (error: unknown) => void) =>
  (error: unknown): void => {
    if (!signal.aborted) failed(error);
  };
