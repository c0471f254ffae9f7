import { afterAll, beforeAll, expect, it } from 'vitest';
import { newRequest } from '../../src/base/testing/new-request.ts';
import { manualWorld } from '../../src/sdk/testing/manual-world.ts';
import { hostWorld } from '../../src/kernel/host-world.ts';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseCertificateRequest } from '../../src/base/certificate-request.ts';
import { silentLogger } from '../../src/kernel/silent-logger.ts';
import { openClusterCa } from '../auth/cluster-ca.ts';
import { CertificateSigningRequest } from '../kinds/certificates/v1/certificate-signing-request.ts';
import { stored } from '../kinds/testing/complaints.ts';
import { endOf } from './cleaning.ts';

const BORN = '2026-01-01T00:00:00Z';
const LATER = '2026-01-01T06:00:00Z';
const after = (time: string, hours: number): number => Date.parse(time) + hours * 3_600_000;
const at = (type: string) => ({ type, status: 'True', lastUpdateTime: LATER });

let folder: string;
let certificate: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tiphys-ca-'));
  const clock = { ...manualWorld().clock, now: () => Date.parse(LATER) };
  const ca = await openClusterCa({ ...hostWorld(), clock }, silentLogger, folder);
  const request = parseCertificateRequest((await newRequest({ commonName: 'x' })).pem);
  const order = { request, usages: ['client auth'], lifetimeSeconds: 600 };
  certificate = Buffer.from(await ca.sign(order)).toString('base64');
});
afterAll(() => rm(folder, { recursive: true }));

it.each<[string, () => object, number | undefined]>([
  ['a day after its creation while nothing was decided', () => ({}), after(BORN, 24)],
  ['an hour after it was denied', () => ({ conditions: [at('Denied')] }), after(LATER, 1)],
  ['an hour after it has failed', () => ({ conditions: [at('Approved'), at('Failed')] }), after(LATER, 1)],
  ['not while its signer is waited for', () => ({ conditions: [at('Approved')] }), undefined],
  ['when its certificate expires', () => ({ conditions: [at('Approved')], certificate }), after(LATER, 1 / 6)],
])('a request goes %s', (_name, status, endMs) => {
  const object = stored(CertificateSigningRequest, { metadata: { creationTimestamp: BORN }, status: status() });
  expect(endOf(object as CertificateSigningRequest)).toBe(endMs);
});
