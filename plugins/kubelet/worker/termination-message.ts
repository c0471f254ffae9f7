import { lstatSync } from 'node:fs';
import type { FilesNative } from '../../../native/files.ts';
import { failedWith } from '../../../src/base/failed-with.ts';
import type { Files } from '../../../src/base/world.ts';
import { MAX_TERMINATION_LOG_BYTES, MAX_TERMINATION_LOG_LINES, MAX_TERMINATION_MESSAGE_BYTES } from '../limits.ts';
import { readLog } from '../logs/read-log.ts';
import type { ContainerSpec } from '../pod.ts';

/** What a container left to say: its message file, or the end of its log where the policy asks for that. */
export async function terminationMessage(
  deps: { readonly native: FilesNative; readonly files: Files },
  container: ContainerSpec | undefined,
  exitCode: number,
  messagePath: string,
  logPath: string,
): Promise<string> {
  const text = await headOf(deps.native, messagePath);
  if (text !== '' || exitCode === 0) return text;
  return container?.terminationMessagePolicy === 'FallbackToLogsOnError' ? tailOfLog(deps.files, logPath) : '';
}

/**
 * Of a file, and not of what somebody put in its place: a link would have the host's files told, a pipe never end.
 * Most containers write none, which is seen without a worker: where all processors are busy, waking one costs a
 * millisecond of standing back for it.
 */
async function headOf(native: FilesNative, path: string): Promise<string> {
  try {
    if (lstatSync(path).size === 0) return '';
    return (await native.readBounded(path, MAX_TERMINATION_MESSAGE_BYTES, false)).toString('utf8');
  } catch (error) {
    if (failedWith(error, 'ENOENT', 'ELOOP', 'EISDIR', 'EAGAIN')) return '';
    throw error;
  }
}

async function tailOfLog(files: Files, path: string): Promise<string> {
  let tail = Buffer.alloc(0);
  await readLog(
    files,
    { path, ended: Promise.resolve() },
    {
      follow: false,
      timestamps: false,
      tailLines: MAX_TERMINATION_LOG_LINES,
      limitBytes: undefined,
      sinceMs: undefined,
      stream: 'All',
    },
    async chunk => {
      tail = Buffer.concat([tail, chunk]).subarray(-MAX_TERMINATION_LOG_BYTES);
    },
    new AbortController().signal,
  );
  return tail.toString('utf8');
}
