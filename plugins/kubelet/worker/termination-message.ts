import { failedWith } from '../../../src/base/failed-with.ts';
import { constants } from 'node:fs';
import type { Files } from '../../../src/base/world.ts';
import { MAX_TERMINATION_LOG_BYTES, MAX_TERMINATION_LOG_LINES, MAX_TERMINATION_MESSAGE_BYTES } from '../limits.ts';
import { readLog } from '../logs/read-log.ts';
import type { ContainerSpec } from '../pod.ts';

/** What a container left to say: its message file, or the end of its log where the policy asks for that. */
export async function terminationMessage(
  files: Files,
  container: ContainerSpec | undefined,
  exitCode: number,
  messagePath: string,
  logPath: string,
): Promise<string> {
  const text = await headOf(files, messagePath);
  if (text !== '' || exitCode === 0) return text;
  return container?.terminationMessagePolicy === 'FallbackToLogsOnError' ? tailOfLog(files, logPath) : '';
}

async function headOf(files: Files, path: string): Promise<string> {
  const file = await files.open(path, constants.O_RDONLY | constants.O_NOFOLLOW).catch((error: unknown) => {
    if (failedWith(error, 'ENOENT')) return undefined;
    throw error;
  });
  if (file === undefined) return '';
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(MAX_TERMINATION_MESSAGE_BYTES), 0);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
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
