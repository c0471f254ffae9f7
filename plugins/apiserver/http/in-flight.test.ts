import { expect, it, vi } from 'vitest';
import { manualWorld } from '../../../src/sdk/testing/manual-world.ts';
import { InFlightPeaks } from '../measures/in-flight-peaks.ts';
import { testServer, type TestServer } from '../testing/test-server.ts';

const MAPS = '/api/v1/namespaces/default/configmaps';

it('so many requests are served at once, of those that read and of those that write, administrators besides', async () => {
  const held: (() => void)[] = [];
  const hold = {
    path: '/hold',
    contentType: 'text/plain',
    body: () => new Promise<string>(resolve => held.push(() => resolve('done'))),
  };
  await using server: TestServer = await testServer(
    { authorizers: [{ name: 'all', authorize: () => ({ allowed: true }) }] },
    { inFlight: { readOnly: 1, mutating: 1 }, routes: [hold] },
  );
  const token = 'token-jane';
  const first = server.call('/hold', { token });
  await vi.waitFor(() => expect(held).toHaveLength(1), { timeout: 30_000 });
  expect(await server.call(MAPS, { token })).toMatchObject({
    status: 429,
    text: 'Too many requests, please try again later.\n',
    headers: { 'retry-after': '1' },
  });
  const body = { metadata: { name: 'written' } };
  expect((await server.call(MAPS, { token, method: 'POST', body })).status).toBe(201);
  expect((await server.call(MAPS)).status).toBe(200);
  const watch = await server.call(`${MAPS}?watch=1&timeoutSeconds=1`, { token });
  expect(watch.status).toBe(200);
  held[0]?.();
  expect((await first).text).toBe('done');
  expect((await server.call(MAPS, { token })).status).toBe(200);
});

it('how many were served at once is told of the second before', async () => {
  const world = manualWorld();
  const peaks = new InFlightPeaks(world.clock);
  const told = () => peaks.collect().samples.map(({ value }) => value);
  await world.advance(1000);
  for (const kind of ['readOnly', 'readOnly', 'mutating'] as const) peaks.begin(kind);
  peaks.end('readOnly');
  await world.advance(1000);
  expect(told()).toEqual([1, 2]);
  await world.advance(2000);
  expect(told()).toEqual([1, 1]);
  peaks.end('readOnly');
  peaks.end('mutating');
  await world.advance(2000);
  expect(told()).toEqual([0, 0]);
});
