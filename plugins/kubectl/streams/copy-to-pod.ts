import { PassThrough } from 'node:stream';
import { basename, dirname, posix, resolve } from 'node:path';
import type { Call } from '../command/verb.ts';
import { Failure } from '../failures.ts';
import type { CopyEnd } from './copy-end.ts';
import { ExitFailure } from './remote-command.ts';
import { runInPod } from './run-in-pod.ts';

/** Sends files as an archive to the pod's own `tar`. */
export async function copyToPod(call: Call, source: string, target: CopyEnd): Promise<void> {
  const { world, terminal, flags } = call;
  const from = resolve(terminal.workFolder, source);
  const stat = await world.files.stat(from).catch(() => undefined);
  if (stat === undefined) throw new Failure(`${source} doesn't exist in local filesystem`);
  const trimmed = target.path.length > 1 ? target.path.replace(/\/+$/, '') : target.path;
  const isFolder = await isFolderInPod(call, { ...target, path: trimmed });
  const destination = isFolder ? posix.join(trimmed, basename(from)) : trimmed;
  const { create } = await import('tar');
  const into = posix.dirname(destination);
  const archive = create(
    {
      cwd: dirname(from),
      portable: false,
      follow: false,
      prefix: '',
      onWriteEntry(entry) {
        const below = entry.path.slice(basename(from).length);
        entry.path = posix.basename(destination) + below;
      },
    },
    [basename(from)],
  );
  const bytes = new PassThrough();
  archive.pipe(bytes);
  const preserve = flags.bool('no-preserve') ? ['--no-same-permissions', '--no-same-owner'] : [];
  const command = ['tar', ...preserve, '-xmf', '-', ...(into === '.' ? [] : ['-C', into])];
  await runInPod(call, target, command, { stdin: bytes });
}

async function isFolderInPod(call: Call, target: CopyEnd): Promise<boolean> {
  try {
    const silent = (): void => undefined;
    await runInPod(call, target, ['test', '-d', target.path], { stdout: silent, stderr: silent });
    return true;
  } catch (error) {
    if (error instanceof ExitFailure) return false;
    throw error;
  }
}
