/** Whether a system call failed with one of `codes` (ENOENT, EEXIST ...); errno(3). */
export const failedWith = (error: unknown, ...codes: readonly string[]): boolean =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' && codes.includes(error.code);

/** What `read` answers, or `fallback` where the file or folder it reads is not there. */
export async function presentOr<T>(fallback: T, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (failedWith(error, 'ENOENT')) return fallback;
    throw error;
  }
}
