import { delimiter } from 'node:path';
import type { World } from '../../../src/base/world.ts';

/** The folders of `PATH`, each once. */
export const pathFolders = ({ processes }: Pick<World, 'processes'>): readonly string[] =>
  [...new Set((processes.env['PATH'] ?? '').split(delimiter))].filter(folder => folder.trim() !== '');

/** Whether it is a file that someone may run. */
export async function isExecutable({ files }: Pick<World, 'files'>, path: string): Promise<boolean> {
  const stat = await files.stat(path);
  return !stat.isDirectory() && (stat.mode & 0o111) !== 0;
}
