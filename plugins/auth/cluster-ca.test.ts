import { X509Certificate } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { scratchFolder } from '../../src/base/testing/scratch-folder.ts';
import { hostWorld } from '../../src/kernel/host-world.ts';
import { silentLogger } from '../../src/kernel/silent-logger.ts';
import { manualWorld } from '../../src/sdk/testing/manual-world.ts';
import { openClusterCa } from './cluster-ca.ts';
import type { KeyPair } from './contract.ts';

const DAY_MS = 86_400_000;

describe('openClusterCa', () => {
  it('issues certificates that verify against its CA and say what was asked', async () => {
    const ca = await openClusterCa(hostWorld(), silentLogger, await scratchFolder());
    const authority = new X509Certificate(ca.caCertificate);
    const client = new X509Certificate((await ca.issueClient('system:admin', ['system:masters'])).certificate);
    const server = new X509Certificate(
      (await ca.issueServer('api', ['kubernetes.default.svc'], ['10.43.0.1'])).certificate,
    );
    expect(authority.ca).toBe(true);
    expect([client.validFrom, server.validFrom]).toEqual([authority.validFrom, authority.validFrom]);
    expect(client.verify(authority.publicKey)).toBe(true);
    expect(client.subject.split('\n').sort()).toEqual(['CN=system:admin', 'O=system:masters']);
    expect(server.checkHost('kubernetes.default.svc')).toBe('kubernetes.default.svc');
    expect(server.checkIP('10.43.0.1')).toBe('10.43.0.1');
  });

  it('keeps the CA and its certificates, until what they serve changes or they grow old', async () => {
    const folder = await scratchFolder();
    const world = hostWorld();
    const first = await openClusterCa(world, silentLogger, folder);
    const server = await first.issueServer('api', ['a'], []);
    const again = await openClusterCa(world, silentLogger, folder);
    expect(again.caCertificate).toBe(first.caCertificate);
    expect(await again.issueServer('api', ['a'], [])).toEqual(server);
    expect(await again.issueServer('api', ['a', 'b'], [])).not.toEqual(server);
    const client = await again.issueClient('x', []);
    const later = { ...world, clock: { ...world.clock, now: () => Date.now() + 300 * 86_400_000 } };
    expect(await (await openClusterCa(later, silentLogger, folder)).issueClient('x', [])).not.toEqual(client);
  });

  it('tells who follows a certificate of the next one before it expires, also after one could not be used', async () => {
    const world = manualWorld();
    const ca = await openClusterCa(world, silentLogger, await scratchFolder());
    const issue = () => ca.issueServer('api', ['a'], []);
    const first = await issue();
    const over = new AbortController();
    const told: KeyPair[] = [];
    let isBroken = true;
    const use = (renewed: KeyPair): void => {
      told.push(renewed);
      if (isBroken) throw new Error('there is no room');
    };
    ca.follow(first, issue, use, over.signal);
    const looks = async (days: number): Promise<void> => {
      for (let half = 0; half < 2 * days; half++) {
        await world.advance(DAY_MS / 2);
        // Keys are made and written on other threads, and the next look comes after that.
        await vi.waitFor(() => expect(world.pending).toBe(1), { interval: 1 });
      }
    };
    await looks(270);
    expect(told).toEqual([]);
    await looks(6);
    expect(told.length).toBeGreaterThan(1);
    expect(told[0]?.certificate).not.toBe(first.certificate);
    isBroken = false;
    const before = told.length;
    await looks(2);
    expect(told.length).toBe(before + 1);
    const { validTo } = new X509Certificate(told.at(-1)?.certificate ?? '');
    expect(Date.parse(validTo) - world.clock.now()).toBeGreaterThan(350 * DAY_MS);
    over.abort();
    expect(world.pending).toBe(0);
  });

  it('leaves no key readable by others', async () => {
    const folder = await scratchFolder();
    await openClusterCa(hostWorld(), silentLogger, folder);
    expect((await stat(join(folder, 'ca.key'))).mode & 0o077).toBe(0);
  });
});
