import { messageOf } from '../../src/base/message-of.ts';
import { failedWith } from '../../src/base/failed-with.ts';
import type { World } from '../../src/base/world.ts';
import { readConfiguration } from '../../src/api/codec/read-configuration.ts';
import { ENCRYPTION_CONFIGURATION, type EncryptionConfiguration } from './encryption-configuration.ts';
import { EncryptionSettingError } from './setting-error.ts';
import { encryptionProblem } from './encryption-problem.ts';

export interface EncryptionFile {
  readonly text: string;
  readonly configuration: EncryptionConfiguration;
}

/** Throws `EncryptionSettingError` in upstream's words. */
export async function openEncryptionFile({ files }: Pick<World, 'files'>, path: string): Promise<EncryptionFile> {
  const text = await files.readFile(path, 'utf8').catch((error: unknown) => {
    const why = failedWith(error, 'ENOENT') ? `open ${path}: no such file or directory` : messageOf(error);
    const reading = `error reading encryption provider configuration file ${JSON.stringify(path)}`;
    throw new EncryptionSettingError(`error while parsing file: error while loading file: ${reading}: ${why}`);
  });
  return { text, configuration: await readEncryption(text, path) };
}

/** Throws `EncryptionSettingError` in upstream's words. */
export async function readEncryption(text: string, path: string): Promise<EncryptionConfiguration> {
  const parsing = 'error while parsing file';
  const file = `encryption provider configuration file ${JSON.stringify(path)}`;
  if (text === '') throw new EncryptionSettingError(`${parsing}: error while loading file: ${file} is empty`);
  const read = readConfiguration(text, await import('yaml'), ENCRYPTION_CONFIGURATION);
  if ('problem' in read) throw new EncryptionSettingError(`${parsing}: error decoding ${file}: ${read.problem}`);
  const problem = encryptionProblem(read.configuration);
  if (problem === undefined) return read.configuration;
  const doing = problem.includes(' is masked by earlier rule ') ? 'error while building transformers' : parsing;
  throw new EncryptionSettingError(`${doing}: ${problem}`);
}
