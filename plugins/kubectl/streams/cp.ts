import { bool, int, text } from '../command/flag.ts';
import type { Call, Verb } from '../command/verb.ts';
import { Failure } from '../failures.ts';
import type { CopyEnd } from './copy-end.ts';
import { copyFromPod } from './copy-from-pod.ts';
import { copyToPod } from './copy-to-pod.ts';

export const cpVerb: Verb = {
  usage: '<file-spec-src> <file-spec-dest>',
  about: 'Copy files and directories to and from containers.',
  flags: [
    text('container', 'Container to copy to or from.', { short: 'c' }),
    bool('no-preserve', 'Do not keep ownership and permissions.'),
    int('retries', 'Taken for compatibility.'),
  ],
  run: cp,
};

async function cp(call: Call): Promise<void> {
  const { args } = call;
  if (args.length !== 2) throw new Failure('source and destination are required');
  const [source, target] = args.map(copyEnd);
  if (source === undefined || target === undefined) return;
  if (source.pod !== '' && target.pod !== '')
    throw new Failure('one of src or dest must be a local file specification');
  if (source.path === '' || target.path === '') throw new Failure('filepath can not be empty');
  if (source.pod !== '') return copyFromPod(call, source, target.path);
  if (target.pod !== '') return copyToPod(call, source.path, target);
  throw new Failure('one of src or dest must be a remote file specification');
}

function copyEnd(text: string): CopyEnd {
  const at = text.indexOf(':');
  if (at < 0) return { namespace: '', pod: '', path: text };
  const [before, path] = [text.slice(0, at), text.slice(at + 1)];
  const parts = before.split('/');
  if (parts.length === 1 && before !== '') return { namespace: '', pod: before, path };
  if (parts.length === 2) return { namespace: parts[0] ?? '', pod: parts[1] ?? '', path };
  throw new Failure('Filespec must match the canonical format: [[namespace/]pod:]file/path');
}
