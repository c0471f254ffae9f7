import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Resource } from '../../../src/api/resource.ts';
import { resourcesOf } from '../../custom-resources/resource-of-version.ts';
import { CustomResourceDefinition } from '../../kinds/apiextensions/v1/custom-resource-definition.ts';
import kinds from '../../kinds/plugin.ts';
import { isDeepEqual } from '../../../src/base/deep-equal.ts';
import { wholeNode } from '../../../src/api/whole-node.ts';
import { encodeMessage, sealEnvelope } from '../../../src/schema/protobuf-encode.ts';
import { testServer, type TestServer } from '../testing/test-server.ts';

const GROUP = '/apis/ex.io/v1';
const FOOS = `${GROUP}/namespaces/default/foos`;
const properties = {
  spec: {
    type: 'object',
    properties: {
      a: { type: 'string', description: 'What it is.' },
      n: { type: 'integer', default: 1 },
      free: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
    },
  },
  status: { type: 'object', properties: { n: { type: 'integer' } } },
};
const VERSION = {
  name: 'v1',
  served: true,
  storage: true,
  schema: { openAPIV3Schema: { type: 'object', properties } },
  subresources: { status: {}, scale: { specReplicasPath: '.spec.n', statusReplicasPath: '.status.n' } },
  additionalPrinterColumns: [{ name: 'A', type: 'string', jsonPath: '.spec.a' }],
  selectableFields: [{ jsonPath: '.spec.a' }],
};

let server: TestServer;
beforeAll(async () => {
  const live = (kinds.contributes ?? []).flatMap(({ items }) => items) as Resource[];
  server = await testServer({ resources: live });
  const names = { plural: 'foos', kind: 'Foo', shortNames: ['fo'] };
  const definition = await server.admin.create(CustomResourceDefinition, {
    metadata: { name: 'foos.ex.io' },
    spec: {
      group: 'ex.io',
      scope: 'Namespaced',
      names,
      versions: [VERSION, { ...VERSION, name: 'v0', storage: false }],
    },
  });
  const accepted = { ...definition, status: { ...definition.status, acceptedNames: definition.spec.names } };
  live.push(...resourcesOf(accepted));
});
afterAll(() => server[Symbol.asyncDispose]());

const post = (name: string, spec: object, query = '') =>
  server.call(`${FOOS}${query}`, {
    method: 'POST',
    body: { apiVersion: 'ex.io/v1', kind: 'Foo', metadata: { name }, spec },
  });
const patch = (type: string, body: object, path = `${FOOS}/a`) =>
  server.call(path, { method: 'PATCH', body, headers: { 'content-type': `application/${type}` } });

/** As a kube-apiserver 1.36.3 was seen to answer. */
describe('custom kinds on the wire', () => {
  it('are created with their defaults, without what is unknown, which is told', async () => {
    const { status, body, headers } = await post('a', { a: 'x', odd: 1, free: { b: [1] } }, '?fieldValidation=Warn');
    expect(status).toBe(201);
    expect(body).toMatchObject({ spec: { a: 'x', n: 1, free: { b: [1] } }, metadata: { generation: 1 } });
    expect(body).not.toHaveProperty('spec.odd');
    expect(headers['warning']).toBe('299 - "unknown field \\"spec.odd\\""');
    expect(body).toMatchObject({
      metadata: {
        managedFields: [
          { fieldsV1: { 'f:spec': { '.': {}, 'f:a': {}, 'f:free': { '.': {}, 'f:b': {} }, 'f:n': {} } } },
        ],
      },
    });
  });

  it('are refused by their schema, and for what is unknown where that is asked for', async () => {
    expect((await post('b', { a: 5 })).body).toMatchObject({
      code: 422,
      message:
        'Foo.ex.io "b" is invalid: spec.a: Invalid value: "integer": spec.a in body must be of type string: "integer"',
      details: { causes: [{ reason: 'FieldValueTypeInvalid', field: 'spec.a' }] },
    });
    expect((await post('b', { odd: 1 }, '?fieldValidation=Strict')).body).toMatchObject({
      code: 400,
      message: 'Foo in version "v1" cannot be handled as a Foo: strict decoding error: unknown field "spec.odd"',
    });
  });

  it('are patched by merge and JSON, not strategically', async () => {
    expect((await patch('merge-patch+json', { spec: { n: 2 } })).body).toMatchObject({ spec: { n: 2 } });
    expect((await patch('strategic-merge-patch+json', { spec: { n: 3 } })).body).toMatchObject({
      code: 415,
      message:
        'the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml',
    });
  });

  it('take no protobuf, which their definitions do', async () => {
    const headers = { 'content-type': 'application/vnd.kubernetes.protobuf' };
    expect((await server.call(FOOS, { method: 'POST', body: 'k8s', headers })).status).toBe(415);
    const { apiVersion, kind } = CustomResourceDefinition;
    const schema = {
      openAPIV3Schema: {
        type: 'object',
        properties: {
          spec: { type: 'array', items: { type: 'object', additionalProperties: { type: 'string', default: 'x' } } },
          free: { type: 'object', additionalProperties: true, 'x-kubernetes-map-type': 'atomic' },
          some: { type: 'number', minimum: 0.5, enum: [1, 2.5], nullable: true },
        },
      },
    };
    const spec = {
      group: 'ex.io',
      scope: 'Namespaced',
      names: { plural: 'bars', kind: 'Bar' },
      versions: [{ name: 'v1', served: true, storage: true, schema }],
    };
    // Go writes what is empty as well.
    const empty = { id: '', uniqueItems: false, nullable: false };
    const told = structuredClone(spec);
    Object.assign(told.versions[0]?.schema.openAPIV3Schema.properties.spec.items ?? {}, empty);
    const metadata = { name: 'bars.ex.io' };
    const raw = encodeMessage(wholeNode(CustomResourceDefinition), { metadata, spec: told });
    const body = sealEnvelope({ apiVersion, kind, raw });
    const path = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
    const made = await server.call(path, { method: 'POST', body, headers });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({
      spec: { versions: [{ schema: expect.toSatisfy(given => isDeepEqual(given, schema)) as unknown }] },
    });
  });

  it('have a status and a scale of their own', async () => {
    const told = await patch('merge-patch+json', { status: { n: 7 }, spec: { a: 'no' } }, `${FOOS}/a/status`);
    expect(told.body).toMatchObject({ spec: { a: 'x' }, status: { n: 7 } });
    const { body } = await patch('merge-patch+json', { spec: { replicas: 5 } }, `${FOOS}/a/scale`);
    expect(body).toMatchObject({ kind: 'Scale', spec: { replicas: 5 }, status: { replicas: 7 } });
  });

  it('are applied with what their schema keeps without knowing it, and with nothing else', async () => {
    const apply = (spec: object) =>
      patch(
        'apply-patch+yaml',
        { apiVersion: 'ex.io/v1', kind: 'Foo', metadata: { name: 'applied' }, spec },
        `${FOOS}/applied?fieldManager=me`,
      );
    expect(await apply({ free: { b: { c: [1] } } })).toMatchObject({
      status: 201,
      body: {
        spec: { free: { b: { c: [1] } } },
        metadata: { managedFields: [{ fieldsV1: { 'f:spec': { 'f:free': { 'f:b': { '.': {}, 'f:c': {} } } } } }] },
      },
    });
    expect(await apply({ odd: 1 })).toMatchObject({
      status: 400,
      body: { message: expect.stringContaining('.spec.odd: field not declared in schema') as string },
    });
    await server.call(`${FOOS}/applied`, { method: 'DELETE' });
  });

  it('end in one step in versions they are not stored in', async () => {
    const { body } = await post('short-lived', { a: 'y' });
    const { resourceVersion } = (body as { metadata: { resourceVersion: string } }).metadata;
    const old = FOOS.replace('v1', 'v0');
    expect((await server.call(`${old}/short-lived`, { method: 'DELETE' })).status).toBe(200);
    const { text } = await server.call(`${old}?watch=true&timeoutSeconds=1&resourceVersion=${resourceVersion}`);
    expect(text.trim().split('\n')).toEqual([expect.stringMatching(/^\{"type":"DELETED"/)]);
  });

  it('are listed with their kinds, selected by their fields, and printed by their columns', async () => {
    const { body } = await server.call(`${GROUP}/foos?fieldSelector=spec.a%3Dx`);
    expect(body).toMatchObject({ kind: 'FooList', items: [{ kind: 'Foo', apiVersion: 'ex.io/v1' }] });
    expect((await server.call(`${GROUP}/foos?fieldSelector=spec.n%3D1`)).status).toBe(400);
    const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io';
    const { body: table } = await server.call(FOOS, { headers: { accept } });
    expect(table).toMatchObject({
      columnDefinitions: [{ name: 'Name' }, { name: 'A' }],
      rows: [{ cells: ['a', 'x'] }],
    });
  });

  it('are described', async () => {
    const { body } = await server.call('/openapi/v3/apis/ex.io/v1');
    const described = { properties: { a: { type: 'string', description: 'What it is.' } } };
    const created = { description: expect.stringMatching(/^CreationTimestamp is a timestamp/) as string };
    expect(body).toMatchObject({
      components: {
        schemas: {
          'io.ex.v1.Foo': {
            properties: { spec: described, metadata: {}, kind: {} },
            'x-kubernetes-group-version-kind': [{ group: 'ex.io', kind: 'Foo', version: 'v1' }],
          },
          'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta': { properties: { creationTimestamp: created } },
        },
      },
    });
    expect((await server.call('/apis/ex.io/v1')).body).toMatchObject({
      resources: [
        { name: 'foos', shortNames: ['fo'], singularName: 'foo' },
        { name: 'foos/scale' },
        { name: 'foos/status' },
      ],
    });
  });
});
