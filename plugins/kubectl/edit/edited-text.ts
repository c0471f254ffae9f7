import { join } from 'node:path';
import { tmpdir } from 'node:os';
import type { Call } from '../command/verb.ts';
import { Failure } from '../failures.ts';

export interface EditedText {
  readonly text: string;
  /** Kept for a user whose change was refused. */
  readonly path: string;
}

/** Opens a text in the user's editor: KUBE_EDITOR, EDITOR or vi. */
export async function editedText({ world, terminal }: Call, text: string, extension: string): Promise<EditedText> {
  const { env } = world.processes;
  const editor = env['KUBE_EDITOR'] || env['EDITOR'] || 'vi';
  const path = join(tmpdir(), `kubectl-edit-${world.random.uuid()}.${extension}`);
  await world.files.writeFile(path, text, { mode: 0o600 });
  const code = await terminal.run(env['SHELL'] ?? '/bin/sh', ['-c', `${editor} ${path}`]);
  if (code !== 0) throw new Failure(`there was a problem with the editor ${JSON.stringify(editor.split(' ')[0])}`);
  return { text: await world.files.readFile(path, 'utf8'), path };
}

/** What stands above what is to be edited. */
export const EDIT_HEADER = `# Please edit the object below. Lines beginning with a '#' will be ignored,
# and an empty file will abort the edit. If an error occurs while saving this file will be
# reopened with the relevant failures.
#
`;

export const withoutComments = (text: string): string =>
  text
    .split('\n')
    .filter(line => !line.startsWith('#'))
    .join('\n');
