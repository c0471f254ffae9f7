import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hostWorld } from '../../src/kernel/host-world.ts';
import { parseReference } from './reference.ts';
import { loadRegistries, type Registries } from './registries.ts';

async function load(yaml: string): Promise<Registries> {
  const folder = await mkdtemp(join(tmpdir(), 'tiphys-registries-'));
  try {
    await writeFile(join(folder, 'registries.yaml'), yaml);
    return await loadRegistries(hostWorld().files, join(folder, 'registries.yaml'));
  } finally {
    await rm(folder, { recursive: true });
  }
}
const places = (registries: Registries, name: string): readonly string[] =>
  registries
    .endpointsFor(parseReference(name))
    .map(({ base, repository, namespace }) => `${base.href} ${repository}${namespace ? ` ns=${namespace}` : ''}`);

describe('loadRegistries', () => {
  it('asks the registry itself where nothing is configured, plain HTTP only on this machine', async () => {
    const registries = await loadRegistries(hostWorld().files, '/nonexistent/registries.yaml');
    expect(places(registries, 'busybox')).toEqual(['https://registry-1.docker.io/v2 library/busybox']);
    expect(places(registries, 'example.com:5000/a')).toEqual(['https://example.com:5000/v2 a']);
    for (const host of ['localhost:5000', '127.0.0.1:5000', '[::1]:5000']) {
      expect(places(registries, `${host}/a`)).toEqual([`http://${host}/v2 a`]);
    }
    expect(places(registries, '127.0.0.1.example.com/a')).toEqual(['https://127.0.0.1.example.com/v2 a']);
  });

  it('asks mirrors first, in order and under their own names, as k3s does', async () => {
    const registries = await load(`
mirrors:
  docker.io:
    endpoint: ["https://mirror.example.com:5000", "https://other.example.com/custom/v2/"]
    rewrite: {"^library/(.*)": "hub/$1"}
  "*":
    endpoint: ["https://all.example.com"]
  plain.example.com:
    endpoint: ["http://plain.example.com"]
  quay.io:
`);
    expect(places(registries, 'busybox')).toEqual([
      'https://mirror.example.com:5000/v2 hub/busybox ns=docker.io',
      'https://other.example.com/custom/v2 hub/busybox ns=docker.io',
      'https://registry-1.docker.io/v2 library/busybox',
    ]);
    expect(places(registries, 'gcr.io/a/b')).toEqual([
      'https://all.example.com/v2 a/b ns=gcr.io',
      'https://gcr.io/v2 a/b',
    ]);
    expect(places(registries, 'plain.example.com/a')).toEqual(['http://plain.example.com/v2 a']);
    expect(places(registries, 'quay.io/a')).toEqual(['https://quay.io/v2 a']);
  });

  it('gives logins and TLS to the host they are written for, and to no other', async () => {
    const registries = await load(`
mirrors: {docker.io: {endpoint: ["https://mirror.example.com:5000"]}}
configs:
  "mirror.example.com:5000":
    auth: {username: u, password: p}
    tls: {insecure_skip_verify: true}
  docker.io:
    auth: {auth: ${Buffer.from('hub:word').toString('base64')}}
`);
    const [mirror, own] = registries.endpointsFor(parseReference('busybox'));
    expect(mirror?.auth).toEqual({ username: 'u', password: 'p', identityToken: '' });
    expect(mirror?.tls.insecure).toBe(true);
    expect(own?.auth).toEqual({ username: 'hub', password: 'word', identityToken: '' });
    expect(own?.tls.insecure).toBe(false);
  });

  it('refuses a file that makes no sense', async () => {
    await expect(load('mirrors: {a: {endpoint: 5}}')).rejects.toThrow('mirrors.a.endpoint is not a list');
    await expect(load('mirrors: {a: {endpoint: [":"]}}')).rejects.toThrow('Invalid URL');
  });
});
