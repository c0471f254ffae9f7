import { X509Certificate } from 'node:crypto';
import { mkdtemp, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hostWorld } from '../../src/kernel/host-world.ts';
import { openClusterCa } from './cluster-ca.ts';

const newFolder = (): Promise<string> => mkdtemp(join(tmpdir(), 'tiphys-ca-'));

describe('openClusterCa', () => {
  it('issues certificates that verify against its CA and say what was asked', async () => {
    const ca = await openClusterCa(hostWorld(), await newFolder());
    const authority = new X509Certificate(ca.caCertificate);
    const client = new X509Certificate((await ca.issueClient('system:admin', ['system:masters'])).certificate);
    const server = new X509Certificate(
      (await ca.issueServer('api', ['kubernetes.default.svc'], ['10.43.0.1'])).certificate,
    );
    expect(authority.ca).toBe(true);
    expect(client.verify(authority.publicKey)).toBe(true);
    expect(client.subject.split('\n').sort()).toEqual(['CN=system:admin', 'O=system:masters']);
    expect(server.checkHost('kubernetes.default.svc')).toBe('kubernetes.default.svc');
    expect(server.checkIP('10.43.0.1')).toBe('10.43.0.1');
  });

  it('keeps the CA and its certificates, until what they serve changes or they grow old', async () => {
    const folder = await newFolder();
    const world = hostWorld();
    const first = await openClusterCa(world, folder);
    const server = await first.issueServer('api', ['a'], []);
    const again = await openClusterCa(world, folder);
    expect(again.caCertificate).toBe(first.caCertificate);
    expect(await again.issueServer('api', ['a'], [])).toEqual(server);
    expect(await again.issueServer('api', ['a', 'b'], [])).not.toEqual(server);
    const client = await again.issueClient('x', []);
    const later = { ...world, clock: { ...world.clock, now: () => Date.now() + 300 * 86_400_000 } };
    expect(await (await openClusterCa(later, folder)).issueClient('x', [])).not.toEqual(client);
  });

  it('leaves no key readable by others', async () => {
    const folder = await newFolder();
    await openClusterCa(hostWorld(), folder);
    expect((await stat(join(folder, 'ca.key'))).mode & 0o077).toBe(0);
  });
});
