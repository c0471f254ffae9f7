import { readdirSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startRegistry, type TestRegistry } from '../../plugins/images/testing/docker-registry.ts';
import { eventually } from './eventually.ts';
import { busyboxLayer, makeImage, writeLayout, type Layer } from './image-layout.ts';
import { nodeFixture, nodeIsRunnable } from './node-fixture.ts';
import { pod } from './objects.ts';

const FOLDERS = 40;
const FILES_EACH = 60;

/** Thousands of files: long enough under way to be met in the middle. */
const manyFiles = (root: string): Layer => ({
  compression: 'gzip',
  members: Array.from({ length: FOLDERS }, (_, i) => `${root}/${i}`).flatMap(folder =>
    Array.from({ length: FILES_EACH }, (_, i) => ({ path: `${folder}/${i}`, content: `${folder}/${i}` })),
  ),
});

describe.skipIf(!nodeIsRunnable('what a kill leaves of a layer is'))('a server killed while it unpacks a layer', () => {
  const node = nodeFixture(21, { flags: ['--disable', 'dns'] });
  let folder: string;
  let registry: TestRegistry;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tiphys-layers-'));
    registry = await startRegistry(folder);
    await writeLayout(makeImage([await busyboxLayer(), manyFiles('one'), manyFiles('two')]), join(folder, 'layout'));
    registry.push(`oci:${folder}/layout:latest`, 'team/layers:1');
  });
  afterAll(async () => {
    await registry?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const store = (): string => join(node.server.dataDir, 'agent/images-store');
  const namesIn = (path: string): readonly string[] => {
    try {
      return readdirSync(path);
    } catch {
      return [];
    }
  };
  /** Folders of `root` that the layer under way has so far. */
  const progress = (root: string): number => {
    const ingest = join(store(), 'ingest');
    const counts = namesIn(ingest).flatMap(pull =>
      namesIn(join(ingest, pull)).map(layer => namesIn(join(ingest, pull, layer, 'fs', root)).length),
    );
    return Math.max(0, ...counts);
  };
  const killWhen = async (root: string, count: number): Promise<void> => {
    const deadline = Date.now() + 20_000;
    while (progress(root) < count) {
      if (Date.now() > deadline) throw new Error(`layer ${root} never came to ${count} folders`);
      await new Promise(resume => setTimeout(resume, 1));
    }
    await node.server.end('SIGKILL');
    // Killed in the middle, or the test says nothing.
    expect(progress(root)).toBeGreaterThanOrEqual(count);
    expect(progress(root)).toBeLessThan(FOLDERS);
  };

  it('uses no half layer, keeps nothing of it, and runs the pod', async () => {
    await node.kubectl.apply(pod('layered', { name: 'main', image: `${registry.host}/team/layers:1` }));
    for (const [root, count] of [
      ['one', 1],
      ['one', 20],
      ['two', 5],
    ] as const) {
      await killWhen(root, count);
      const left = namesIn(join(store(), 'ingest'));
      expect(left.length).toBeGreaterThan(0);
      await node.server.launch('API server listening');
      await eventually(
        async () => namesIn(join(store(), 'ingest')),
        now => expect(now.filter(name => left.includes(name))).toEqual([]),
      );
    }
    await node.untilReady('layered');
    const script = 'find /one /two -type f | wc -l; cat /two/39/59; find /one /two -type f -size -1c | wc -l';
    expect(await node.inPod('layered', script)).toMatch(new RegExp(`^${2 * FOLDERS * FILES_EACH}\\ntwo/39/59`));
    expect(namesIn(join(store(), 'ingest'))).toEqual([]);
    const metadata = JSON.parse(await readFile(join(store(), 'metadata.json'), 'utf8')) as { readonly layers: object };
    const known = Object.keys(metadata.layers).map(id => id.replace('sha256:', ''));
    expect((await readdir(join(store(), 'layers'))).sort()).toEqual(known.sort());
    expect(await readdir(join(store(), 'l'))).toHaveLength(known.length);
  });
});
