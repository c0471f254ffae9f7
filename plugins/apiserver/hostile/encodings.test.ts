import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { expectRefused } from '../testing/refusal.ts';
import { testServer, type TestServer } from '../testing/test-server.ts';

// A machine may be busy with much else.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let server: TestServer;
beforeAll(async () => {
  server = await testServer();
});
afterAll(() => server[Symbol.asyncDispose]());

const MAPS = '/api/v1/namespaces/default/configmaps';
const DRY = `${MAPS}?dryRun=All`;
const YAML = { 'content-type': 'application/yaml' };
const PROTOBUF = { 'content-type': 'application/vnd.kubernetes.protobuf' };
const named = (rest: string): string => `{"metadata":{"name":"a"},${rest}}`;

const NO_YAML = 'the object provided is unrecognized (must be of type ConfigMap): yaml: ';
describe('YAML', () => {
  const bomb = [
    'a: &a [x,x,x,x,x,x,x,x,x]',
    ...'bcdefghi'.split('').map((name, i) => `${name}: &${name} [${Array(9).fill(`*${'abcdefgh'[i]}`).join(',')}]`),
  ].join('\n');
  it.each([
    ['a billion laughs', bomb, 400, 'excessive aliasing...'],
    ['a million opened lists', `{a: ${'['.repeat(1_000_000)}`, 400, 'max depth...'],
    [
      'blocks two thousand deep',
      Array.from({ length: 2000 }, (_, i) => `${' '.repeat(i)}a:`).join('\n'),
      400,
      'max depth...',
    ],
    ['seven hundred thousand lines', 'x:\n'.padEnd(3_000_000, '- a\n'), 400, 'too many values...'],
    [
      'a tab for indentation',
      'metadata:\n\tname: a\n',
      400,
      `${NO_YAML}line 2: found character that cannot start any token...`,
    ],
    ['an alias of nothing', 'metadata: *nobody\n', 400, `${NO_YAML}unknown anchor 'nobody' referenced...`],
    ['two mappings in a line', 'a: b: c\n', 400, `${NO_YAML}mapping values are not allowed in this context...`],
    ['an odd column', 'metadata:\n  name: a\n b: c\n', 400, `${NO_YAML}line 2: did not find expected key...`],
    ['a text without end', 'a: "b\n', 400, `${NO_YAML}line 2: found unexpected end of stream...`],
    ['two documents', 'a: b\n---\nc: d\n', 422, 'ConfigMap "" is invalid: metadata.name...'],
    ['a list', '- a\n- b\n', 400, 'cannot unmarshal array into Go value of type struct...'],
    ['nothing', '', 422, 'ConfigMap "" is invalid: metadata.name: Required value: name or generateName is required'],
  ])('%s', async (_name, body, code, message) => {
    await expectRefused(server, MAPS, { method: 'POST', body, headers: YAML }, { code, message });
  });
  it('is read in a thread where it is long, and says the same', async () => {
    const body = `metadata:\n  name: long\ndata:\n  text: |\n${'    a line of text, with "quotes" and [brackets\n'.repeat(1000)}`;
    const { status, body: made } = await server.call(DRY, { method: 'POST', body, headers: YAML });
    expect(status).toBe(201);
    expect(made).toMatchObject({ data: { text: 'a line of text, with "quotes" and [brackets\n'.repeat(1000) } });
  });
});

describe('protobuf', () => {
  const magic = Buffer.from('k8s\0');
  const huge = Buffer.from([0x12, 0xff, 0xff, 0xff, 0xff, 0x7f]);
  it.each([
    ['without its magic number', Buffer.from('xxxx'), 'expected prefix [107 56 115 0]...'],
    ['whose length goes beyond its end', Buffer.concat([magic, huge]), 'unexpected EOF...'],
    ['of ones', Buffer.concat([magic, Buffer.alloc(1_000_000, 0xff)]), 'integer overflow...'],
    ['with a wire type that is none', Buffer.concat([magic, Buffer.from([0x0f, 0x00])]), 'wireType...'],
    ['cut short', Buffer.concat([magic, Buffer.from([0x12])]), 'unexpected EOF...'],
  ])('%s', async (_name, body, message) => {
    await expectRefused(
      server,
      MAPS,
      { method: 'POST', body, headers: PROTOBUF },
      { code: 400, reason: 'BadRequest', message },
    );
  });
  it('with a million empty fields', async () => {
    const fields = Buffer.alloc(2_000_000);
    for (let at = 0; at < fields.length; at += 2) fields[at] = 0x12;
    const body = Buffer.concat([magic, fields]);
    await expectRefused(server, MAPS, { method: 'POST', body, headers: PROTOBUF }, { code: 413 });
  });
  const within = (tag: number, bytes: Buffer): Buffer => {
    const head = [tag];
    for (let left = bytes.length; ; left >>>= 7) {
      if (left < 0x80) return Buffer.concat([Buffer.from([...head, left]), bytes]);
      head.push((left & 0x7f) | 0x80);
    }
  };
  const many = (count: number, each: (index: string) => Buffer): Buffer =>
    Buffer.concat(Array.from({ length: count }, (_, at) => each(String(at))));
  const finalizers = (count: number) =>
    within(
      0x0a,
      many(count, at => within(0x72, Buffer.from(`a/${at}`))),
    );
  const entries = (count: number) => many(count, at => within(0x12, within(0x0a, Buffer.from(`k${at}`))));
  it.each([
    ['90,000 finalizers', finalizers(90_000), 413],
    ['15,000 finalizers', finalizers(15_000), 422],
    ['100,000 members of one map', entries(100_000), 413],
    ['15,000 members of one map', entries(15_000), 422],
  ])('with %s', async (_name, message, code) => {
    const type = Buffer.concat([within(0x0a, Buffer.from('v1')), within(0x12, Buffer.from('ConfigMap'))]);
    const body = Buffer.concat([magic, within(0x0a, type), within(0x12, message)]);
    await expectRefused(server, MAPS, { method: 'POST', body, headers: PROTOBUF }, { code });
  });
});

describe('kinds of content', () => {
  it.each([
    ['text/plain', ''],
    ['application/xml', ''],
    ['multipart/form-data; boundary=x', ''],
    ['application/json-patch+json', ''],
  ])('a POST of %s', async type => {
    await expectRefused(
      server,
      MAPS,
      { method: 'POST', body: named('"data":{}'), headers: { 'content-type': type } },
      {
        code: 415,
        reason: 'UnsupportedMediaType',
        message: 'the body of the request was in an unknown format - accepted media types include: ...',
      },
    );
  });
  it.each(['application/json', 'text/plain', ''])('a PATCH of %j', async type => {
    await expectRefused(
      server,
      `${MAPS}/a`,
      { method: 'PATCH', body: '{}', headers: { 'content-type': type } },
      { code: 415, reason: 'UnsupportedMediaType' },
    );
  });
  it.each([
    ['text/html', '406: Not Acceptable...'],
    ['image/*', '406: Not Acceptable...'],
    ['application/json;q=0', '406: Not Acceptable...'],
    ['application/json;as=Table;g=other;v=v1', 'only the following media types are accepted: ...'],
  ])('an answer as %s', async (accept, message) => {
    await expectRefused(server, MAPS, { headers: { accept } }, { code: 406, reason: 'NotAcceptable', message });
  });
  it('a compressed body is not inflated', async () => {
    const { gzipSync } = await import('node:zlib');
    const body = gzipSync(Buffer.alloc(50_000_000, 0x20));
    await expectRefused(
      server,
      MAPS,
      { method: 'POST', body, headers: { 'content-encoding': 'gzip' } },
      { code: 400, reason: 'BadRequest' },
    );
  });
});
