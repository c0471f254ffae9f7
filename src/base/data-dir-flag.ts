import type { Processes } from './world.ts';

/** Where a node keeps everything that must survive, unless it is told. */
export const DATA_DIR = '/var/lib/tiphys';

/** The flag by which a command is told of which server it speaks: name, description and default, as commander takes them. */
export const dataDirFlag = ({
  env,
}: Pick<Processes, 'env'>): [flags: string, description: string, fallback: string] => [
  '--data-dir <folder>',
  'the server’s data directory',
  env['TIPHYS_DATA_DIR'] ?? DATA_DIR,
];
