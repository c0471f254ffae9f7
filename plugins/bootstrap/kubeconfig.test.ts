import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { parse } from 'yaml';
import { hostWorld } from '../../src/kernel/host-world.ts';
import { silentLogger } from '../../src/kernel/silent-logger.ts';
import { writeKubeconfig } from './kubeconfig.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tiphys-kubeconfig-'));
});
afterEach(() => rm(folder, { recursive: true }));

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const { privateKey: key } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const privateKey = key.export({ type: 'pkcs8', format: 'pem' }).toString();
const ecKey = key.export({ type: 'sec1', format: 'pem' }).toString();

it.each(['https://10.1.2.3:6443', 'https://[fd00::1]:6443'])('tells how to reach %s, its owner only', async server => {
  const path = join(folder, 'kubeconfig.yaml');
  const content = { server, caCertificate: 'CA\n', user: { certificate: 'CERTIFICATE', privateKey } };
  await writeKubeconfig({ files: hostWorld().files, log: silentLogger }, path, content);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  const user = { 'client-certificate-data': base64('CERTIFICATE'), 'client-key-data': base64(ecKey) };
  expect(ecKey).toContain('-----BEGIN EC PRIVATE KEY-----');
  expect(parse(await readFile(path, 'utf8'))).toEqual({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'tiphys', cluster: { 'certificate-authority-data': base64('CA\n'), server } }],
    users: [{ name: 'tiphys-admin', user }],
    contexts: [{ name: 'tiphys', context: { cluster: 'tiphys', user: 'tiphys-admin' } }],
    'current-context': 'tiphys',
  });
});
