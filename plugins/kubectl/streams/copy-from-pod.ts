import { PassThrough } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { basename, dirname, join, posix, resolve } from 'node:path';
import type { Call } from '../command/verb.ts';
import type { CopyEnd } from './copy-end.ts';
import { runInPod } from './run-in-pod.ts';

/** Takes an archive that the pod's own `tar` makes; links and whatever would leave the destination are left out. */
export async function copyFromPod(call: Call, source: CopyEnd, target: string): Promise<void> {
  const { terminal, world } = call;
  const path = posix.normalize(source.path).replace(/(.)\/$/, '$1');
  const to = resolve(terminal.workFolder, target);
  const isFolder = await world.files.stat(to).then(
    stat => stat.isDirectory(),
    () => false,
  );
  const destination = isFolder ? join(to, basename(path)) : to;
  const archived = path.replace(/^\/+/, '');
  const { Unpack } = await import('tar');
  await world.files.mkdir(dirname(destination), { recursive: true });
  const into = dirname(destination);
  const unpack = new Unpack({
    cwd: into,
    preservePaths: false,
    filter: (entryPath, entry) => isBelow(entryPath, archived) && !isLink(entry),
    onReadEntry(entry) {
      entry.path = basename(destination) + stripped(entry.path).slice(archived.length);
    },
  });
  unpack.on('warn', (_code: string, message: string) => terminal.err(`warning: ${message}\n`));
  const bytes = new PassThrough();
  const unpacked = pipeline(bytes, unpack);
  const stdout = (chunk: Uint8Array): void | Promise<void> =>
    bytes.write(chunk) ? undefined : new Promise(resume => void bytes.once('drain', resume));
  try {
    await runInPod(call, source, ['tar', 'cf', '-', path], { stdout });
  } finally {
    bytes.end();
    await unpacked;
  }
}

const stripped = (path: string): string => path.replace(/^\/+/, '').replace(/\/+$/, '');
const isBelow = (path: string, root: string): boolean => {
  const bare = stripped(path);
  return (bare === root || bare.startsWith(`${root}/`)) && !bare.split('/').includes('..');
};
const isLink = (entry: { readonly type?: unknown } | object): boolean =>
  'type' in entry && (entry.type === 'SymbolicLink' || entry.type === 'Link');
