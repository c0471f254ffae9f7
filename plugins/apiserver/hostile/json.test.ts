import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectRefused } from '../testing/refusal.ts';
import { testServer, type TestServer } from '../testing/test-server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await testServer();
});
afterAll(() => server[Symbol.asyncDispose]());

const MAPS = '/api/v1/namespaces/default/configmaps';
const PODS = '/api/v1/namespaces/default/pods';
const DRY = `${MAPS}?dryRun=All&fieldValidation=Ignore`;
const YAML = { 'content-type': 'application/yaml' };
const named = (rest: string): string => `{"metadata":{"name":"a"},${rest}}`;
const post = (body: string | Buffer, path = DRY, headers: Readonly<Record<string, string>> = {}) =>
  server.call(path, { method: 'POST', body, headers });

describe('JSON that is JSON is taken, wherever a field is not known', () => {
  const texts = [
    ['0', '-0', '1', '-1', '1.5', '1e5', '1E+5', '1e-5', '0.1', '-0.0', '123456789012345678901234567890', '1e308'],
    ['""', '"a"', '"\\""', '"\\\\"', '"\\/"', '"\\b\\f\\n\\r\\t"', '"\\u0041"', '"\\u0000"', '"\\ud83d\\ude00"'],
    ['"😀"', '"\u007f"', '"\u2028\u2029"', '"\\ud800"', '"\\ude00\\ud800"', '"é"', '"e\u0301"', '"\ufeff"'],
    ['true', 'false', 'null', '[]', '{}', '[[]]', '[{}]', '{"":1}', '{"a":{}}', '[1,2]', '[ 1 ,\t2\r\n]', '[null]'],
    ['{"a":1,"a":2}', '{"__proto__":1}', '{"constructor":{"prototype":{"x":1}}}', '{"10":1,"9":2}', '{"\\u0000":1}'],
    ['['.repeat(998) + ']'.repeat(998)],
  ].flat();
  it.each(texts)('%s', async text => {
    const { status } = await post(named(`"x":${text}`));
    expect(status).toBe(201);
  });
});

describe("what is no JSON is refused, in Go's words", () => {
  it.each([
    ['', 'unexpected end of JSON input'],
    ['{', 'unexpected end of JSON input'],
    ['{"a"', 'unexpected end of JSON input'],
    ['{"a":', 'unexpected end of JSON input'],
    ['{"a":"x', 'unexpected end of JSON input'],
    ['[1,2', 'unexpected end of JSON input'],
    ['{}x', "invalid character 'x' after top-level value"],
    ['{}{}', "invalid character '{' after top-level value"],
    ['{"a":1,}', "invalid character '}' looking for beginning of object key string"],
    ['{,}', "invalid character ',' looking for beginning of object key string"],
    ['{a:1}', "invalid character 'a' looking for beginning of object key string"],
    ["{'a':1}", String.raw`invalid character '\'' looking for beginning of object key string`],
    ['{"a" 1}', "invalid character '1' after object key"],
    ['{"a":1 "b":2}', `invalid character '"' after object key:value pair`],
    ['{"a":}', "invalid character '}' looking for beginning of value"],
    ['{"a":[1,]}', "invalid character ']' looking for beginning of value"],
    ['{"a":[1 2]}', "invalid character '2' after array element"],
    ['{"a":[1}', "invalid character '}' after array element"],
    ['{"a":NaN}', "invalid character 'N' looking for beginning of value"],
    ['{"a":Infinity}', "invalid character 'I' looking for beginning of value"],
    ['{"a":-Infinity}', "invalid character 'I' in numeric literal"],
    ['{"a":+1}', "invalid character '+' looking for beginning of value"],
    ['{"a":.5}', "invalid character '.' looking for beginning of value"],
    ['{"a":1.}', "invalid character '}' after decimal point in numeric literal"],
    ['{"a":1e}', "invalid character '}' in exponent of numeric literal"],
    ['{"a":01}', "invalid character '1' after object key:value pair"],
    ['{"a":0x1f}', "invalid character 'x' after object key:value pair"],
    ['{"a":-}', "invalid character '}' in numeric literal"],
    ['{"a":tru}', "invalid character '}' in literal true (expecting 'e')"],
    ['{"a":nul', "invalid character ' ' in literal null (expecting 'l')"],
    ['{"a":True}', "invalid character 'T' looking for beginning of value"],
    ['{"a":undefined}', "invalid character 'u' looking for beginning of value"],
    ['{"a":"\t"}', String.raw`invalid character '\t' in string literal`],
    ['{"a":"\n"}', String.raw`invalid character '\n' in string literal`],
    ['{"a":"\u0000"}', String.raw`invalid character '\x00' in string literal`],
    ['{"a":"\\x41"}', "invalid character 'x' in string escape code"],
    ['{"a":"\\u12g4"}', String.raw`invalid character 'g' in \u hexadecimal character escape`],
    ['{"a":1}//', "invalid character '/' after top-level value"],
    ['/**/{"a":1}', "invalid character '/' looking for beginning of value"],
    ['{"a":1}\u0000', String.raw`invalid character '\x00' after top-level value`],
    ['\ufeff{"a":1}', "invalid character 'ï' looking for beginning of value"],
    ['\u00a0{}', "invalid character 'Â' looking for beginning of value"],
    ['not json', "invalid character 'o' in literal null (expecting 'u')"],
  ])('%j', async (body, detail) => {
    await expectRefused(
      server,
      MAPS,
      { method: 'POST', body: Buffer.from(body) },
      { code: 400, reason: 'BadRequest', message: `couldn't get version/kind; json parse error: ${detail} (...` },
    );
  });

  it.each([
    ['[]', 'array'],
    ['"text"', 'string'],
    ['17', 'number'],
    ['true', 'bool'],
  ])('%s is no object', async (body, type) => {
    const message = `cannot unmarshal ${type} into Go value of type struct { APIVersion string...`;
    await expectRefused(server, MAPS, { method: 'POST', body }, { code: 400, reason: 'BadRequest', message });
  });
});

describe('limits of a body', () => {
  const deep = (levels: number): string => named(`"x":${'['.repeat(levels)}${']'.repeat(levels)}`);
  it.each<[string, string, number, string]>([
    ['a depth over 1000', deep(1001), 400, 'exceeded max depth of 1000...'],
    ['a million opened lists', `{"a":${'['.repeat(1_000_000)}`, 400, 'exceeded max depth of 1000...'],
    ['a million opened objects', '{"a":'.repeat(500_000), 400, 'exceeded max depth of 1000...'],
    ['a million empty lists', named(`"x":[${'[],'.repeat(900_000)}[]]`), 413, 'it holds too many values...'],
    ['a million empty objects', named(`"x":[${'{},'.repeat(900_000)}{}]`), 413, 'it holds too many values...'],
    [
      'two hundred thousand keys',
      named(`"data":{${Array.from({ length: 200_000 }, (_, i) => `"k${i}":""`).join(',')}}`),
      413,
      'it holds too many values...',
    ],
    ['a number beyond a double', named('"x":1e400'), 400, 'out of range...'],
    ['three megabytes of digits', named(`"x":${'9'.repeat(3_000_000)}`), 400, 'out of range...'],
    ['one byte over 3 MiB', ' '.repeat(3 * 1024 * 1024 + 1), 413, 'Request entity too large: limit is 3145728'],
  ])('%s', async (_name, body, code, message) => {
    await expectRefused(server, MAPS, { method: 'POST', body }, { code, message });
  });

  it.each(['POST', 'PUT', 'PATCH', 'DELETE'] as const)('3 MiB and a byte by %s', async method => {
    const body = ' '.repeat(3 * 1024 * 1024 + 1);
    const path = method === 'POST' ? MAPS : `${MAPS}/a`;
    await expectRefused(
      server,
      path,
      { method, body, headers: method === 'PATCH' ? { 'content-type': 'application/merge-patch+json' } : {} },
      { code: 413, reason: 'RequestEntityTooLarge', message: 'Request entity too large: limit is 3145728' },
    );
  });
});

describe('fields that are unknown or named twice', () => {
  const body =
    '{"metadata":{"name":"a","name":"b","labels":{"x":"1","x":"2"}},"data":{"k":"1","k":"2"},' +
    '"Data":{},"METADATA":{},"more":1,"more":2}';
  const complaints = [
    'duplicate field "metadata.name"',
    'duplicate field "metadata.labels.x"',
    'duplicate field "data.k"',
    'unknown field "Data"',
    'unknown field "METADATA"',
    'unknown field "more"',
  ];
  it('are refused', async () => {
    await expectRefused(
      server,
      `${MAPS}?fieldValidation=Strict`,
      { method: 'POST', body },
      {
        code: 400,
        reason: 'BadRequest',
        message: `ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: ${complaints.join(', ')}`,
      },
    );
  });
  it.each(['', '&fieldValidation=Warn'])('are warned of: %j', async mode => {
    const { status, headers } = await post(body, `${MAPS}?dryRun=All${mode}`);
    expect(status).toBe(201);
    const warnings = complaints.map(text => `299 - "${text.replaceAll('"', '\\"')}"`).join(', ');
    expect([headers['warning']].flat().join(', ')).toBe(warnings);
  });
  it('are passed over, and the last counts', async () => {
    const answer = await post(body);
    expect(answer.headers['warning']).toBeUndefined();
    expect(answer.body).toMatchObject({ metadata: { name: 'b', labels: { x: '2' } }, data: { k: '2' } });
    expect(answer.body).not.toHaveProperty('more');
  });
  it('are told of YAML by their line', async () => {
    const yaml = 'metadata:\n  name: a\n  name: b\nmore: 1\ndata: {"k": "1", "k": "2"}\n';
    await expectRefused(
      server,
      `${MAPS}?fieldValidation=Strict`,
      { method: 'POST', body: yaml, headers: YAML },
      {
        code: 400,
        message:
          'ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: yaml: unmarshal errors:\n' +
          '  line 3: key "name" already set in map\n  line 5: key "k" already set in map, unknown field "more"',
      },
    );
  });
  it('are told of an applied configuration', async () => {
    const yaml = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: applied\ndata:\n  k: v\n  k: w\n';
    const apply = (validation: string) =>
      server.call(`${MAPS}/applied?fieldManager=me&fieldValidation=${validation}`, {
        method: 'PATCH',
        body: yaml,
        headers: { 'content-type': 'application/apply-patch+yaml' },
      });
    const complaint = 'line 7: key "k" already set in map';
    expect((await apply('Strict')).body).toMatchObject({
      code: 400,
      message: `error strict decoding YAML: error converting YAML to JSON: yaml: unmarshal errors:\n  ${complaint}`,
    });
    const { headers, body: applied } = await apply('Warn');
    expect(String(headers['warning'])).toBe(`299 - ${JSON.stringify(complaint)}`);
    expect(applied).toMatchObject({ data: { k: 'w' } });
    expect((await apply('Ignore')).headers['warning']).toBeUndefined();
  });
  it.each(['Sometimes', 'strict'])('fieldValidation=%s is none', async mode => {
    await expectRefused(
      server,
      `${MAPS}?fieldValidation=${mode}`,
      { method: 'POST', body: named('"data":{}') },
      { code: 422, reason: 'Invalid', message: 'fieldValidation: Unsupported value...' },
    );
  });
});

describe('numbers', () => {
  const pod = (spec: string): string =>
    `{"metadata":{"name":"n"},"spec":{"containers":[{"name":"c","image":"i"}],${spec}}}`;
  it.each([
    ['1.0', 'number 1.0'],
    ['1e3', 'number 1e3'],
    ['1.5', 'number 1.5'],
    ['9223372036854775808', 'number 9223372036854775808'],
    ['"1"', 'string'],
    ['true', 'bool'],
  ])('%s is no int64', async (literal, told) => {
    await expectRefused(
      server,
      PODS,
      { method: 'POST', body: pod(`"activeDeadlineSeconds":${literal}`) },
      {
        code: 400,
        message:
          `Pod in version "v1" cannot be handled as a Pod: json: cannot unmarshal ${told} into Go struct field ` +
          'PodSpec.spec.activeDeadlineSeconds of type int64',
      },
    );
  });
  it.each(['2147483648', '1.0'])('%s is no int32', async literal => {
    const body = `{"metadata":{"name":"n"},"spec":{"containers":[{"name":"c","image":"i","ports":[{"containerPort":${literal}}]}]}}`;
    const message = `json: cannot unmarshal number ${literal} into Go struct field ContainerPort.spec.containers.ports.containerPort of type int32...`;
    await expectRefused(server, PODS, { method: 'POST', body }, { code: 400, message });
  });
  it('keeps int64 digit by digit, also through later writes', async () => {
    const big = '9007199254740993';
    const body = pod(`"terminationGracePeriodSeconds":${big}`).replace('"n"', '"big"');
    expect((await post(body, PODS)).text).toContain(`"terminationGracePeriodSeconds":${big}`);
    const merged = await server.call(`${PODS}/big`, {
      method: 'PATCH',
      body: { metadata: { labels: { a: 'b' } } },
      headers: { 'content-type': 'application/merge-patch+json' },
    });
    expect(merged.text).toContain(`"terminationGracePeriodSeconds":${big}`);
    expect((await server.call(`${PODS}/big`)).text).toContain(`"terminationGracePeriodSeconds":${big}`);
    expect((await server.call(`${PODS}/big`, { headers: { accept: 'application/yaml' } })).text).toContain(big);
  });
});

describe('names of Object.prototype', () => {
  const NAMES = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf', 'prototype'];
  it('are keys of data like all others, and come back byte by byte', async () => {
    const data = `{${NAMES.map(name => `"${name}":"1"`).join(',')}}`;
    const made = await post(`{"metadata":{"name":"keys"},"data":${data}}`, MAPS);
    expect(made.status).toBe(201);
    expect((await server.call(`${MAPS}/keys`)).text).toContain(`"data":${data}`);
    for (const type of ['merge', 'strategic-merge', 'json']) {
      const body =
        type === 'json' ? '[{"op":"add","path":"/data/__proto__","value":"json"}]' : `{"data":{"__proto__":"${type}"}}`;
      const headers = { 'content-type': `application/${type}-patch+json` };
      const { status, text } = await server.call(`${MAPS}/keys`, { method: 'PATCH', body, headers });
      expect([status, text.includes(`"__proto__":"${type}"`)]).toEqual([200, true]);
    }
    expect('polluted' in {} || Object.hasOwn(Object.prototype, 'k')).toBe(false);
  });
  it.each(NAMES.slice(1))('%s is a label, a selector, a namespace and a name', async name => {
    const lower = name.toLowerCase();
    expect((await post(`{"metadata":{"name":"${lower}"}}`, '/api/v1/namespaces')).status).toBe(201);
    const maps = `/api/v1/namespaces/${lower}/configmaps`;
    expect((await server.call(maps)).body).toMatchObject({ items: [] });
    expect((await post(`{"metadata":{"name":"plain"}}`, maps)).status).toBe(201);
    const labelled = `{"metadata":{"name":"${lower}","labels":{"${name}":"x"}}}`;
    expect((await post(labelled, maps)).status).toBe(201);
    for (const selector of [name, `${name}=x`, `${name} in (x)`]) {
      const { body } = await server.call(`${maps}?labelSelector=${encodeURIComponent(selector)}`);
      expect(body).toMatchObject({ items: [{ metadata: { name: lower } }] });
    }
    const { body } = await server.call(`${maps}?labelSelector=${encodeURIComponent(`!${name}`)}`);
    expect(body).toMatchObject({ items: [{ metadata: { name: 'plain' } }] });
    expect(await server.call(`/api/v1/${name}`)).toMatchObject({ status: 404 });
    expect(await server.call(`/apis/${name}/v1/things`)).toMatchObject({ status: 404 });
    await expectRefused(
      server,
      `${maps}?fieldSelector=${name}=x`,
      {},
      {
        code: 400,
        reason: 'BadRequest',
        message: `"${name}" is not a known field selector: only "metadata.name", "metadata.namespace"`,
      },
    );
  });
  it('__proto__ is no label', async () => {
    const body = '{"metadata":{"name":"a","labels":{"__proto__":"x"}}}';
    await expectRefused(server, MAPS, { method: 'POST', body }, { code: 422, reason: 'Invalid' });
  });
});

describe('bytes that are no text', () => {
  it.each([
    [
      'invalid UTF-8',
      Buffer.concat([
        Buffer.from('{"metadata":{"name":"u"},"data":{"a":"'),
        Buffer.from([0xff, 0xc0, 0x80]),
        Buffer.from('"}}'),
      ]),
    ],
    ['half a surrogate pair', Buffer.from('{"metadata":{"name":"u"},"data":{"a":"\\ud800"}}')],
  ])('%s is stored as it is served', async (_name, body) => {
    const made = await post(body, `${MAPS}?fieldManager=m`);
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({ data: { a: expect.stringMatching(/^\ufffd+$/) } });
    expect((await server.call(`${MAPS}/u`)).body).toEqual(made.body);
    await server.call(`${MAPS}/u`, { method: 'DELETE' });
  });
  it('a name of such bytes is no name', async () => {
    const body = Buffer.concat([Buffer.from('{"metadata":{"name":"'), Buffer.from([0xff]), Buffer.from('"}}')]);
    await expectRefused(server, MAPS, { method: 'POST', body }, { code: 422, reason: 'Invalid' });
  });
});
