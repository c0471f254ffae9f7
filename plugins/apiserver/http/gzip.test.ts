import { connect } from 'node:http2';
import { gunzipSync } from 'node:zlib';
import { request } from 'undici';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ConfigMap } from '../../kinds/core/v1/config-map.ts';
import { testServer, type TestServer } from '../testing/test-server.ts';

const MAPS = '/api/v1/namespaces/default/configmaps';
const AUTHORIZATION = { authorization: 'Bearer token-admin' };

let server: TestServer;
beforeAll(async () => {
  server = await testServer();
  for (let i = 0; i < 8; i++) {
    const metadata = { name: `m${i}`, namespace: 'default' };
    await server.admin.create(ConfigMap, { metadata, data: { x: 'x'.repeat(60_000) } });
  }
});
afterAll(() => server[Symbol.asyncDispose]());

async function ask(path: string, acceptEncoding?: string) {
  const headers = { ...AUTHORIZATION, ...(acceptEncoding === undefined ? {} : { 'accept-encoding': acceptEncoding }) };
  const { headers: answered, body } = await request(`${server.url}${path}`, { dispatcher: server.agent, headers });
  return {
    encoding: answered['content-encoding'],
    vary: answered['vary'],
    bytes: Buffer.from(await body.arrayBuffer()),
  };
}

it('compresses a large answer for clients that take it, to the same bytes', async () => {
  const plain = await ask(MAPS);
  const packed = await ask(MAPS, 'br, gzip');
  expect(plain.encoding).toBeUndefined();
  expect(packed).toMatchObject({ encoding: 'gzip', vary: 'Accept-Encoding' });
  expect(packed.bytes.length).toBeLessThan(plain.bytes.length / 10);
  expect(gunzipSync(packed.bytes).equals(plain.bytes)).toBe(true);
});

it.each([
  ['a small one', `${MAPS}/m0`, 'gzip'],
  ['one for clients that do not name it', MAPS, 'br, deflate'],
])('leaves %s as it is', async (_what, path, acceptEncoding) => {
  const { encoding, bytes } = await ask(path, acceptEncoding);
  expect(encoding).toBeUndefined();
  expect(JSON.parse(bytes.toString())).toHaveProperty('metadata');
});

it('compresses over HTTP/2 too, and outlives a client that leaves in between', async () => {
  const session = connect(server.url, { ca: server.ca });
  try {
    const open = () => session.request({ ':path': MAPS, ...AUTHORIZATION, 'accept-encoding': 'gzip' });
    const left = open();
    await new Promise(done => left.once('response', done));
    left.close();
    const stream = open();
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => void chunks.push(chunk));
    await new Promise((done, failed) => stream.once('end', done).once('error', failed));
    const list: unknown = JSON.parse(gunzipSync(Buffer.concat(chunks)).toString());
    expect(list).toMatchObject({ kind: 'ConfigMapList', items: expect.objectContaining({ length: 8 }) });
  } finally {
    session.close();
  }
});
