import type { Native } from '../../native/index.ts';
import type { SpawnedShim } from '../../native/runtime.ts';

/**
 * The shim that listens in a sandbox's directory, or `null` where none does any more. Its pid is the
 * listener's as the kernel tells it; that the same process still listens once its pidfd is open proves that the
 * number was not given to somebody else in between.
 */
export function findShim(native: Native, directory: string): SpawnedShim | null {
  const path = `${directory}/sock`;
  try {
    const first = native.connectShim(path);
    native.closeFd(first.socket);
    const pidfd = native.openPidfd(first.pid);
    const second = native.connectShim(path);
    if (second.pid === first.pid) return { pid: second.pid, pidfd, socket: second.socket };
    native.closeFd(pidfd);
    native.closeFd(second.socket);
    return null;
  } catch (error) {
    if (error instanceof Error && 'code' in error && GONE.has(String(error.code))) return null;
    throw error;
  }
}

const GONE = new Set(['ENOENT', 'ECONNREFUSED', 'ESRCH', 'ENOTDIR']);
