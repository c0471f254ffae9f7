import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LoopHold } from '../testing/loop-hold.ts';
import { rawConnection, statusesOf } from '../testing/raw-client.ts';
import { expectRefused } from '../testing/refusal.ts';
import { testServer, type TestServer } from '../testing/test-server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await testServer();
});
afterAll(() => server[Symbol.asyncDispose]());

const CORE = '/api/v1/namespaces/default';
const MAPS = `${CORE}/configmaps`;
const container = (rest: object = {}): object => ({ name: 'c', image: 'i', ...rest });
const pod = (spec: object): object => ({ metadata: { name: 'p' }, spec: { containers: [container()], ...spec } });
const map = (metadata: object, rest: object = {}): object => ({ metadata: { name: 'm', ...metadata }, ...rest });
const dry = (resource: string, body: object) => server.call(`${CORE}/${resource}?dryRun=All`, { method: 'POST', body });
const refused = (resource: string, body: object, code: number, message: string): Promise<void> =>
  expectRefused(server, `${CORE}/${resource}`, { method: 'POST', body }, { code, message });

describe('quantities', () => {
  const limited = (memory: unknown): object => pod({ containers: [container({ resources: { limits: { memory } } })] });
  it.each([
    ['1.', '1'],
    ['.5', '500m'],
    ['-.', '0'],
    ['0.9n', '1n'],
    ['1e3', '1e3'],
    ['1E', '1E'],
    ['12E', '12E'],
    ['1024Mi', '1Gi'],
    ['1.5Gi', '1536Mi'],
    ['100.035Ki', '102435840m'],
    ['9223372036854775807Ki', '9223372036854775807'],
    ['+1', '1'],
    ['0001', '1'],
    [1, '1'],
    [1.5, '1500m'],
  ])('%j is %s', async (given, canonical) => {
    expect((await dry('pods', limited(given))).body).toMatchObject({
      spec: { containers: [{ resources: { limits: { memory: canonical } } }] },
    });
  });
  it.each([
    '',
    '1 Gi',
    '1gi',
    '1KK',
    '1e1.5',
    '1e100000000',
    '1e-100000000',
    '9'.repeat(1_000_000),
    `1${'e'.repeat(50_000)}`,
    '٣',
    'NaN',
    'Infinity',
    '0x10',
    '1__0',
    true,
    [],
    {},
  ])('%j is none', async given => {
    await refused('pods', limited(given), 400, 'Pod in version "v1" cannot be handled as a Pod: ...');
  });
  it('below zero are no limits', async () => {
    await refused('pods', limited('-1Gi'), 422, 'must be greater than or equal to 0...');
  });
});

describe('integers or strings', () => {
  const deployment = (maxSurge: unknown): object => ({
    metadata: { name: 'd' },
    spec: {
      selector: { matchLabels: { a: 'b' } },
      template: { metadata: { labels: { a: 'b' } }, spec: { containers: [container()] } },
      strategy: { rollingUpdate: { maxSurge } },
    },
  });
  const path = '/apis/apps/v1/namespaces/default/deployments';
  it.each(['50%', 0, 3, '100%'])('%j', async value => {
    expect(await server.call(`${path}?dryRun=All`, { method: 'POST', body: deployment(value) })).toMatchObject({
      status: 201,
    });
  });
  it.each<[unknown, number]>([
    ['-5%', 422],
    ['8e1', 422],
    ['5', 422],
    ['%', 422],
    ['٣%', 422],
    [`${'9'.repeat(100_000)}%`, 422],
    [-1, 422],
    [50.5, 400],
    [2147483648, 400],
    [true, 400],
    [{}, 400],
  ])('%j is none', async (value, code) => {
    await expectRefused(server, path, { method: 'POST', body: deployment(value) }, { code });
  });
});

describe('base64', () => {
  const secret = (text: string): object => ({ metadata: { name: 's' }, data: { a: text } });
  it.each(['', 'QQ==', 'QUI=', 'QUJD', 'QU\nJD', 'QU\r\nJD', '+/+/'])('%j', async text => {
    expect(await dry('secrets', secret(text))).toMatchObject({ status: 201 });
  });
  it.each([
    ['QQ', 0],
    ['QQ=', 3],
    ['Q===', 1],
    ['QUJ!', 3],
    ['-_-_', 0],
    ['QU JD', 2],
    ['QQ==QQ==', 4],
    ['é', 0],
    ['='.repeat(2_900_000), 0],
  ])('%j is none', async text => {
    await refused('secrets', secret(text), 400, 'illegal base64 data at input byte ...');
  });
});

describe('names', () => {
  it.each(['a', 'a.b-c', '0', 'x'.repeat(253)])('%s', async name => {
    expect(await dry('configmaps', map({ name }))).toMatchObject({ status: 201 });
  });
  it.each([
    'A',
    'a_b',
    'a-',
    '-a',
    'a..b',
    '.a',
    '..',
    'a/b',
    'a%2fb',
    'a b',
    'a\u0000b',
    'x'.repeat(254),
    'x'.repeat(2_000_000),
    'a.'.repeat(1_000_000),
    'а',
    'a\u3002b',
    'ａ',
    'é',
    '😀',
    '__proto__',
  ])('%j is none', async name => {
    await refused('configmaps', map({ name }), 422, 'metadata.name: Invalid value: ...');
  });
  it('are asked for', async () => {
    await refused(
      'configmaps',
      { metadata: {} },
      422,
      'metadata.name: Required value: name or generateName is required...',
    );
  });
  it('of a body are those of the path', async () => {
    await server.call(MAPS, { method: 'POST', body: map({ name: 'kept' }) });
    const put = (path: string, body: object, message: string) =>
      expectRefused(server, path, { method: 'PUT', body }, { code: 400, reason: 'BadRequest', message });
    await put(
      `${MAPS}/kept`,
      map({ name: 'other' }),
      'the name of the object (other) does not match the name on the URL (kept)',
    );
    await put(
      `${MAPS}/kept`,
      map({ name: 'kept', namespace: 'team' }),
      'the namespace of the provided object does not match the namespace sent on the request',
    );
    await refused(
      'configmaps',
      map({ namespace: 'team' }),
      400,
      'the namespace of the provided object does not match the namespace sent on the request',
    );
  });
  it.each(['namespaces', 'pods', 'services'])('of %s are labels', async resource => {
    const body =
      resource === 'pods' ? { ...pod({}), metadata: { name: 'A'.repeat(64) } } : { metadata: { name: 'a'.repeat(64) } };
    const path = resource === 'namespaces' ? '/api/v1/namespaces' : `${CORE}/${resource}`;
    await expectRefused(server, path, { method: 'POST', body }, { code: 422, reason: 'Invalid' });
  });
});

describe('keys and sizes', () => {
  it.each(['a', 'a.b', '_a', 'x'.repeat(253)])('key %s', async key => {
    expect(await dry('configmaps', map({}, { data: { [key]: '' } }))).toMatchObject({ status: 201 });
  });
  it.each(['', '.', '..', '..data', '../x', 'a/b', 'a b', 'a\u0000', 'x'.repeat(254), 'é'])(
    'key %j is none',
    async key => {
      await refused('configmaps', map({}, { data: { [key]: '' } }), 422, 'Invalid value...');
    },
  );
  const mebibyte = 1024 * 1024;
  it('a ConfigMap holds a mebibyte', async () => {
    expect(await dry('configmaps', map({}, { data: { a: 'x'.repeat(mebibyte) } }))).toMatchObject({ status: 201 });
    await refused(
      'configmaps',
      map({}, { data: { a: 'x'.repeat(mebibyte + 1) } }),
      422,
      'Too long: may not be more than 1048576 bytes...',
    );
  });
  it('annotations hold 256 KiB', async () => {
    const annotated = (bytes: number): object => map({ annotations: { a: 'x'.repeat(bytes - 1) } });
    expect(await dry('configmaps', annotated(256 * 1024))).toMatchObject({ status: 201 });
    await refused(
      'configmaps',
      annotated(256 * 1024 + 1),
      422,
      'metadata.annotations: Too long: may not be more than 262144 bytes...',
    );
  });
  it('an object beyond what the store takes is refused', async () => {
    const env = Array.from({ length: 16 }, (_, index) => ({ name: `E${index}`, value: 'x'.repeat(120_000) }));
    await refused('pods', pod({ containers: [container({ env })] }), 413, 'Request entity too large: ...');
  });
  it.each([
    ['labels', { labels: { [`a/${'x'.repeat(64)}`]: '' } }],
    ['labels', { labels: { 'a/b/c': '' } }],
    ['labels', { labels: { '': '' } }],
    ['labels', { labels: { a: 'x'.repeat(64) } }],
    ['labels', { labels: { a: 'a b' } }],
    ['annotations', { annotations: { '-': '' } }],
    ['finalizers', { finalizers: ['a b'] }],
    ['ownerReferences', { ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name: 'p', uid: '' }] }],
    ['managedFields', { managedFields: [{ manager: 'm', operation: 'Steal' }] }],
  ])('%s: %j', async (field, metadata) => {
    await refused('configmaps', map(metadata), 422, `metadata.${field}...`);
  });
});

describe('selectors', () => {
  it.each([
    ['a=b=c', "found '=', expected: ',' or 'end of string'"],
    ['a in (', 'unable to parse requirement: ...'],
    ['a in ()', "for 'in', 'notin' operators, values set can't be empty..."],
    ['a in (b', 'unable to parse requirement: ...'],
    ['a b', "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt"],
    ['!', "unable to parse requirement: found '', expected: identifier"],
    ['==', "found '==', expected: !, identifier, or 'end of string'"],
    ['a,,b', "found ',', expected: identifier after ','"],
    ['a>b', "for 'Gt', 'Lt' operators, the value must be an integer..."],
    ['é=b', 'unable to parse requirement: <nil>: Invalid value: "é": name part must consist of ...'],
    [`${'x'.repeat(64)}=b`, 'must be no more than 63 bytes...'],
    ['a/b/c', 'unable to parse requirement: <nil>: Invalid value: "a/b/c": ...'],
  ])('%s', async (selector, message) => {
    await expectRefused(
      server,
      `${MAPS}?labelSelector=${encodeURIComponent(selector)}`,
      {},
      { code: 400, reason: 'BadRequest', message },
    );
  });
  it.each<[string, string, number]>([
    [
      'five thousand requirements',
      `labelSelector=${Array.from({ length: 5000 }, (_, i) => `k${i}%3Dv`).join(',')}`,
      200,
    ],
    [
      'fifty thousand values',
      `labelSelector=a%20in%20(${Array.from({ length: 50_000 }, (_, i) => `v${i}`).join(',')})`,
      400,
    ],
    ['nothing but brackets', `labelSelector=${'('.repeat(300_000)}`, 400],
    ['nothing but exclamations', `labelSelector=${'!'.repeat(300_000)}`, 400],
    ['one endless word', `labelSelector=${'x'.repeat(900_000)}`, 400],
    ['fields that backtrack', `fieldSelector=${'!'.repeat(300_000)}`, 400],
    ['ten thousand fields', `fieldSelector=${'metadata.name!%3Da,'.repeat(10_000)}`, 200],
  ])('%s are read in no time', async (_name, query, status) => {
    using hold = new LoopHold();
    const request = `GET ${MAPS}?${query} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer token-admin\r\nConnection: close\r\n\r\n`;
    expect(await statusesOf(server, request)).toEqual([status]);
    expect(hold.worstMs).toBeLessThan(2000);
  });
  it.each([
    ['spec.nothing=a', '"spec.nothing" is not a known field selector: only "metadata.name", "metadata.namespace"'],
    ['metadata.uid=a', '"metadata.uid" is not a known field selector: only "metadata.name", "metadata.namespace"'],
    ['metadata.name', `invalid selector: 'metadata.name'; can't understand 'metadata.name'`],
  ])('field %s', async (selector, message) => {
    await expectRefused(server, `${MAPS}?fieldSelector=${encodeURIComponent(selector)}`, {}, { code: 400, message });
  });
});

describe('parameters', () => {
  const token = Buffer.from('{"v":"meta.k8s.io/v1","rv":1,"start":"../../secrets/x\\u0000"}').toString('base64url');
  it.each<[string, number, string]>([
    ['limit=abc', 400, 'strconv.ParseInt: parsing "abc": invalid syntax...'],
    ['limit=1e3', 400, 'strconv.ParseInt: parsing "1e3": invalid syntax...'],
    ['limit=99999999999999999999', 400, 'strconv.ParseInt: parsing "99999999999999999999": value out of range...'],
    ['continue=garbage', 400, 'continue key is not valid: ...'],
    ['continue=e30', 400, 'continue key is not valid: ...'],
    [`continue=${token}`, 400, 'continue key is not valid: ...'],
    [`continue=${'A'.repeat(10_000)}`, 400, 'continue key is not valid: ...'],
    ['resourceVersion=abc', 400, 'invalid resource version...'],
    ['resourceVersion=-1', 400, 'invalid resource version...'],
    ['resourceVersion=18446744073709551616', 400, 'value out of range...'],
    ['resourceVersion=1.0', 400, 'invalid resource version...'],
    ['watch=1&timeoutSeconds=-1', 400, 'invalid timeout specified in the request URL'],
    ['watch=1&timeoutSeconds=x', 400, 'strconv.ParseInt...'],
    ['resourceVersionMatch=Exact', 422, 'resourceVersionMatch...'],
    ['sendInitialEvents=true', 422, 'sendInitialEvents is forbidden for list...'],
    ['timeout=abc', 400, 'invalid timeout specified in the request URL - time: invalid duration "abc"'],
    ['timeout=-', 400, 'invalid timeout specified in the request URL...'],
    ['includeObject=All', 400, 'Unable to convert to Table as requested: includeObject: Invalid value...'],
  ])('%s', async (query, code, message) => {
    const table = { accept: 'application/json;as=Table;g=meta.k8s.io;v=v1' };
    await expectRefused(server, `${MAPS}?${query}`, query.startsWith('include') ? { headers: table } : {}, {
      code,
      message,
    });
  });
  it('a revision that is not there yet is asked for in vain', async () => {
    await expectRefused(
      server,
      `${MAPS}?resourceVersion=9000000&resourceVersionMatch=Exact`,
      {},
      { code: 504, reason: 'Timeout', message: 'Too large resource version: ...' },
    );
  });
  it.each(['dryRun=Some', 'fieldManager=a%00b', `fieldManager=${'m'.repeat(129)}`])('%s', async query => {
    await expectRefused(
      server,
      `${MAPS}?${query}`,
      { method: 'POST', body: map({ name: 'q' }) },
      { code: 422, reason: 'Invalid' },
    );
  });
});

describe('paths mean one thing, to who allows and to who answers', () => {
  it.each<[string, number]>([
    ['/api/v1/namespaces/default/configmaps/..%2f..%2fsecrets', 404],
    ['/api/v1/namespaces/%2e%2e/configmaps', 400],
    ['/api/v1/namespaces/%252e%252e/configmaps', 200],
    ['/api/v1/namespaces/default/configmaps/%zz', 400],
    ['/api/v1/namespaces/default/configmaps/a%00b', 400],
    ['/api//v1/namespaces', 404],
    ['//api/v1/namespaces', 404],
    ['/api/v1;x=1/namespaces', 404],
    ['/api/v1/namespaces;x=1', 404],
    ['/API/V1/namespaces', 404],
    ['/api/v1/namespaces/default/configmaps/x/y/z', 404],
    [`/api/v1/namespaces/default/configmaps/${'x'.repeat(20_000)}`, 400],
    ['/apis/../api/v1/namespaces', 400],
  ])('%s', async (path, code) => {
    using connection = await rawConnection(server);
    connection.send(
      `GET ${path} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer token-admin\r\nConnection: close\r\n\r\n`,
    );
    const text = (await connection.closed).toString('latin1');
    expect(text.slice(0, 12)).toBe(`HTTP/1.1 ${code}`);
    expect(text).not.toContain('SecretList');
  });
});
