import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { scratchFolder } from '../base/testing/scratch-folder.ts';
import type { World } from '../base/world.ts';
import { hostWorld } from '../kernel/host-world.ts';
import { readSettings } from './server-options.ts';

const worldWith = (env: Readonly<Record<string, string>>): World => {
  const world = hostWorld();
  return { ...world, processes: { ...world.processes, env } };
};

async function configFile(main: string, more: Readonly<Record<string, string>> = {}): Promise<string> {
  const path = join(await scratchFolder(), 'config.yaml');
  await writeFile(path, main);
  await mkdir(`${path}.d`);
  for (const [name, text] of Object.entries(more)) await writeFile(join(`${path}.d`, name), text);
  return path;
}

describe('readSettings', () => {
  it('has a default for every setting and needs no file', async () => {
    const settings = await readSettings(worldWith({}), {}, '/nonexistent/config.yaml');
    expect(settings).toMatchObject({
      dataDir: '/var/lib/tiphys',
      httpsPort: 6443,
      serviceCidr: '10.43.0.0/16',
      disable: [],
    });
  });

  it('lets flags win over variables, variables over files, and later files over earlier ones', async () => {
    const path = await configFile('https-port: 1\ndataDir: /main\nnode-name: main\ncluster-dns: 1.1.1.1', {
      'a.yaml': 'node-name: a\ncluster-dns: 2.2.2.2',
      'b.yaml': 'node-name: b',
      'ignored.txt': 'node-name: c',
    });
    const world = worldWith({ TIPHYS_HTTPS_PORT: '2', TIPHYS_DATA_DIR: '/env' });
    const settings = await readSettings(world, { httpsPort: '3' }, path);
    expect(settings).toMatchObject({ httpsPort: 3, dataDir: '/env', nodeName: 'b', clusterDns: '2.2.2.2' });
  });

  it.each([
    ['a flag that is no number', {}, { httpsPort: '6443x' }, '', '--https-port: "6443x" is not a whole number'],
    [
      'a variable that is no number',
      { TIPHYS_HTTPS_PORT: 'x' },
      {},
      '',
      'TIPHYS_HTTPS_PORT: "x" is not a whole number',
    ],
    ['an unknown key', {}, {}, 'dataDirr: /x', 'unknown setting dataDirr'],
    ['a value that is no number', {}, {}, 'https-port: 1.5', 'https-port must be a whole number, not 1.5'],
    ['a value that is no text', {}, {}, 'data-dir: [a]', 'data-dir must be a text, not ["a"]'],
    ['a file that is no YAML', {}, {}, 'a: [', 'config.yaml: Flow sequence'],
    ['a file that is a list', {}, {}, '- a', 'must hold settings by name'],
  ])('names %s with its source', async (_, env, flags, file, message) => {
    await expect(readSettings(worldWith(env), flags, await configFile(file))).rejects.toThrow(message);
  });
});
