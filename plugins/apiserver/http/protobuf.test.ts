import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { request } from 'undici';
import { status } from '../../../src/api/status-schema.ts';
import { listMeta } from '../../../src/api/list-meta-schema.ts';
import { objectMeta } from '../../../src/api/object-meta-schema.ts';
import type { Resource } from '../../../src/api/resource.ts';
import { wholeNode } from '../../../src/api/whole-node.ts';
import { applyDefaults } from '../../../src/schema/defaults.ts';
import { decodeMessage, openEnvelope } from '../../../src/schema/protobuf-decode.ts';
import { encodeMessage, sealEnvelope } from '../../../src/schema/protobuf-encode.ts';
import { bytes, list, object, Schema, string, type ObjectNode } from '../../../src/schema/schema.ts';
import { resourcesOf } from '../../custom-resources/resource-of-version.ts';
import { CustomResourceDefinition } from '../../kinds/apiextensions/v1/custom-resource-definition.ts';
import { Deployment } from '../../kinds/apps/v1/deployment.ts';
import { Scale } from '../../kinds/autoscaling/v1/scale.ts';
import { ConfigMap } from '../../kinds/core/v1/config-map.ts';
import kinds from '../../kinds/plugin.ts';
import {
  API_GROUP,
  API_GROUP_DISCOVERY_LIST,
  API_GROUP_LIST,
  API_RESOURCE_LIST,
  API_VERSIONS,
} from '../discovery/discovery-messages.ts';
import { testServer, type TestCall, type TestServer } from '../testing/test-server.ts';

const PROTOBUF = 'application/vnd.kubernetes.protobuf';
const EITHER = `${PROTOBUF},application/json`;
const PARTIAL = 'as=PartialObjectMetadata;g=meta.k8s.io;v=v1';
const TABLE = 'as=Table;g=meta.k8s.io;v=v1';
const MAPS = '/api/v1/namespaces/default/configmaps';
const WEB = '/apis/apps/v1/namespaces/default/deployments/web';
const FOOS = '/apis/ex.io/v1/namespaces/default/foos';

const STATUS = status.node as ObjectNode;
const METADATA = object({ metadata: objectMeta.at(1) }).node as ObjectNode;
const EVENT = object({ type: string().at(1), object: object({ raw: bytes().at(1) }).at(2) }).node as ObjectNode;
const listOf = (node: ObjectNode): ObjectNode =>
  object({ metadata: listMeta.at(1), items: list(new Schema(node)).at(2) }).node as ObjectNode;

let server: TestServer;
beforeAll(async () => {
  const live = (kinds.contributes ?? []).flatMap(({ items }) => items) as Resource[];
  server = await testServer({ resources: live });
  await server.admin.create(ConfigMap, { metadata: { name: 'a', namespace: 'default' }, data: { x: 'ü' } });
  const labels = { app: 'web' };
  await server.admin.create(Deployment, {
    metadata: { name: 'web', namespace: 'default' },
    spec: {
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'c', image: 'i' }] } },
    },
  });
  const schema = {
    openAPIV3Schema: {
      type: 'object',
      properties: { m: { type: 'object', additionalProperties: { type: 'string' } } },
    },
  };
  const definition = await server.admin.create(CustomResourceDefinition, {
    metadata: { name: 'foos.ex.io' },
    spec: {
      group: 'ex.io',
      scope: 'Namespaced',
      names: { plural: 'foos', kind: 'Foo' },
      versions: [{ name: 'v1', served: true, storage: true, schema }],
    },
  });
  live.push(...resourcesOf({ ...definition, status: { ...definition.status, acceptedNames: definition.spec.names } }));
  await server.call(FOOS, { method: 'POST', body: { apiVersion: 'ex.io/v1', kind: 'Foo', metadata: { name: 'f' } } });
});
afterAll(() => server[Symbol.asyncDispose]());

const asked = (path: string, accept = PROTOBUF, call: TestCall = {}) =>
  server.call(path, { ...call, headers: { ...call.headers, accept } });

const opened = (body: Buffer, node: ObjectNode) => {
  const { apiVersion, kind, raw } = openEnvelope(body);
  return { apiVersion, kind, ...decodeMessage(node, raw) };
};

describe('an answer in protobuf', () => {
  it.each([
    ['an object', `${MAPS}/a`, wholeNode(ConfigMap)],
    ['another', WEB, wholeNode(Deployment)],
    [
      'a definition of kinds',
      '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/foos.ex.io',
      wholeNode(CustomResourceDefinition),
    ],
    ['a list', MAPS, listOf(wholeNode(ConfigMap))],
    ['a scale', `${WEB}/scale`, wholeNode(Scale)],
  ])('is what JSON says: %s', async (_, path, node) => {
    const { status: code, headers, bytes: body } = await asked(path);
    expect([code, headers['content-type']]).toEqual([200, PROTOBUF]);
    // What is empty is not on the wire.
    const told = opened(body, node);
    expect(applyDefaults(node, told)).toEqual((await server.call(path)).body);
  });

  it.each([
    ['/api', API_VERSIONS],
    ['/api/v1', API_RESOURCE_LIST],
    ['/apis', API_GROUP_LIST],
    ['/apis/apps', API_GROUP],
    ['/apis/apps/v1', API_RESOURCE_LIST],
  ])('is what JSON says of what is served, no version where that says none: %s', async (path, node) => {
    const { body } = await server.call(path);
    expect(opened((await asked(path)).bytes, node)).toEqual({ apiVersion: '', ...(body as object) });
  });

  it.each(['v2', 'v2beta1'])('is the whole discovery in one, of %s', async version => {
    const form = `g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`;
    const { headers, bytes: body } = await asked('/apis', `${PROTOBUF};${form}`);
    expect(headers['content-type']).toBe(`${PROTOBUF};${form}`);
    const { body: json } = await asked('/apis', `application/json;${form}`);
    expect(opened(body, API_GROUP_DISCOVERY_LIST)).toEqual(json);
  });

  it('is the metadata alone of any kind where that is asked for', async () => {
    for (const path of [`${MAPS}/a`, `${FOOS}/f`]) {
      const { body } = await asked(path, `application/json;${PARTIAL}`);
      expect(opened((await asked(path, `${PROTOBUF};${PARTIAL}`)).bytes, METADATA)).toEqual(body);
    }
    const { bytes: body } = await asked(FOOS, `${PROTOBUF};as=PartialObjectMetadataList;g=meta.k8s.io;v=v1`);
    expect(opened(body, listOf(METADATA))).toMatchObject({
      apiVersion: 'meta.k8s.io/v1',
      kind: 'PartialObjectMetadataList',
      items: [{ metadata: { name: 'f' } }],
    });
  });

  it('follows what is written in it', async () => {
    const map = { metadata: { name: 'written' }, data: { k: 'v' } };
    const raw = encodeMessage(wholeNode(ConfigMap), map);
    const made = await asked(MAPS, PROTOBUF, {
      method: 'POST',
      body: sealEnvelope({ apiVersion: 'v1', kind: 'ConfigMap', raw }),
      headers: { 'content-type': PROTOBUF },
    });
    expect([made.status, opened(made.bytes, wholeNode(ConfigMap))]).toMatchObject([201, map]);
    const patched = await asked(`${MAPS}/written`, PROTOBUF, {
      method: 'PATCH',
      body: { data: { k: null, l: 'w' } },
      headers: { 'content-type': 'application/merge-patch+json' },
    });
    expect(opened(patched.bytes, wholeNode(ConfigMap))).toMatchObject({ data: { l: 'w' } });
    const deleted = await asked(`${MAPS}/written`, PROTOBUF, { method: 'DELETE' });
    expect(opened(deleted.bytes, STATUS)).toMatchObject({
      kind: 'Status',
      status: 'Success',
      details: { name: 'written' },
    });
  });

  it.each([
    [`${MAPS}/none`, 404],
    [`${MAPS}?labelSelector=a%20in%20(`, 400],
  ])('is an error: %s', async (path, code) => {
    const { status: said, headers, bytes: body } = await asked(path);
    expect([said, headers['content-type']]).toEqual([code, PROTOBUF]);
    expect(opened(body, STATUS)).toEqual((await server.call(path)).body);
  });

  it('is of a user who is not known', async () => {
    const { bytes: body } = await asked(MAPS, PROTOBUF, { token: 'nobody' });
    expect(opened(body, STATUS)).toMatchObject({ code: 401, reason: 'Unauthorized' });
  });
});

describe('what is not in protobuf', () => {
  it.each([
    ['a custom kind', `${FOOS}/f`, EITHER],
    ['a list of one', FOOS, EITHER],
    ['a table', MAPS, `${PROTOBUF};${TABLE},application/json;${TABLE}`],
    ['an error where it comes second', `${MAPS}/none`, `application/json,${PROTOBUF}`],
  ])('is in JSON where that is taken: %s', async (_, path, accept) => {
    expect((await asked(path, accept)).headers['content-type']).toBe('application/json');
  });

  it.each([
    [`${FOOS}/f`, PROTOBUF],
    [`${FOOS}/none`, PROTOBUF],
    [FOOS, PROTOBUF],
    [MAPS, `${PROTOBUF};${TABLE}`],
  ])('is refused where it is not: %s', async (path, accept) => {
    const { status: code, bytes: body, headers } = await asked(path, accept);
    const message =
      'only the following media types are accepted: application/json, application/yaml, application/vnd.kubernetes.protobuf';
    const told = headers['content-type'] === PROTOBUF ? opened(body, STATUS) : JSON.parse(body.toString());
    expect([code, told]).toMatchObject([406, { reason: 'NotAcceptable', message }]);
  });
});

/** The events that a watch has told so far, their objects still sealed. */
const eventsOf = (told: Buffer): readonly Buffer[] => {
  const events: Buffer[] = [];
  for (let at = 0; at + 4 <= told.length; ) {
    const end = at + 4 + told.readUInt32BE(at);
    if (end > told.length) break;
    events.push(told.subarray(at + 4, end));
    at = end;
  }
  return events;
};

const shownEvent = (message: Buffer, node: ObjectNode) => {
  const { type, object: sealed } = decodeMessage(EVENT, message) as { type: string; object: { raw: string } };
  return { type, object: opened(Buffer.from(sealed.raw, 'base64'), node) };
};

async function watched(path: string, accept: string, events: number, act: () => Promise<unknown>) {
  const answer = await request(`${server.url}${path}`, {
    dispatcher: server.agent,
    headers: { authorization: 'Bearer token-admin', accept },
  });
  let told = Buffer.alloc(0);
  answer.body.on('data', (chunk: Buffer) => (told = Buffer.concat([told, chunk])));
  answer.body.on('error', () => undefined);
  await act();
  await vi.waitFor(() => expect(eventsOf(told).length).toBeGreaterThanOrEqual(events), { timeout: 20_000 });
  answer.body.destroy();
  return { type: answer.headers['content-type'], events: eventsOf(told) };
}

describe('a watch in protobuf', () => {
  const change = async () => {
    await server.admin.create(ConfigMap, { metadata: { name: 'seen', namespace: 'default' }, data: { x: '1' } });
    await server.admin.delete(ConfigMap, { name: 'seen', namespace: 'default' });
  };

  it('tells each event in a frame of its own, around a sealed object', async () => {
    const path = `${MAPS}?watch=true&fieldSelector=metadata.name%3Dseen`;
    const { type, events } = await watched(path, PROTOBUF, 2, change);
    expect(type).toBe(`${PROTOBUF};stream=watch`);
    expect(events.map(event => shownEvent(event, wholeNode(ConfigMap)))).toMatchObject([
      { type: 'ADDED', object: { kind: 'ConfigMap', apiVersion: 'v1', data: { x: '1' } } },
      { type: 'DELETED', object: { kind: 'ConfigMap', metadata: { name: 'seen' } } },
    ]);
  });

  it('tells an error after its beginning so', async () => {
    const { store } = server.api.objects;
    await store.compact(store.committed);
    const { events } = await watched(`${MAPS}?watch=true&resourceVersion=1`, PROTOBUF, 1, async () => undefined);
    expect(events.map(event => shownEvent(event, STATUS))).toMatchObject([
      { type: 'ERROR', object: { kind: 'Status', apiVersion: 'v1', code: 410, reason: 'Expired' } },
    ]);
  });

  it('tells metadata of custom kinds so, and bookmarks', async () => {
    const asking = `${FOOS}?watch=true&allowWatchBookmarks=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan`;
    const { events } = await watched(asking, `${PROTOBUF};${PARTIAL}`, 2, async () => undefined);
    expect(events.map(event => shownEvent(event, METADATA))).toMatchObject([
      { type: 'ADDED', object: { kind: 'PartialObjectMetadata', metadata: { name: 'f' } } },
      { type: 'BOOKMARK', object: { metadata: { annotations: { 'k8s.io/initial-events-end': 'true' } } } },
    ]);
  });

  it('is told over a WebSocket in messages of bytes, without their lengths', async () => {
    const socket = new WebSocket(
      `${server.url.replace('https', 'wss')}${MAPS}?watch=true&fieldSelector=metadata.name%3Da`,
      {
        origin: 'https://here.example.com',
        ca: server.ca,
        headers: { authorization: 'Bearer token-admin', accept: PROTOBUF },
      },
    );
    const [data, isBinary] = (await once(socket, 'message')) as [Buffer, boolean];
    expect([isBinary, shownEvent(data, wholeNode(ConfigMap))]).toMatchObject([
      true,
      { type: 'ADDED', object: { data: { x: 'ü' } } },
    ]);
    socket.terminate();
  });
});
