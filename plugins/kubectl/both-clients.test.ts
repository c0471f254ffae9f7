import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hostWorld } from '../../src/kernel/host-world.ts';
import { kubectlBinaries } from '../../test/node/kubectl-binaries.ts';
import { testServer, type TestServer } from '../apiserver/testing/test-server.ts';
import { KUSTOMIZATIONS } from './testing/kustomizations.ts';
import { BothClients } from './testing/both-clients.ts';
import { CARING } from './testing/lines/caring.ts';
import { CHANGING } from './testing/lines/changing.ts';
import { COMPLETING } from './testing/lines/completing.ts';
import { CREATING } from './testing/lines/creating.ts';
import { DEBUGGING } from './testing/lines/debugging.ts';
import { EXTENDING } from './testing/lines/extending.ts';
import { GRANTING } from './testing/lines/granting.ts';
import { KUSTOMIZING } from './testing/lines/kustomizing.ts';
import { READING } from './testing/lines/reading.ts';

/** The version whose words this client has. */
const binary = kubectlBinaries().get('1.33') ?? '';
if (binary === '') process.stderr.write('there is no kubectl 1.33: our own client is NOT compared with it\n');

/** Some hundred processes are started in turn; a busy machine takes its time. */
const DEADLINE_MS = 120_000;

const CONFIG_MAPS = `apiVersion: v1
kind: ConfigMap
metadata: {name: filed}
data: {k: "1"}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: filed2}
data:
  k: "1"
  long: "a text that is longer than eighty columns so that it would be folded by go-yaml when it is written out"
  number: "1"
  lines: "a\\nb\\n"
`;
const deployment = (replicas: number, second: string): string => `apiVersion: apps/v1
kind: Deployment
metadata: {name: d}
spec:
  replicas: ${replicas}
  selector: {matchLabels: {app: d}}
  template:
    metadata: {labels: {app: d}}
    spec: {containers: [{name: c, image: 'i:1', env: [{name: A, value: x}, {name: ${second}, value: z}]}]}
`;

const LIMITS = `apiVersion: v1
kind: LimitRange
metadata: {name: lr}
spec:
  limits:
  - {type: Container, max: {cpu: '2'}, min: {cpu: 100m}, default: {cpu: 1500m}, defaultRequest: {cpu: '0.5'}}
  - {type: Pod, maxLimitRequestRatio: {memory: '2'}}
  - {type: PersistentVolumeClaim, max: {storage: 1024Mi}}
`;

/** Of `debug --custom`. */
const CUSTOM = `env: [{name: CUSTOM, value: '1'}]
resources: {limits: {cpu: '1'}}
securityContext: {runAsUser: 0}
`;

const PLUGIN = '#!/bin/sh\necho "$0 got $*" >&2; exit 3\n';
const PLUGINS = [
  ['kubectl-foo', 0o755],
  ['kubectl-foo-bar_baz', 0o755],
  ['kubectl-create-network', 0o755],
  ['kubectl-version', 0o644],
  ['other', 0o755],
] as const;

describe.skipIf(binary === '')('our own kubectl and the real one', () => {
  let server: TestServer;
  let folder: string;
  beforeAll(async () => {
    server = await testServer();
    folder = await mkdtemp(join(tmpdir(), 'tiphys-both-'));
    await writeFile(join(folder, 'cm.yaml'), CONFIG_MAPS);
    await writeFile(join(folder, 'd.yaml'), deployment(2, 'B'));
    await writeFile(join(folder, 'd2.yaml'), deployment(3, 'C'));
    await writeFile(join(folder, 'lr.yaml'), LIMITS);
    await writeFile(join(folder, 'custom.yaml'), CUSTOM);
    await writeFile(join(folder, 'named.json'), '{"name": "n"}');
    await mkdir(join(folder, 'plug'));
    for (const [name, mode] of PLUGINS) await writeFile(join(folder, 'plug', name), PLUGIN, { mode });
    for (const [path, content] of Object.entries(KUSTOMIZATIONS)) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), content);
    }
    await writeFile(join(folder, 'f.txt'), 'hello\n');
    await writeFile(join(folder, 'e.env'), 'A=1\n# a comment\nB=2\n');
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    await rm(folder, { recursive: true });
  });

  it.each([
    ['reading', READING],
    ['creating', CREATING],
    ['changing', CHANGING],
    ['caring', CARING],
    ['granting', GRANTING],
    ['debugging', DEBUGGING],
    ['completing', COMPLETING],
    ['extending', EXTENDING],
    ['kustomizing', KUSTOMIZING],
  ])('answer the same to every line: %s', { timeout: DEADLINE_MS }, async (name, lines) => {
    const both = new BothClients(binary, hostWorld(), folder);
    const [real, own] = await both.run(lines, server.kubeconfig, name);
    expect(own.map((run, i) => [lines[i], run])).toEqual(real.map((run, i) => [lines[i], run]));
  });
});
