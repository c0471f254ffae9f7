import type { Command } from 'commander';
import { dataDirFlag } from '../../src/base/data-dir-flag.ts';
import type { World } from '../../src/base/world.ts';
import type { ImageCommandPlace } from './image-commands.ts';

/**
 * `tiphys image import|list|rm|pull`, straight on the data directory, whether a server runs or not: all
 * processes change the store's metadata under one file lock, and a running server hears of it at once.
 */
export function addImageCommand(program: Command, world: World, write: (text: string) => void): void {
  const command = program.command('image').description("this node's images");
  const add = (usage: string, description: string): Command =>
    command
      .command(usage)
      .description(description)
      .option(...dataDirFlag(world.processes));
  const place = (flags: Flags): ImageCommandPlace => ({
    world,
    dataDir: flags.dataDir,
    registriesFile:
      flags.registriesFile ?? world.processes.env['TIPHYS_REGISTRIES_FILE'] ?? '/etc/tiphys/registries.yaml',
    signal: new AbortController().signal,
    write,
  });
  add('import <file...>', 'take images from OCI-layout or docker-archive tarballs, plain, gzip or zstd').action(
    async (files: readonly string[], flags: Flags) => {
      await (await import('./image-commands.ts')).importImages(place(flags), files);
    },
  );
  add('list', 'show what is here')
    .alias('ls')
    .action(async (flags: Flags) => {
      await (await import('./image-commands.ts')).listImages(place(flags));
    });
  add('rm <reference...>', 'forget images; the server frees their files when nothing runs from them').action(
    async (references: readonly string[], flags: Flags) => {
      await (await import('./image-commands.ts')).removeImages(place(flags), references);
    },
  );
  add('pull <reference...>', 'take images from their registries')
    .option('--creds <user:password>', 'login at the registry')
    .option('--registries-file <file>', 'mirrors and logins as k3s has them')
    .action(async (references: readonly string[], flags: Flags) => {
      const [username = '', ...password] = (flags.creds ?? '').split(':');
      const login = username === '' ? undefined : { username, password: password.join(':') };
      await (await import('./image-commands.ts')).pullImages(place(flags), references, login);
    });
}

interface Flags {
  readonly dataDir: string;
  readonly registriesFile?: string;
  readonly creds?: string;
}
