import { describe, expect, it } from 'vitest';
import { ConfigMap } from '../../../plugins/kinds/core/v1/config-map.ts';
import { Namespace } from '../../../plugins/kinds/core/v1/namespace.ts';
import { Node } from '../../../plugins/kinds/core/v1/node.ts';
import { ServiceAccount } from '../../../plugins/kinds/core/v1/service-account.ts';
import type { Client, WatchEvent } from '../client.ts';
import type { AnyObject } from '../object-meta.ts';
import { StatusError } from '../status-error.ts';

/** A client of a fresh API in which there is the namespace `default`, and what only its owner can do to it. */
export interface ClientTrial extends AsyncDisposable {
  /** May do everything. */
  readonly client: Client;
  /** May do nothing. */
  readonly stranger: Client;
  /** Forgets all revisions but the newest. */
  compact(): Promise<void>;
}

/** What every transport of `Client` has to keep, so that whoever is given one need not know which it is. */
export function describeClientConformance(name: string, open: () => Promise<ClientTrial>): void {
  describe(name, () => {
    describeWrites(open);
    describeReads(open);
    describeRefusals(open);
    describeWatches(open);
  });
}

type Open = () => Promise<ClientTrial>;

const map = (
  name: string,
  data: Readonly<Record<string, string>> = {},
  labels: Readonly<Record<string, string>> = {},
) => ({
  metadata: { name, namespace: 'default', labels },
  data,
});
const at = (name: string) => ({ name, namespace: 'default' });

function isDeepFrozen(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return Object.isFrozen(value) && Object.values(value).every(isDeepFrozen);
}

function describeWrites(open: Open): void {
  it('creates, updates and removes objects, and answers them whole and frozen', async () => {
    await using trial = await open();
    const { client } = trial;
    const made = await client.create(ConfigMap, map('a', { key: 'one', __proto__x: '1' }));
    expect(made).toMatchObject({ apiVersion: 'v1', kind: 'ConfigMap', data: { key: 'one' } });
    expect(made.metadata.managedFields?.[0]).toMatchObject({ manager: 'tester', operation: 'Update' });
    expect(isDeepFrozen(made)).toBe(true);
    const updated = await client.update(ConfigMap, { ...made, data: { key: 'two' } }, { fieldManager: 'other' });
    expect(updated.data).toEqual({ key: 'two' });
    expect(updated.metadata.managedFields?.map(({ manager }) => manager)).toContain('other');
    await expect(client.update(ConfigMap, { ...made, data: {} })).rejects.toMatchObject({ reason: 'Conflict' });
    await client.delete(ConfigMap, at('a'));
    await expect(client.get(ConfigMap, at('a'))).rejects.toMatchObject({ reason: 'NotFound' });
  });

  it('writes of a status nothing but the status', async () => {
    await using trial = await open();
    const { client } = trial;
    const node = await client.create(Node, { metadata: { name: 'n' } });
    const status = { ...node.status, phase: 'Running' } as const;
    const put = await client.updateStatus(Node, { ...node, spec: { unschedulable: true }, status });
    expect(put.status).toMatchObject({ phase: 'Running' });
    expect(put.spec?.unschedulable).toBeUndefined();
    const body = { status: { nodeInfo: { machineID: 'm' } }, spec: { unschedulable: true } };
    const patched = await client.patch(Node, { name: 'n' }, { type: 'strategic', body }, { subresource: 'status' });
    expect(patched.spec?.unschedulable).toBeUndefined();
    expect(patched.status?.nodeInfo?.machineID).toBe('m');
  });

  it('patches in each of the four ways', async () => {
    await using trial = await open();
    const { client } = trial;
    await client.create(ConfigMap, map('p', { a: '1', b: '2' }));
    const merged = await client.patch(ConfigMap, at('p'), { type: 'merge', body: { data: { a: null, c: '3' } } });
    expect(merged.data).toEqual({ b: '2', c: '3' });
    const body = [{ op: 'replace', path: '/data/b', value: '4' }] as const;
    expect((await client.patch(ConfigMap, at('p'), { type: 'json', body })).data).toEqual({ b: '4', c: '3' });
    const apply = { apiVersion: 'v1', kind: 'ConfigMap', metadata: at('p'), data: { c: '5' } };
    const conflict = client.patch(ConfigMap, at('p'), { type: 'apply', body: apply }, { fieldManager: 'applier' });
    await expect(conflict).rejects.toMatchObject({
      reason: 'Conflict',
      status: { details: { causes: [{ reason: 'FieldManagerConflict', field: '.data.c' }] } },
    });
    const options = { fieldManager: 'applier', force: true };
    const forced = await client.patch(ConfigMap, at('p'), { type: 'apply', body: apply }, options);
    expect(forced.data).toEqual({ b: '4', c: '5' });
  });

  it('tries a write without doing it', async () => {
    await using trial = await open();
    const { client } = trial;
    const tried = await client.create(ConfigMap, map('dry'), { dryRun: true });
    expect(tried.metadata.uid).toMatch(/-/);
    await expect(client.get(ConfigMap, at('dry'))).rejects.toMatchObject({ reason: 'NotFound' });
    await client.create(ConfigMap, map('dry'));
    await client.delete(ConfigMap, at('dry'), { dryRun: true });
    expect((await client.get(ConfigMap, at('dry'))).metadata.name).toBe('dry');
  });

  it('removes many by selector, and one only by what was said of it', async () => {
    await using trial = await open();
    const { client } = trial;
    for (const name of ['a', 'b', 'c']) await client.create(ConfigMap, map(name, {}, { keep: String(name === 'b') }));
    await client.deleteCollection(ConfigMap, { namespace: 'default', labelSelector: 'keep=false' });
    const { items } = await client.list(ConfigMap, { namespace: 'default' });
    expect(items.map(({ metadata }) => metadata.name)).toEqual(['b']);
    const preconditions = { uid: '00000000-0000-0000-0000-000000000000' };
    await expect(client.delete(ConfigMap, at('b'), { preconditions })).rejects.toMatchObject({ reason: 'Conflict' });
  });

  it('posts to subresources', async () => {
    await using trial = await open();
    await trial.client.create(ServiceAccount, { metadata: at('robot') });
    const answer = await trial.client.createOn(ServiceAccount, at('robot'), 'echo', { data: { said: 'this' } });
    expect(answer).toMatchObject({ kind: 'ConfigMap', data: { said: 'this', to: 'robot' } });
  });
}

function describeReads(open: Open): void {
  it('lists by namespace, selectors and pages, with kinds and revisions', async () => {
    await using trial = await open();
    const { client } = trial;
    await client.create(Namespace, { metadata: { name: 'other' } });
    for (const name of ['a', 'b', 'c']) await client.create(ConfigMap, map(name, {}, { odd: String(name !== 'b') }));
    await client.create(ConfigMap, { metadata: { name: 'd', namespace: 'other' } });
    const names = async (options: Parameters<Client['list']>[1]): Promise<readonly string[]> =>
      (await client.list(ConfigMap, options)).items.map(({ metadata }) => metadata.name);
    expect(await names({})).toEqual(['a', 'b', 'c', 'd']);
    expect(await names({ namespace: 'other' })).toEqual(['d']);
    expect(await names({ labelSelector: 'odd=true' })).toEqual(['a', 'c']);
    expect(await names({ fieldSelector: 'metadata.name=b,metadata.namespace=default' })).toEqual(['b']);
    const first = await client.list(ConfigMap, { limit: 3 });
    expect(first).toMatchObject({ remainingItemCount: 1, items: [{ kind: 'ConfigMap', apiVersion: 'v1' }, {}, {}] });
    expect(first.items.every(isDeepFrozen)).toBe(true);
    const rest = await client.list(ConfigMap, { limit: 3, continue: first.continue ?? '' });
    expect(rest.items.map(({ metadata }) => metadata.name)).toEqual(['d']);
    expect(rest.continue ?? '').toBe('');
    expect(rest.resourceVersion).toBe(first.resourceVersion);
    const [{ metadata } = { metadata: { resourceVersion: '' } }] = first.items;
    const exact = { resourceVersion: metadata.resourceVersion, resourceVersionMatch: 'Exact' } as const;
    expect(await names(exact)).toEqual(['a']);
  });

  it('reads not before a revision that it is told', async () => {
    await using trial = await open();
    const { metadata } = await trial.client.create(ConfigMap, map('a'));
    const { resourceVersion } = metadata;
    expect((await trial.client.get(ConfigMap, at('a'), { resourceVersion })).metadata.name).toBe('a');
  });
}

/** What a promise rejected with, as far as a caller can tell. */
async function refusal(asked: Promise<unknown>): Promise<unknown> {
  const error: unknown = await asked.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(StatusError);
  return error instanceof StatusError
    ? { message: error.message, reason: error.reason, status: error.status }
    : undefined;
}

const refused = ({
  message,
  reason,
  ...more
}: Pick<StatusError['status'], 'details' | 'code'> & Pick<StatusError, 'message' | 'reason'>) => ({
  message,
  reason,
  status: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason, ...more },
});

function describeRefusals(open: Open): void {
  it('rejects with the same statuses, word by word', async () => {
    await using trial = await open();
    const { client, stranger } = trial;
    await client.create(ConfigMap, map('a'));
    expect(await refusal(client.get(ConfigMap, at('b')))).toEqual(
      refused({
        message: 'configmaps "b" not found',
        reason: 'NotFound',
        details: { name: 'b', kind: 'configmaps' },
        code: 404,
      }),
    );
    expect(await refusal(client.create(ConfigMap, map('a')))).toEqual(
      refused({
        message: 'configmaps "a" already exists',
        reason: 'AlreadyExists',
        details: { name: 'a', kind: 'configmaps' },
        code: 409,
      }),
    );
    const invalid = 'a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters';
    expect(await refusal(client.create(ConfigMap, map('B_')))).toMatchObject({
      reason: 'Invalid',
      status: {
        code: 422,
        details: { kind: 'ConfigMap', name: 'B_', causes: [{ field: 'metadata.name', reason: 'FieldValueInvalid' }] },
        message: expect.stringContaining(invalid),
      },
    });
    expect(await refusal(stranger.list(ConfigMap, { namespace: 'default' }))).toEqual(
      refused({
        message:
          'configmaps is forbidden: User "stranger" cannot list resource "configmaps" in API group "" in the namespace "default"',
        reason: 'Forbidden',
        details: { kind: 'configmaps' },
        code: 403,
      }),
    );
  });

  it('tells how to go on where a page has expired', async () => {
    await using trial = await open();
    const { client } = trial;
    for (const name of ['a', 'b']) await client.create(ConfigMap, map(name));
    const { continue: token = '' } = await client.list(ConfigMap, { limit: 1 });
    await client.create(ConfigMap, map('c'));
    await trial.compact();
    const expired: unknown = await client
      .list(ConfigMap, { limit: 1, continue: token })
      .catch((error: unknown) => error);
    expect(expired).toBeInstanceOf(StatusError);
    expect(expired).toMatchObject({ reason: 'Expired', status: { metadata: { continue: expect.any(String) } } });
  });
}

const seen = ({ type, object }: WatchEvent<AnyObject>): string =>
  `${type} ${'name' in object.metadata ? object.metadata.name : (object.metadata.annotations?.['k8s.io/initial-events-end'] ?? '')}`;

function describeWatches(open: Open): void {
  it('watches what is there and what comes, by selector, until it is told to end', async () => {
    await using trial = await open();
    const { client } = trial;
    await client.create(ConfigMap, map('a', {}, { seen: 'yes' }));
    const over = new AbortController();
    const events: string[] = [];
    const options = { namespace: 'default', labelSelector: 'seen=yes', signal: over.signal };
    for await (const event of client.watch(ConfigMap, options)) {
      events.push(seen(event));
      expect(isDeepFrozen(event.object)).toBe(true);
      if (event.type === 'ADDED') {
        await client.create(ConfigMap, map('b', {}, { seen: 'no' }));
        await client.patch(ConfigMap, at('a'), { type: 'merge', body: { data: { key: 'x' } } });
      } else if (event.type === 'MODIFIED') await client.delete(ConfigMap, at('a'));
      else over.abort();
    }
    expect(events).toEqual(['ADDED a', 'MODIFIED a', 'DELETED a']);
  });

  it('goes on at a revision, and marks the end of what was there', async () => {
    await using trial = await open();
    const { client } = trial;
    const one = await client.create(ConfigMap, map('a'));
    await client.create(ConfigMap, map('b'));
    const { signal } = new AbortController();
    const { resourceVersion } = one.metadata;
    for await (const event of client.watch(ConfigMap, { resourceVersion, signal })) {
      expect(seen(event)).toBe('ADDED b');
      break;
    }
    const initial: string[] = [];
    const options = { sendInitialEvents: true, allowWatchBookmarks: true, signal };
    for await (const event of client.watch(ConfigMap, options)) {
      initial.push(seen(event));
      if (event.type === 'BOOKMARK') break;
    }
    expect(initial).toEqual(['ADDED a', 'ADDED b', 'BOOKMARK true']);
  });

  it('refuses a revision that is gone, and whoever may not', async () => {
    await using trial = await open();
    const { client, stranger } = trial;
    await client.create(ConfigMap, map('a'));
    await client.create(ConfigMap, map('b'));
    await trial.compact();
    const { signal } = new AbortController();
    const first = (watch: AsyncIterable<unknown>): Promise<unknown> => watch[Symbol.asyncIterator]().next();
    const old = client.watch(ConfigMap, { resourceVersion: '1', signal });
    await expect(first(old)).rejects.toMatchObject({ reason: 'Expired', status: { code: 410 } });
    await expect(first(stranger.watch(ConfigMap, { signal }))).rejects.toMatchObject({ reason: 'Forbidden' });
    await expect(first(client.watch(ConfigMap, { fieldSelector: 'spec.x=1', signal }))).rejects.toMatchObject({
      reason: 'BadRequest',
    });
  });

  it('ends at once where it is told to before anything happened', async () => {
    await using trial = await open();
    const over = new AbortController();
    const { resourceVersion } = await trial.client.list(ConfigMap);
    const next = trial.client.watch(ConfigMap, { resourceVersion, signal: over.signal })[Symbol.asyncIterator]().next();
    await trial.client.create(Namespace, { metadata: { name: 'elsewhere' } });
    over.abort();
    expect(await next).toEqual({ done: true, value: undefined });
  });
}
