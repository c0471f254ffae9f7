import { once } from 'node:events';
import { connect as connectHttp2 } from 'node:http2';
import { request as requestHttp1 } from 'node:https';
import { describe, expect, it } from 'vitest';
import type { AdmissionPlugin } from '../contract.ts';
import { testServer } from '../testing/test-server.ts';

const MAPS = '/api/v1/namespaces/default/configmaps';
const HEADERS = { authorization: 'Bearer token-admin', 'content-type': 'application/json' };
const bodyOf = (name: string): string => JSON.stringify({ metadata: { name } });

describe('a server that stops', () => {
  it('answers what is under way, ends watches, and takes nothing new', async () => {
    const gate = Promise.withResolvers<void>();
    const reached = Promise.withResolvers<void>();
    let held = 0;
    const hold: AdmissionPlugin = {
      name: 'hold',
      order: 1,
      resources: ['configmaps'],
      async validate() {
        held += 1;
        if (held === 2) reached.resolve();
        await gate.promise;
      },
    };
    const server = await testServer({ admission: [hold] });
    const { url, ca } = server;
    const session = connectHttp2(url, { ca });
    const watch = session.request({ ':path': `${MAPS}?watch=1`, ...HEADERS });
    await once(watch, 'response');
    watch.resume();
    const watchEnded = once(watch, 'close');
    const overHttp2 = session.request({ ':path': MAPS, ':method': 'POST', ...HEADERS });
    overHttp2.end(bodyOf('one'));
    const overHttp1 = requestHttp1(`${url}${MAPS}`, { ca, method: 'POST', headers: HEADERS });
    overHttp1.end(bodyOf('two'));
    await reached.promise;
    const stopped = server[Symbol.asyncDispose]();
    await watchEnded;
    expect(watch.rstCode).toBe(0);
    await expect(fetchVersion(url, ca)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    // Either may be answered first.
    const answered = [once(overHttp2, 'response'), once(overHttp1, 'response')] as const;
    gate.resolve();
    const [{ ':status': status }] = (await answered[0]) as [{ readonly ':status': number }];
    const [answer] = (await answered[1]) as [{ readonly statusCode: number; resume(): void }];
    answer.resume();
    expect([status, answer.statusCode]).toEqual([201, 201]);
    await stopped;
    session.destroy();
  });

  it('waits no longer than it may for what does not end', async () => {
    const never: AdmissionPlugin = {
      name: 'never',
      order: 1,
      resources: ['configmaps'],
      validate: () => new Promise<void>(() => undefined),
    };
    const server = await testServer({ admission: [never] }, { limits: { drainMs: 100 } });
    const posted = requestHttp1(`${server.url}${MAPS}`, { ca: server.ca, method: 'POST', headers: HEADERS });
    const cut = once(posted, 'error');
    posted.end(bodyOf('three'));
    await new Promise(resume => setTimeout(resume, 200));
    await server[Symbol.asyncDispose]();
    expect(await cut).toMatchObject([{ code: 'ECONNRESET' }]);
  });
});

async function fetchVersion(url: string, ca: string): Promise<void> {
  const asked = requestHttp1(`${url}/version`, { ca, agent: false });
  asked.end();
  await once(asked, 'response');
}
