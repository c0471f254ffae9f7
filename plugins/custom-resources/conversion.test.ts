import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { AnyObject } from '../../src/api/object-meta.ts';
import { resources, type Resource } from '../../src/api/resource.ts';
import { definePlugin } from '../../src/kernel/plugin.ts';
import { must } from '../../src/base/must.ts';
import { startCluster, type TestCluster } from '../../src/sdk/testing/cluster.ts';
import { CustomResourceDefinition } from '../kinds/apiextensions/v1/custom-resource-definition.ts';
import { conditionIs } from '../kinds/apiextensions/v1/definition-condition.ts';
import type { WebhookAnswer, WebhookCalls } from '../webhooks/contract.ts';
import { webhookCalls } from '../webhooks/contract.ts';

interface Question {
  readonly apiVersion: string;
  readonly request: { readonly uid: string; readonly desiredAPIVersion: string; readonly objects: readonly Cat[] };
}
type Cat = AnyObject & { readonly name?: string; readonly first?: string; readonly last?: string };

/** Between one name (v1) and two (v2). */
function convert(cat: Cat, apiVersion: string): Cat {
  const { name = '', first = '', last = '', metadata: said, ...others } = cat;
  // All else of the metadata is the server's to keep.
  const rest = { ...others, metadata: { name: said.name, uid: said.uid } as AnyObject['metadata'] };
  const [a = '', b = ''] = name.split(' ');
  return apiVersion === 'ex.io/v2'
    ? { ...rest, apiVersion, first: a, last: b }
    : { ...rest, apiVersion, name: `${first} ${last}` };
}
const asked: Question['request'][] = [];
let answer: (question: Question) => unknown;
const honest = ({ apiVersion, request: { uid, objects, desiredAPIVersion } }: Question): unknown => ({
  apiVersion,
  kind: 'ConversionReview',
  response: {
    uid,
    result: { status: 'Success' },
    convertedObjects: objects.map(object => convert(object, desiredAPIVersion)),
  },
});
const calls: WebhookCalls = {
  ask: async (_target, question): Promise<WebhookAnswer> => {
    asked.push((question as Question).request);
    const body = answer(question as Question);
    return typeof body === 'string' ? { ok: false, code: 'Unreachable', message: body } : { ok: true, body };
  },
};

let served: readonly Resource[] = [];
const looking = definePlugin({
  name: 'webhooks',
  provides: [webhookCalls],
  start: context => {
    served = context.collect(resources);
    context.provide(webhookCalls, calls);
  },
});
let cluster: TestCluster;
beforeAll(async () => {
  answer = honest;
  cluster = await startCluster({ plugins: [looking], without: ['webhooks', 'controllers', 'scheduler'] });
  await define('v1');
  await cluster.client.create(kind('v1'), cat('v1', 'tom', { name: 'Tom Cat' }));
  await cluster.client.create(kind('v2'), cat('v2', 'kit', { first: 'Kit', last: 'Ty' }));
  asked.length = 0;
});
afterAll(() => cluster[Symbol.asyncDispose]());
afterEach(() => {
  answer = honest;
  asked.length = 0;
});

const kind = (version: string): Resource =>
  must(
    served.find(each => each.plural === 'cats' && each.version === version),
    version,
  );
const text = { type: 'string' };
const cat = (version: string, name: string, more: object) =>
  ({ apiVersion: `ex.io/${version}`, kind: 'Cat', metadata: { name }, ...more }) as never;

async function define(storage: string): Promise<void> {
  const { client } = cluster;
  const version = (name: string, properties: object) => ({
    name,
    served: true,
    storage: name === storage,
    schema: { openAPIV3Schema: { type: 'object', properties } },
  });
  const clientConfig = { url: 'https://a.b/convert' };
  const spec = {
    group: 'ex.io',
    scope: 'Cluster',
    names: { plural: 'cats', kind: 'Cat' },
    versions: [
      version('v1', { name: text }),
      version('v2', { first: text, last: text, tail: { type: 'boolean', default: true } }),
    ],
    conversion: { strategy: 'Webhook', webhook: { clientConfig, conversionReviewVersions: ['v1', 'v1beta1'] } },
  };
  const metadata = { name: 'cats.ex.io' };
  const there = await client.get(CustomResourceDefinition, metadata).catch(() => undefined);
  await (there === undefined
    ? client.create(CustomResourceDefinition, { metadata, spec } as never)
    : client.update(CustomResourceDefinition, { ...there, spec } as never));
  await cluster.eventually(async () => {
    const { status } = await client.get(CustomResourceDefinition, metadata);
    must(conditionIs(status, 'Established') || undefined, 'it is served');
    must(
      kind('v1').custom?.askedConversion && status.storedVersions?.includes(storage) ? true : undefined,
      'as it is now',
    );
  });
}

describe('objects of a kind that a webhook converts', () => {
  it('are shown in each version, with the defaults of that and what only the server says', async () => {
    const { client } = cluster;
    const key = { name: 'tom' };
    const one = await client.get(kind('v1'), key);
    expect(asked).toEqual([]);
    const other = await client.get(kind('v2'), key);
    expect(one).toMatchObject({ apiVersion: 'ex.io/v1', name: 'Tom Cat' });
    expect(other).toMatchObject({
      apiVersion: 'ex.io/v2',
      first: 'Tom',
      last: 'Cat',
      tail: true,
      metadata: one.metadata,
    });
    expect(asked).toMatchObject([{ desiredAPIVersion: 'ex.io/v2', objects: [{ name: 'Tom Cat' }] }]);
    await client.get(kind('v2'), key);
    expect(asked).toHaveLength(1);
  });

  it('are stored in one version whichever they are written in, and listed together', async () => {
    const { client } = cluster;
    const changed = await client.patch(kind('v2'), { name: 'kit' }, { type: 'merge', body: { last: 'Cat' } });
    expect(changed).toMatchObject({ apiVersion: 'ex.io/v2', first: 'Kit', last: 'Cat' });
    expect(await client.get(kind('v1'), { name: 'kit' })).toMatchObject({ apiVersion: 'ex.io/v1', name: 'Kit Cat' });
    await define('v2');
    await client.create(kind('v1'), cat('v1', 'new', { name: 'New One' }));
    asked.length = 0;
    const { items } = await client.list(kind('v2'), {});
    expect(items).toMatchObject([{ last: 'Cat' }, { last: 'One' }, { last: 'Cat' }]);
    // Of three, one is stored in it; the others are asked for at once.
    expect(asked.map(({ objects }) => objects.length)).toEqual([2]);
    expect((await client.list(kind('v1'), {})).items).toMatchObject([
      { name: 'Kit Cat' },
      { name: 'New One' },
      { name: 'Tom Cat' },
    ]);
  });

  it('are told to watches in the version they watch', async () => {
    const { client } = cluster;
    const over = new AbortController();
    const { resourceVersion } = await client.list(kind('v2'), {});
    const told: unknown[] = [];
    const watching = (async () => {
      for await (const { type, object } of client.watch(kind('v1'), { resourceVersion, signal: over.signal })) {
        told.push([type, (object as Cat).name]);
        if (told.length === 2) return;
      }
    })();
    await client.create(kind('v2'), cat('v2', 'seen', { first: 'See', last: 'N' }));
    await client.delete(kind('v2'), { name: 'seen' });
    await watching;
    over.abort();
    expect(told).toEqual([
      ['ADDED', 'See N'],
      ['DELETED', 'See N'],
    ]);
  });

  const spoiled =
    (spoil: (cat: Cat) => unknown) =>
    (question: Question): unknown => {
      const review = honest(question) as { readonly response: { readonly convertedObjects: readonly Cat[] } };
      return {
        ...review,
        response: { ...review.response, convertedObjects: review.response.convertedObjects.map(spoil) },
      };
    };
  it.each<[string, typeof answer, string]>([
    [
      'is not reached',
      () => 'Post "https://a.b/convert?timeout=30s": EOF',
      'failed: Post "https://a.b/convert?timeout=30s": EOF',
    ],
    [
      'answers for another',
      question => ({ ...(honest(question) as object), response: { uid: 'x' } }),
      'failed: expected response.uid=',
    ],
    [
      'says why not',
      ({ apiVersion, request: { uid } }) => ({
        apiVersion,
        kind: 'ConversionReview',
        response: { uid, result: { status: 'Failure', message: 'no' } },
      }),
      'failed: no',
    ],
    [
      'answers too few',
      question => ({
        ...(honest(question) as object),
        response: { uid: question.request.uid, result: { status: 'Success' } },
      }),
      'returned 0 objects, expected 1',
    ],
    [
      'answers the version it got',
      spoiled(each => ({ ...each, apiVersion: 'ex.io/v2' })),
      'returned invalid converted object at index 0: invalid groupVersion (expected ex.io/v1, received ex.io/v2)',
    ],
    [
      'renames',
      spoiled(each => ({ ...each, metadata: { ...each.metadata, name: 'x' } })),
      'returned invalid converted object at index 0: must have the same name: new != x',
    ],
    [
      'labels badly',
      spoiled(each => ({ ...each, metadata: { ...each.metadata, labels: { a: '!' } } })),
      'returned invalid converted object at index 0: metadata.labels: Invalid value: "!"',
    ],
  ])('are not shown by one that %s', async (_how, spoil, text) => {
    // What was converted once is not asked again.
    await cluster.client.patch(
      kind('v2'),
      { name: 'new' },
      { type: 'merge', body: { first: `${asked.length}${text.length}` } },
    );
    answer = spoil;
    const error = await cluster.client.get(kind('v1'), { name: 'new' }).catch((refusal: unknown) => refusal);
    expect(error).toMatchObject({ status: { code: 500 } });
    expect(String(error)).toContain(`conversion webhook for ex.io/v2, Kind=Cat ${text}`);
  });
});
