import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { hostWorld } from '../../../src/kernel/host-world.ts';
import { capturedRun } from '../testing/captured-run.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tiphys-kubeconfig-'));
});
afterAll(() => rm(folder, { recursive: true }));

const config = (name: string, server: string, current: string): string => `apiVersion: v1
kind: Config
current-context: ${current}
clusters: [{name: ${name}, cluster: {server: "${server}"}}]
users: [{name: ${name}, user: {token: of-${name}}}]
contexts: [{name: ${name}, context: {cluster: ${name}, user: ${name}}}]
`;

it('reads files of a list as one, of each entry the first, and changes the file that has the entry', async () => {
  const [first, second] = [join(folder, 'first'), join(folder, 'second')];
  await writeFile(first, config('a', 'https://one', 'a'));
  await writeFile(second, config('b', 'https://b', 'b'));
  const world = hostWorld();
  const env = { KUBECONFIG: `${first}:${join(folder, 'missing')}:${second}` };
  const kubectl = (...args: readonly string[]) =>
    capturedRun({ ...world, processes: { ...world.processes, env } }, ['config', ...args], { folder });
  expect((await kubectl('get-contexts', '-o', 'name')).stdout).toBe('a\nb\n');
  expect((await kubectl('current-context')).stdout).toBe('a\n');
  await kubectl('set-context', 'b', '--namespace=mine');
  expect(await readFile(second, 'utf8')).toContain('namespace: mine');
  expect(await readFile(first, 'utf8')).toBe(config('a', 'https://one', 'a'));
  await kubectl('use-context', 'b');
  expect((await kubectl('current-context')).stdout).toBe('b\n');
  expect((await kubectl('view', '--minify', '--raw', '-o', 'jsonpath={.users[*].user.token}')).stdout).toBe('of-b');
});
