import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LoopHold } from '../testing/loop-hold.ts';
import { testServer, type TestServer } from '../testing/test-server.ts';
import { WIDE_BODIES } from '../testing/wide-bodies.ts';

const CORE = '/api/v1/namespaces/default';

describe('wide objects', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await testServer();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  it.each(WIDE_BODIES)('$name: $code', async ({ resource, json, code, message }) => {
    using hold = new LoopHold();
    const { status, body } = await server.call(`${CORE}/${resource}?dryRun=All`, { method: 'POST', body: json });
    expect(status).toBe(code);
    if (message !== undefined) expect(body).toMatchObject({ message: expect.stringContaining(message) });
    expect(hold.worstMs).toBeLessThan(2000);
  });
});

describe('heavy requests', () => {
  const authorizers = [{ name: 'all', authorize: () => ({ allowed: true }) }];
  const heavy = JSON.stringify({
    metadata: { generateName: 'h' },
    data: Object.fromEntries(Array.from({ length: 10_000 }, (_, at) => [`k${at}`, ''])),
  });

  it('of one user wait for each other only so many, and refusals tell when to come again', async () => {
    await using server = await testServer({ authorizers }, { limits: { heavyOfUser: 2 } });
    const post = (token: string) =>
      server.call(`${CORE}/configmaps?dryRun=All`, { method: 'POST', body: heavy, token: `token-${token}` });
    const answers = await Promise.all(Array.from({ length: 12 }, () => post('many')));
    const refused = answers.filter(({ status }) => status === 429);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201, 429]));
    for (const { headers, body } of refused) {
      expect(headers['retry-after']).toBe('1');
      expect(body).toMatchObject({ kind: 'Status', reason: 'TooManyRequests', details: { retryAfterSeconds: 1 } });
    }
    expect((await post('other')).status).toBe(201);
    const asMaster = await Promise.all(Array.from({ length: 6 }, () => post('admin')));
    expect(asMaster.map(({ status }) => status)).toEqual(Array.from({ length: 6 }, () => 201));
  });
});
