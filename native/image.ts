import { fileURLToPath } from 'node:url';

/** The image room of the addon as TypeScript sees it; native/addon/image.cc is its mirror. */
export interface ImageNative {
  /**
   * Starts the confined unpacker (`tiphys-unpack DIRECTORY MAX_BYTES MAX_INODES [LOWER...]`). The caller
   * owns the descriptors: writes the tar stream to `input`, reads one line from `outcome` until its end,
   * then reaps `process`.
   */
  startUnpack(program: string, args: readonly string[]): UnpackProcess;
  /** Waits for the end of a process whose `outcome` has ended, and closes `process`. */
  reapUnpack(process: number): { readonly code: number; readonly signal: number };
  killUnpack(process: number): void;
  /** flock(2), exclusive; false when somebody else holds the lock. Closing `fd` releases it. */
  tryLockFile(fd: number): boolean;
  /** syncfs(2) of the file system that holds the directory `path`. */
  syncFileSystem(path: string): Promise<void>;
  /**
   * A regular file as a program in the image would see it, layers topmost first, never following a link
   * out of them. Rejects with ENOENT, ELOOP, EINVAL (no regular file) or EFBIG (above `maxBytes`).
   */
  readLayeredFile(layerDirectories: readonly string[], path: string, maxBytes: number): Promise<Buffer>;
}

/** File descriptors. */
export interface UnpackProcess {
  readonly input: number;
  readonly outcome: number;
  readonly process: number;
}

export const unpackProgram = (): string => fileURLToPath(new URL('../build/Release/tiphys-unpack', import.meta.url));
