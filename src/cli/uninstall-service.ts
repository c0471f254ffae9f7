import { basename, join } from 'node:path';
import { presentOr } from '../base/failed-with.ts';
import { isThere } from '../base/is-there.ts';
import type { World } from '../base/world.ts';
import { TOKEN_FILE, type ServicePlaces } from './install-service.ts';
import { serviceName } from './service-unit.ts';

/**
 * Takes back what `installService` did, and ends every pod by `killPods` in between. Data stay. What is not there is left
 * out; throws where systemd does not stop a service, with the rest still in place.
 */
export async function uninstallService(
  { files, processes }: Pick<World, 'files' | 'processes'>,
  places: ServicePlaces,
  killPods: () => Promise<number>,
  say: (line: string) => void,
): Promise<void> {
  for (const name of (['server', 'agent'] as const).map(serviceName)) {
    const unit = join(places.units, name);
    if (!(await isThere(files, unit))) continue;
    const code = await processes.run('systemctl', ['disable', '--now', name]);
    if (code !== 0) throw new Error(`systemctl disable --now ${name} failed (exit code ${code})`);
    await files.rm(unit);
    say(`removed ${unit}`);
  }
  await processes.run('systemctl', ['daemon-reload']);
  say(`ended ${await killPods()} pods`);
  const [program, link] = [join(places.programs, 'tiphys'), join(places.programs, 'kubectl')];
  if (await isLinkTo(files, link, basename(program))) {
    await files.rm(link);
    say(`removed ${link}`);
  }
  await files.rm(join(places.settings, TOKEN_FILE), { force: true });
  await files.rm(program, { force: true });
  say(`removed ${program}`);
}

async function isLinkTo(files: World['files'], path: string, target: string): Promise<boolean> {
  const found = await presentOr(undefined, () => files.lstat(path));
  return found?.isSymbolicLink() === true && (await files.readlink(path)) === target;
}
