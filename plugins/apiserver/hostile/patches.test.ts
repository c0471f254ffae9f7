import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { LoopHold } from '../testing/loop-hold.ts';
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
const PODS = '/api/v1/namespaces/default/pods';
const TYPES = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  apply: 'application/apply-patch+yaml',
} as const;
type Type = keyof typeof TYPES;
const call = (type: Type, body: unknown) =>
  ({
    method: 'PATCH',
    body: typeof body === 'string' ? body : JSON.stringify(body),
    headers: { 'content-type': TYPES[type] },
  }) as const;
const patch = (type: Type, path: string, body: unknown) => server.call(path, call(type, body));

let name = '';
let made = 0;
beforeEach(async () => {
  name = `m${++made}`;
  const body = { metadata: { name, finalizers: ['a.b/one', 'a.b/two'] }, data: { a: '1', b: '2' } };
  expect((await server.call(MAPS, { method: 'POST', body })).status).toBe(201);
});

describe('a JSON patch', () => {
  const add = (path: string, value: unknown = 'x') => ({ op: 'add', path, value });
  const UNPROCESSABLE = [422, 'the server rejected our request due to an error in our request'] as const;
  it.each<[string, unknown, number, string]>([
    [
      'that is no list',
      {},
      400,
      'error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp',
    ],
    [
      'of no operations but numbers',
      [1],
      400,
      'error decoding patch: json: cannot unmarshal number into Go value of type handlers.jsonPatchOp',
    ],
    ['that is no JSON', '[{', 400, 'error decoding patch: unexpected end of JSON input'],
    [
      'of 10,001 operations',
      Array.from({ length: 10_001 }, () => add('/data/x')),
      413,
      'Request entity too large: The allowed maximum operations in a JSON patch is 10000, got 10001',
    ],
    ['of an operation that is none', [{ op: 'steal', path: '/data' }], ...UNPROCESSABLE],
    ['of a pointer that is none', [add('data')], ...UNPROCESSABLE],
    ['of a pointer with a bad escape', [add('/data/~2')], ...UNPROCESSABLE],
    ['into what is not there', [add('/nothing/x')], ...UNPROCESSABLE],
    ['into a prototype', [add('/constructor/prototype/x')], ...UNPROCESSABLE],
    ['into __proto__', [add('/__proto__/x')], ...UNPROCESSABLE],
    ['that removes what is inherited', [{ op: 'remove', path: '/toString' }], ...UNPROCESSABLE],
    ['beyond the end of a list', [add('/metadata/finalizers/3')], ...UNPROCESSABLE],
    ['at an index that is none', [add('/metadata/finalizers/01')], ...UNPROCESSABLE],
    ['whose test fails', [{ op: 'test', path: '/data/a', value: '2' }, add('/data/c')], ...UNPROCESSABLE],
    ['that moves into itself', [{ op: 'move', from: '/data', path: '/data/a' }], ...UNPROCESSABLE],
    ['that leaves no object', [{ op: 'remove', path: '' }], 400, '...'],
    ['that makes a wrong type', [add('/data', [])], 422, 'patch: Invalid value: ...'],
    ['of a pointer a million deep', [add('/a'.repeat(1_000_000))], ...UNPROCESSABLE],
    [
      'that copies and copies',
      [
        add('/data/x', 'x'.repeat(200_000)),
        ...Array.from({ length: 20 }, (_, i) => ({ op: 'copy', from: '/data/x', path: `/data/y${i}` })),
      ],
      413,
      'copies of one JSON patch add too many bytes',
    ],
    [
      'that nests what it made',
      [
        add('/x', {}),
        ...Array.from({ length: 1200 }, () => [
          { op: 'move', from: '/x', path: '/y' },
          add('/x', {}),
          { op: 'move', from: '/y', path: '/x/y' },
        ]).flat(),
      ],
      ...UNPROCESSABLE,
    ],
    [
      'that pushes a long list about',
      [
        add(
          '/x',
          Array.from({ length: 15_000 }, () => 1),
        ),
        ...Array.from({ length: 9000 }, () => add('/x/0', 1)),
      ],
      413,
      'a JSON patch moves too many items of lists',
    ],
  ])('%s', async (_name, body, code, message) => {
    await expectRefused(server, `${MAPS}/${name}`, call('json', body), { code, message });
  });
  it('of 10,000 operations is done', async () => {
    const { status, body } = await patch(
      'json',
      `${MAPS}/${name}`,
      Array.from({ length: 10_000 }, (_, i) => add(`/data/k${i}`)),
    );
    expect(status).toBe(200);
    expect(Object.keys((body as { readonly data: object }).data).length).toBe(10_002);
  });
});

describe('a merge patch', () => {
  it.each<[string, unknown, number]>([
    ['that is a list', [], 400],
    ['that is null', 'null', 400],
    ['that is a number', '1', 400],
    ['of another name', { metadata: { name: 'other' } }, 400],
    ['of another revision', { metadata: { resourceVersion: '1' } }, 409],
    ['of another uid', { metadata: { uid: 'other' } }, 422],
    ['of a revision that is none', { metadata: { resourceVersion: 'x' } }, 400],
    ['of a wrong type', { data: 'text' }, 422],
    ['that takes the metadata', { metadata: null }, 400],
    ['of a bad label', { metadata: { labels: { '-': '' } } }, 422],
  ])('%s', async (_name, body, code) => {
    await expectRefused(server, `${MAPS}/${name}`, call('merge', body), { code });
  });
});

describe('a strategic merge patch', () => {
  const pod = {
    metadata: { name: 'p' },
    spec: {
      containers: [
        { name: 'a', image: 'i' },
        { name: 'b', image: 'i' },
      ],
    },
  };
  it.each<[string, unknown, number]>([
    ['that is a list', [], 400],
    ['of a directive that is none', { spec: { $patch: 'steal' } }, 400],
    ['of a directive that is no text', { spec: { $patch: {} } }, 400],
    ['of items without their key', { spec: { containers: [{ image: 'x' }] } }, 400],
    ['of items that are none', { spec: { containers: [1] } }, 400],
    ['of an order that is no list', { spec: { '$setElementOrder/containers': 1, containers: [{ name: 'a' }] } }, 400],
    ['of deletions that are no list', { metadata: { '$deleteFromPrimitiveList/finalizers': 1 } }, 400],
    ['of kept keys that are no list', { spec: { $retainKeys: 1 } }, 400],
    ['that changes what is fixed', { spec: { containers: [{ name: 'c', image: 'x' }] } }, 422],
  ])('%s', async (_name, body, code) => {
    if ((await server.call(`${PODS}/p`)).status === 404) await server.call(PODS, { method: 'POST', body: pod });
    await expectRefused(server, `${PODS}/p`, call('strategic', body), { code });
  });
});

describe('an applied configuration', () => {
  const config = (rest: object): object => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'applied' },
    ...rest,
  });
  it.each<[string, string, unknown, number]>([
    ['without a manager', '', config({}), 422],
    ['without a kind', '?fieldManager=m', { metadata: { name: 'applied' } }, 400],
    ['of another kind', '?fieldManager=m', { ...config({}), kind: 'Secret' }, 400],
    ['of another name', '?fieldManager=m', config({ metadata: { name: 'other' } }), 400],
    ['with managed fields', '?fieldManager=m', config({ metadata: { name: 'applied', managedFields: [] } }), 400],
    ['that is a list', '?fieldManager=m', [], 400],
    ['that is no YAML', '?fieldManager=m', '{a: [', 400],
    ['of a wrong type', '?fieldManager=m', config({ data: [] }), 400],
    ['by a manager of a long name', `?fieldManager=${'m'.repeat(129)}`, config({}), 422],
  ])('%s', async (_name, query, body, code) => {
    await expectRefused(server, `${MAPS}/applied${query}`, call('apply', body), { code });
  });
  it('that another manager contradicts', async () => {
    const path = (manager: string): string => `${MAPS}/shared?fieldManager=${manager}`;
    const shared = (a: string): object => ({ ...config({ data: { a } }), metadata: { name: 'shared' } });
    expect((await patch('apply', path('one'), shared('1'))).status).toBe(201);
    await expectRefused(server, path('two'), call('apply', shared('2')), {
      code: 409,
      reason: 'Conflict',
      message: 'Apply failed with 1 conflict: conflict with "one": .data.a',
    });
  });
  it.each<[string, unknown]>([
    ['paths that are none', { 'f:data': { 'k:{': {} }, nonsense: { 'v:': 1 }, 'k:[]': 5 }],
    ['a text', 'text'],
    ['a list', []],
    ['a depth of 900', JSON.parse('{"f:a":'.repeat(900) + '{}' + '}'.repeat(900))],
  ])('meets managed fields of %s', async (title, fieldsV1) => {
    const own = `odd-${title.replaceAll(' ', '-')}`;
    const managedFields = [{ manager: 'odd', operation: 'Update', apiVersion: 'v1', fieldsType: 'FieldsV1', fieldsV1 }];
    const body = { metadata: { name: own, managedFields }, data: { a: '1' } };
    const created = await server.call(MAPS, { method: 'POST', body });
    expect(created.status).toBeLessThan(500);
    const applied = { ...config({ data: { a: '2' } }), metadata: { name: own } };
    expect((await patch('apply', `${MAPS}/${own}?fieldManager=m&force=true`, applied)).status).toBeLessThan(500);
  });
});

describe('the heaviest of each kind hold nobody up', () => {
  const text = (count: number, each: (index: number) => string): string =>
    Array.from({ length: count }, (_, i) => each(i)).join(',');
  it.each<[string, Type, string]>([
    [
      'ten thousand additions to twenty thousand keys',
      'json',
      `[${text(10_000, i => `{"op":"add","path":"/data/n${i}","value":""}`)}]`,
    ],
    ['twenty thousand keys', 'merge', `{"data":{${text(19_000, i => `"n${i}":"1"`)}}}`],
    ['a hundred thousand finalizers', 'strategic', `{"metadata":{"finalizers":[${text(100_000, i => `"a.b/${i}"`)}]}}`],
    [
      'a hundred thousand deletions',
      'strategic',
      `{"metadata":{"$deleteFromPrimitiveList/finalizers":[${text(100_000, i => `"a.b/${i}"`)}]}}`,
    ],
  ])('%s', async (_name, type, body) => {
    await server.call(`${MAPS}/${name}`, call('merge', `{"data":{${text(9000, i => `"k${i}":""`)}}}`));
    using hold = new LoopHold();
    await patch(type, `${MAPS}/${name}?dryRun=All`, body);
    expect(hold.worstMs).toBeLessThan(2000);
  });
});
