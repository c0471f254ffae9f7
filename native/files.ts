import type { FileStep } from '../src/base/file-steps.ts';

/**
 * The room of plain files as TypeScript sees it; native/addon/files.cc is its mirror. Each call is one turn on
 * a worker thread, where `node:fs` takes one for every open, write, mode and close.
 */
export interface FilesNative {
  /** Carries the steps out in order, and stops at the first that fails. What was made until then stays. */
  makeFiles(steps: readonly FileStep[]): Promise<void>;
  /** A whole file of at most `maxBytes`; what is beyond is left out. ELOOP for a link that is not to be followed. */
  readBounded(path: string, maxBytes: number, followLinks: boolean): Promise<Buffer>;
  /**
   * Deletes files and trees; links in them are deleted, not followed, and what is not there is no failure.
   * Answers false when there is more to do than one turn should take: then call it again.
   */
  removeSome(paths: readonly string[]): Promise<boolean>;
}
