import { basename, delimiter, join } from 'node:path';
import { presentOr } from '../base/failed-with.ts';
import type { World } from '../base/world.ts';
import { serviceName, serviceUnit, type ServiceRole } from './service-unit.ts';

/** Where a machine keeps programs of its own, and units of its own. */
export interface ServicePlaces {
  readonly programs: string;
  readonly units: string;
}
export const SERVICE_PLACES: ServicePlaces = { programs: '/usr/local/bin', units: '/etc/systemd/system' };

export interface Installation {
  readonly role: ServiceRole;
  /** The program of one file that is to be installed. */
  readonly binary: string;
  /** What `tiphys server` or `tiphys agent` is given. */
  readonly flags: readonly string[];
  readonly places: ServicePlaces;
}

/**
 * Puts the program in place, under its own name and, where there is no kubectl, under that one; then has systemd run it,
 * now and from each boot on. Doing it again with a newer program or other flags changes the node to them; its pods run
 * on. Throws where systemd refuses, with nothing undone.
 */
export async function installService(
  world: Pick<World, 'files' | 'processes'>,
  { role, binary, flags, places }: Installation,
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
  await files.writeFile(unit, serviceUnit(role, program, flags), { mode: 0o644 });
  say(`wrote ${unit}`);
  for (const args of [['daemon-reload'], ['enable', serviceName(role)], ['restart', serviceName(role)]]) {
    const code = await processes.run('systemctl', args);
    if (code !== 0) throw new Error(`systemctl ${args.join(' ')} failed (exit code ${code})`);
  }
  say(`started ${serviceName(role)}; what it says: journalctl -u ${serviceName(role)} -f`);
}

async function isOnPath(
  { files, processes }: Pick<World, 'files' | 'processes'>,
  name: string,
  further: string,
): Promise<boolean> {
  for (const folder of [further, ...(processes.env['PATH'] ?? '').split(delimiter)]) {
    if (folder !== '' && (await presentOr(undefined, () => files.lstat(join(folder, name)))) !== undefined) return true;
  }
  return false;
}
