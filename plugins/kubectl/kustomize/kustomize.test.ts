import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { hostWorld } from '../../../src/kernel/host-world.ts';
import { capturedRun } from '../testing/captured-run.ts';

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'tiphys-kustomize-'))));
afterAll(() => rm(folder, { recursive: true }));

const POD = '{apiVersion: v1, kind: Pod, metadata: {name: p}}';

async function built(kustomization: string): Promise<{ readonly stdout: string; readonly stderr: string }> {
  await mkdir(join(folder, 'k'), { recursive: true });
  await writeFile(join(folder, 'k/kustomization.yaml'), kustomization);
  await writeFile(join(folder, 'k/pod.yaml'), POD);
  return capturedRun(hostWorld(), ['kustomize', 'k'], { folder });
}

// What the real client does with these is more than this one has.
it.each([
  ['resources: [pod.yaml]\nreplacements: [{path: r.yaml}]', /^error: 'replacements' in \S+\/k is not supported/],
  ['resources: [pod.yaml]\nvars: [{name: A}]', /'vars' in \S+\/k is not supported/],
  ['helmCharts: [{name: c}]', /'helmCharts' in \S+\/k is not supported/],
  ['transformers: [t.yaml]', /'transformers' in \S+\/k is not supported/],
  ['resources: [https://example.com/a.yaml]', /'https:\/\/example.com\/a.yaml' is not of this machine/],
  ['resources: ["github.com/a/b?ref=c"]', /'github.com\/a\/b\?ref=c' is not of this machine/],
])('refuses %j', async (kustomization, message) => {
  expect(await built(kustomization)).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(message) });
});

it('takes what says nothing as if it were not there', async () => {
  expect(await built('resources: [pod.yaml]\nvars: []\nreplacements: []\n')).toMatchObject({
    stdout: 'apiVersion: v1\nkind: Pod\nmetadata:\n  name: p\n',
  });
});
