import { lstat, mkdir, mkdtemp, readFile, readlink, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { World } from '../base/world.ts';
import { hostWorld } from '../kernel/host-world.ts';
import { installService, type ServicePlaces } from './install-service.ts';
import { uninstallService } from './uninstall-service.ts';

describe('a service', () => {
  let folder: string;
  let places: ServicePlaces;
  let binary: string;
  /** What systemd was asked, and whether it does it. */
  let asked: string[];
  let exitCode: number;
  let path: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tiphys-service-'));
    places = { programs: join(folder, 'bin'), units: join(folder, 'units'), settings: join(folder, 'etc') };
    binary = join(folder, 'tiphys-new');
    await writeFile(binary, 'one');
    [asked, exitCode, path] = [[], 0, ''];
  });
  afterEach(() => rm(folder, { recursive: true }));

  const world = (): Pick<World, 'files' | 'processes'> => {
    const { files, processes } = hostWorld();
    const run = async (program: string, args: readonly string[]): Promise<number> => {
      asked.push([program, ...args].join(' '));
      return exitCode;
    };
    return { files, processes: { ...processes, env: { PATH: path }, run } };
  };
  const said: string[] = [];
  const say = (line: string): void => void said.push(line);
  const install = (flags: readonly string[] = []): Promise<void> =>
    installService(world(), { role: 'server', binary, flags, token: undefined, places }, say);
  const uninstall = (): Promise<void> => uninstallService(world(), places, async () => 2, say);

  it('has its program and unit in place before it is started', async () => {
    await install(['--data-dir=/srv/t']);
    expect(await readFile(join(places.programs, 'tiphys'), 'utf8')).toBe('one');
    expect((await stat(join(places.programs, 'tiphys'))).mode & 0o777).toBe(0o755);
    expect(await readlink(join(places.programs, 'kubectl'))).toBe('tiphys');
    const unit = await readFile(join(places.units, 'tiphys.service'), 'utf8');
    expect(unit).toContain(`ExecStart=${places.programs}/tiphys server --data-dir=/srv/t\n`);
    expect(asked).toEqual(
      ['daemon-reload', 'enable tiphys.service', 'restart tiphys.service'].map(s => `systemctl ${s}`),
    );
  });

  it('has its token in a file for root only, not in its unit, and takes it along', async () => {
    await installService(world(), { role: 'agent', binary, flags: ['--server=s'], token: 'K10a::b.c', places }, say);
    const file = join(places.settings, 'service-token');
    const unit = await readFile(join(places.units, 'tiphys-agent.service'), 'utf8');
    expect(unit).toContain(`tiphys agent --server=s --token-file=${file}\n`);
    expect(unit).not.toContain('K10a');
    expect(await readFile(file, 'utf8')).toBe('K10a::b.c\n');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    await uninstall();
    await expect(lstat(file)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('leaves a kubectl that is there', async () => {
    path = join(folder, 'usr');
    await mkdir(path);
    await writeFile(join(path, 'kubectl'), '');
    await install();
    await expect(lstat(join(places.programs, 'kubectl'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('is changed to a newer program and other flags', async () => {
    await install(['--verbose']);
    await writeFile(binary, 'two');
    await install();
    expect(await readFile(join(places.programs, 'tiphys'), 'utf8')).toBe('two');
    expect(await readFile(join(places.units, 'tiphys.service'), 'utf8')).toContain('/tiphys server\n');
    binary = join(places.programs, 'tiphys');
    await install();
    expect(await readFile(binary, 'utf8')).toBe('two');
  });

  it('says what systemd refused', async () => {
    exitCode = 1;
    await expect(install()).rejects.toThrow('systemctl daemon-reload failed (exit code 1)');
  });

  it('is taken back whole, with its pods', async () => {
    await install();
    [asked, said.length] = [[], 0];
    await uninstall();
    expect(asked).toEqual(['systemctl disable --now tiphys.service', 'systemctl daemon-reload']);
    expect(said).toContain('ended 2 pods');
    for (const left of ['bin/tiphys', 'bin/kubectl', 'units/tiphys.service']) {
      await expect(lstat(join(folder, left)), left).rejects.toMatchObject({ code: 'ENOENT' });
    }
    await uninstall();
  });

  it('stays in place where systemd does not stop it, and so does a kubectl of others', async () => {
    await install();
    await rm(join(places.programs, 'kubectl'));
    await writeFile(join(places.programs, 'kubectl'), 'of others');
    exitCode = 1;
    await expect(uninstall()).rejects.toThrow('systemctl disable --now tiphys.service failed (exit code 1)');
    expect(await readFile(join(places.programs, 'tiphys'), 'utf8')).toBe('one');
    exitCode = 0;
    await uninstall();
    expect(await readFile(join(places.programs, 'kubectl'), 'utf8')).toBe('of others');
  });
});
