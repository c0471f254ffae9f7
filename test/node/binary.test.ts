import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NodeFixture, nodeIsRunnable } from './node-fixture.ts';
import { serverOptions } from './server-process.ts';

const run = promisify(execFile);
const BUILD = resolve(import.meta.dirname, '../../src/binary/build-binary.ts');

describe.skipIf(!nodeIsRunnable('the program of one file is'))('the program of one file', () => {
  let folder: string;
  let node: NodeFixture;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tiphys-binary-'));
    const binary = join(folder, 'tiphys');
    await run(process.execPath, [BUILD, binary, '--level=1']);
    // No Node, no npm and no other program is found.
    const env = { TIPHYS_APP_DIR: join(folder, 'app'), PATH: '', NODE_PATH: '' };
    node = new NodeFixture({ ...serverOptions(21), binary, env });
    await node.start();
  });
  afterAll(async () => {
    await node?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('is a node with its images, whose pods outlive it', async () => {
    await node.kubectl.run('create', 'deployment', 'echo', '--image=tiphys.dev/echo:1.0');
    await node.kubectl.run('wait', '--for=condition=Available', 'deployment/echo', '--timeout=90s');
    const containers = (): Promise<string> =>
      node.kubectl.run('get', 'pods', '-o', 'jsonpath={.items[*].status.containerStatuses[*].containerID}');
    const before = await containers();
    await node.server.end('SIGKILL');
    await node.server.launch();
    expect(await containers()).toBe(before);
  });

  it('is every command too', async () => {
    expect(await node.server.tiphys('check')).toMatch(/ok/);
    expect(await node.server.tiphys('image', 'list')).toContain('tiphys.dev/echo');
  });
});
