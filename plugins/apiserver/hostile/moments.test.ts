import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectRefused } from '../testing/refusal.ts';
import { testServer, type TestServer } from '../testing/test-server.ts';

let server: TestServer;
beforeAll(async () => void (server = await testServer()));
afterAll(() => server[Symbol.asyncDispose]());

describe('moments', () => {
  const path = '/apis/coordination.k8s.io/v1/namespaces/default/leases';
  const lease = (renewTime: unknown): object => ({ metadata: { name: 'l' }, spec: { renewTime } });
  const events = '/api/v1/namespaces/default/events';
  const event = (firstTimestamp: unknown): object => ({ metadata: { name: 'e' }, involvedObject: {}, firstTimestamp });
  it.each([
    ['2026-01-02T03:04:05Z', '2026-01-02T03:04:05Z'],
    ['2026-01-02T03:04:05.123456789Z', '2026-01-02T03:04:05Z'],
    ['2026-01-02T03:04:05+02:00', '2026-01-02T01:04:05Z'],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00Z'],
  ])('%s', async (given, told) => {
    const { body } = await server.call(`${events}?dryRun=All`, { method: 'POST', body: event(given) });
    expect(body).toMatchObject({ firstTimestamp: told });
  });
  it.each([
    ['2026-01-02T03:04:05.000000Z', '2026-01-02T03:04:05.000000Z'],
    ['2026-01-02T03:04:05.123456+02:00', '2026-01-02T01:04:05.123456Z'],
  ])('%s to the microsecond', async (given, told) => {
    const { body } = await server.call(`${path}?dryRun=All`, { method: 'POST', body: lease(given) });
    expect(body).toMatchObject({ spec: { renewTime: told } });
  });
  it.each(['2026-01-02T03:04:05Z', '2026-01-02T03:04:05.123Z', '2026-01-02T03:04:05.1234567Z'])(
    '%s is none to the microsecond',
    async given => {
      await expectRefused(server, path, { method: 'POST', body: lease(given) }, { code: 400, reason: 'BadRequest' });
    },
  );
  it.each([
    '',
    'now',
    '2026-01-02',
    '2026-01-02T03:04:05',
    '2026-01-02 03:04:05Z',
    '2026-01-02t03:04:05z',
    '2026-01-02T24:00:00Z',
    '2026-01-02T23:59:60Z',
    '2026-02-30T00:00:00Z',
    '2023-02-29T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '10000-01-01T00:00:00Z',
    '2026-01-02T03:04:05+25:00',
    '2026-01-02T03:04:05.Z',
    `2026-01-02T03:04:05.${'9'.repeat(1_000_000)}Z`,
    1_767_323_045,
  ])('%j is none', async given => {
    await expectRefused(server, events, { method: 'POST', body: event(given) }, { code: 400, reason: 'BadRequest' });
  });
});
