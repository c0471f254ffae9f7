import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { eventually } from './eventually.ts';
import { nodeFixture, nodeIsRunnable } from './node-fixture.ts';
import { pod, shell } from './objects.ts';
import { ServerProcess, serverOptions } from './server-process.ts';

const EXAMPLES = resolve(import.meta.dirname, '../plugins-dir');

describe.skipIf(!nodeIsRunnable('how a node takes further plugins is'))('a server with a folder of plugins', () => {
  const node = nodeFixture(9, { flags: ['--plugins-dir', EXAMPLES, '--disable', 'dns'] });

  it('runs their controllers', async () => {
    await node.kubectl.run('create', 'namespace', 'shop');
    const notes = () =>
      node.kubectl.answer(['get', 'configmap', 'notes', '-n', 'shop', '-o', 'jsonpath={.data.since}']);
    await eventually(notes, ({ stdout }) => expect(stdout).toMatch(/^\d{4}-\d\d-\d\dT/));
    await node.kubectl.run('delete', 'configmap', 'notes', '-n', 'shop');
    await eventually(notes, ({ stdout }) => expect(stdout).toMatch(/^\d{4}-\d\d-\d\dT/));
  });

  it('asks their scheduler filters', async () => {
    await node.kubectl.run('label', 'nodes', '--all', 'example.com/spare=');
    await node.kubectl.apply(pod('ordinary', shell('sleep 600')));
    const { status } = await node.podWhere('ordinary', ({ status }) =>
      expect(status.conditions).toContainEqual(
        expect.objectContaining({ type: 'PodScheduled', status: 'False', reason: 'Unschedulable' }),
      ),
    );
    expect(JSON.stringify(status.conditions)).toContain('1 node(s) were kept as spares');
    await node.kubectl.run('label', 'nodes', '--all', 'example.com/spare-');
    await node.untilReady('ordinary');
  });

  it('leaves out what is disabled', async () => {
    const dns = `http://${node.options.clusterDns}:53`;
    await expect(fetch(dns)).rejects.toThrow();
    expect(node.server.output).toContain('is Ready');
  });

  it.each([
    ['does not parse', 'export default definePlugin({', 'broken.ts'],
    ['exports no plugin', 'export const x = 1;', 'broken.ts'],
    ['throws when it is loaded', "throw new Error('out of coffee');", 'out of coffee'],
  ])('names a file that %s', async (_, text, told) => {
    const folder = join(node.server.dataDir, 'broken-plugins');
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'broken.ts'), text);
    const dataDir = join(node.server.dataDir, 'other');
    const started = ServerProcess.start({ ...serverOptions(10), dataDir, flags: ['--plugins-dir', folder] });
    await expect(started).rejects.toThrow(/ended with 1:[^]*broken\.ts/);
    await expect(started).rejects.toThrow(told);
  });

  it('names a plugin to disable that is not there', async () => {
    const dataDir = join(node.server.dataDir, 'other');
    const started = ServerProcess.start({ ...serverOptions(10), dataDir, flags: ['--disable', 'warp-drive'] });
    await expect(started).rejects.toThrow(/--disable: there is no plugin warp-drive/);
  });

  it('names those that cannot do without one that is disabled', async () => {
    const dataDir = join(node.server.dataDir, 'other');
    const started = ServerProcess.start({ ...serverOptions(10), dataDir, flags: ['--disable', 'network'] });
    await expect(started).rejects.toThrow(
      'without network nothing provides network.pods: add --disable peers --disable network-policies --disable proxy --disable dns --disable kubelet, or a plugin that does',
    );
  });
});
