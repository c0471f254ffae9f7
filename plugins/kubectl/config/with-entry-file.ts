import { resolve } from 'node:path';
import { messageOf } from '../../../src/base/message-of.ts';
import type { Call } from '../command/verb.ts';
import { withField, type Fields } from '../dig.ts';
import { Failure } from '../failures.ts';

/** Sets a field that names a file, or holds the file itself where `--embed-certs` says so. */
export async function withEntryFile({ flags, world, terminal }: Call, value: Fields, field: string): Promise<Fields> {
  if (!flags.isGiven(field)) return value;
  const path = flags.text(field);
  const data = `${field}-data`;
  if (path === '') return withField(withField(value, [field], undefined), [data], undefined);
  const there = resolve(terminal.workFolder, path);
  if (!flags.bool('embed-certs')) return withField(withField(value, [field], there), [data], undefined);
  try {
    const bytes = await world.files.readFile(there);
    return withField(withField(value, [data], bytes.toString('base64')), [field], undefined);
  } catch (error) {
    throw new Failure(`could not read ${field} data from ${path}: ${messageOf(error)}`);
  }
}
