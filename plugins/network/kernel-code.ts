/** Whether a kernel call failed with one of `codes` (ENODEV, EEXIST ...). */
export const failedWith = (error: unknown, ...codes: readonly string[]): boolean =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' && codes.includes(error.code);
