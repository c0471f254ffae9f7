import { basename, delimiter, join } from 'node:path';
import { writeDurably } from '../base/durable-file.ts';
import { presentOr } from '../base/failed-with.ts';
import { isThere } from '../base/is-there.ts';
import type { World } from '../base/world.ts';
import { serviceName, serviceUnit, type ServiceRole } from './service-unit.ts';

/** Where a machine keeps programs of its own, units of its own, and our settings. */
export interface ServicePlaces {
  readonly programs: string;
  readonly units: string;
  readonly settings: string;
}
export const SERVICE_PLACES: ServicePlaces = {
  programs: '/usr/local/bin',
  units: '/etc/systemd/system',
  settings: '/etc/tiphys',
};

/** Below the settings: the token of a service that was given one, for root only. */
export const TOKEN_FILE = 'service-token';

export interface Installation {
  readonly role: ServiceRole;
  /** The program of one file that is to be installed. */
  readonly binary: string;
  /** What `tiphys server` or `tiphys agent` is given. */
  readonly flags: readonly string[];
  /** Lets a node join. Everybody may read units and lists of processes, so that it is in neither. */
  readonly token: string | undefined;
  readonly places: ServicePlaces;
}

/**
 * Puts the program in place, under its own name and, where there is no kubectl, under that one; then has systemd run it,
 * now and from each boot on. Doing it again with a newer program or other flags changes the node to them; its pods run
 * on. Throws where systemd refuses, with nothing undone.
 */
export async function installService(
  world: Pick<World, 'files' | 'processes'>,
  { role, binary, flags, token, places }: Installation,
  say: (line: string) => void,
): Promise<void> {
  const { files, processes } = world;
  const program = join(places.programs, 'tiphys');
  if ((await files.realpath(binary)) !== (await presentOr(undefined, () => files.realpath(program)))) {
    await files.mkdir(places.programs, { recursive: true });
    await files.copyFile(binary, `${program}.new`);
    await files.chmod(`${program}.new`, 0o755);
    await files.rename(`${program}.new`, program);
  }
  say(`installed ${program}`);
  if (!(await isOnPath(world, 'kubectl', places.programs))) {
    await files.symlink(basename(program), join(places.programs, 'kubectl'));
    say(`installed ${join(places.programs, 'kubectl')}, as there was none`);
  }
  const unit = join(places.units, serviceName(role));
  await files.mkdir(places.units, { recursive: true });
  const tokenFlags = token === undefined ? [] : [`--token-file=${await keepToken(world, places, token)}`];
  await files.writeFile(unit, serviceUnit(role, program, [...flags, ...tokenFlags]), { mode: 0o644 });
  say(`wrote ${unit}`);
  for (const args of [['daemon-reload'], ['enable', serviceName(role)], ['restart', serviceName(role)]]) {
    const code = await processes.run('systemctl', args);
    if (code !== 0) throw new Error(`systemctl ${args.join(' ')} failed (exit code ${code})`);
  }
  say(`started ${serviceName(role)}; what it says: journalctl -u ${serviceName(role)} -f`);
}

async function keepToken({ files }: Pick<World, 'files'>, { settings }: ServicePlaces, token: string): Promise<string> {
  const path = join(settings, TOKEN_FILE);
  await files.mkdir(settings, { recursive: true });
  await writeDurably(files, path, `${token}\n`, 0o600);
  return path;
}

async function isOnPath(
  { files, processes }: Pick<World, 'files' | 'processes'>,
  name: string,
  further: string,
): Promise<boolean> {
  for (const folder of [further, ...(processes.env['PATH'] ?? '').split(delimiter)]) {
    if (folder !== '' && (await isThere(files, join(folder, name)))) return true;
  }
  return false;
}
