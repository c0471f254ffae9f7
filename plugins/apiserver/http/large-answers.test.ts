import { afterAll, beforeAll, expect, it } from 'vitest';
import { parse } from 'yaml';
import { ConfigMap } from '../../kinds/core/v1/config-map.ts';
import { PRINTED_INLINE_BYTES } from '../limits.ts';
import { testServer, type TestServer } from '../testing/test-server.ts';

const MAPS = '/api/v1/namespaces/default/configmaps';
const COUNT = 250;

let server: TestServer;
beforeAll(async () => {
  server = await testServer();
  for (let at = 0; at < COUNT; at++) {
    const metadata = { name: `m${String(at).padStart(4, '0')}`, namespace: 'default' };
    await server.admin.create(ConfigMap, { metadata, data: { text: 'x'.repeat(200), key: 'no: "' } });
  }
});
afterAll(() => server[Symbol.asyncDispose]());

const ask = (accept: string, query = '') => server.call(`${MAPS}${query}`, { headers: { accept } });
const names = Array.from({ length: COUNT }, (_, at) => `m${String(at).padStart(4, '0')}`);

it.each([
  ['application/json', 'items'],
  ['application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1', 'items'],
  ['application/json;as=Table;g=meta.k8s.io;v=v1', 'rows'],
])('a list of many is whole and in order as %s', async (accept, member) => {
  const { body } = await ask(accept);
  const listed = (
    body as Readonly<Record<string, readonly { readonly metadata?: object; readonly object?: object }[]>>
  )[member];
  expect(listed?.map(item => item.object ?? item)).toMatchObject(names.map(name => ({ metadata: { name } })));
});

it('a list of none is one', async () => {
  for (const accept of ['application/json', 'application/json;as=Table;g=meta.k8s.io;v=v1']) {
    const { status, body } = await ask(accept, '?labelSelector=a%3Db');
    expect([status, body]).toMatchObject([200, accept.includes('Table') ? { rows: [] } : { items: [] }]);
  }
});

it('large answers are printed as small ones are', async () => {
  const { text: json, body } = await ask('application/json');
  expect(json.length).toBeGreaterThan(PRINTED_INLINE_BYTES);
  const yaml = await ask('application/yaml');
  expect(yaml.headers['content-type']).toBe('application/yaml');
  expect(parse(yaml.text)).toEqual(body);
  const pretty = await ask('application/json', '?pretty=true');
  expect(pretty.text).toBe(`${JSON.stringify(body, null, 2)}\n`);
  const one = await ask('application/yaml', `/${names[0]}`);
  expect(yaml.text).toContain(one.text.slice(one.text.indexOf('data:')).split('\n')[1]?.trim());
});
