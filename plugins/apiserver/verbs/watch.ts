import type { ListOptions, WatchEvent, WatchOptions } from '../../../src/api/client.ts';
import { forbidden, notSupported, type FieldError } from '../../../src/api/field-error.ts';
import type { AnyObject } from '../../../src/api/object-meta.ts';
import { readRevision } from '../../../src/api/read-revision.ts';
import type { Resource } from '../../../src/api/resource.ts';
import { parseSelection, type Selection } from '../../../src/api/selection.ts';
import { invalidOptions, StatusError } from '../../../src/api/status-error.ts';
import { must } from '../../../src/base/must.ts';
import { StoreError, type Change, type WatchBatch } from '../../../src/store/store.ts';
import type { Api } from '../api.ts';
import { BOOKMARK_MS } from '../limits.ts';
import type { ObjectChange } from '../objects/objects.ts';
import { statusOfStoreError } from '../objects/store-failure.ts';
import { LooseObject, withRevision, type StoredObject } from '../objects/stored-object.ts';
import { waitForRevision } from '../objects/wait-for-revision.ts';

/** What a watch tells; one answer of the iterator holds all events of one revision. */
export type Signal =
  | {
      readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
      readonly object: StoredObject;
      /** What was changed, the same for every watch; absent for objects that were there before. */
      readonly change?: Change;
    }
  | { readonly type: 'BOOKMARK'; readonly revision: number; readonly initialEventsEnd?: true };

/**
 * Follows a kind from a revision on until `signal` aborts. Throws `StatusError` Expired when that revision
 * is not kept any more, which the wire tells as an event, since the answer has begun by then. `begun` is called once
 * what was there before is told.
 */
export async function* watch(
  api: Api,
  resource: Resource,
  options: WatchOptions,
  begun?: () => void,
): AsyncGenerator<readonly Signal[], void, undefined> {
  const { namespace = '', allowWatchBookmarks = false } = options;
  const signal = untilRetired(resource, options.signal);
  const selection = parseSelection(resource, options);
  const { revision: after, signals: first } = await begin(api, resource, selection, options);
  for (const signals of first) yield signals;
  begun?.();
  const { clock } = api.world;
  const progress = allowWatchBookmarks ? { progressMs: BOOKMARK_MS } : {};
  let toldMs = clock.monotonicMs();
  try {
    for await (const batch of api.objects.watch(resource, namespace, { after, signal, ...progress })) {
      const signals = await signalsOf(api, resource, selection, batch);
      if (signals.length > 0) yield signals;
      if (!allowWatchBookmarks || clock.monotonicMs() - toldMs < BOOKMARK_MS) continue;
      toldMs = clock.monotonicMs();
      yield [{ type: 'BOOKMARK', revision: batch.revision }];
    }
  } catch (error) {
    throw watchError(error, after, api.objects.store.compacted);
  }
}

const untilRetired = ({ custom }: Resource, signal: AbortSignal): AbortSignal =>
  custom?.retired === undefined ? signal : AbortSignal.any([signal, custom.retired]);

/** Where a watch begins, and what it tells before anything changes. */
async function begin(
  api: Api,
  resource: Resource,
  selection: Selection,
  { namespace = '', allowWatchBookmarks = false, sendInitialEvents, resourceVersion }: WatchOptions,
): Promise<{ readonly revision: number; readonly signals: readonly (readonly Signal[])[] }> {
  const from = readRevision(resourceVersion) ?? 0;
  if (sendInitialEvents === true || (sendInitialEvents === undefined && from === 0)) {
    if (from > 0) await waitForRevision(api, from);
    const { objects, revision } = await api.objects.range(resource, namespace, {});
    const there = objects.filter(stored => selection.everything || selection.matches(stored.object));
    const added = there.map(object => ({ type: 'ADDED', object }) as const);
    // Who takes bookmarks is told when all that was there is told, asked for or not.
    if (!allowWatchBookmarks) return { revision, signals: [added] };
    return { revision, signals: [added, [{ type: 'BOOKMARK', revision, initialEventsEnd: true }]] };
  }
  if (from === 0) return { revision: api.objects.store.committed, signals: [] };
  await waitForRevision(api, from);
  return { revision: from, signals: [] };
}

/** What cannot be watched is refused before the answer begins; apimachinery's ValidateListOptions. */
export function checkWatchOptions(resource: Resource, options: ListOptions, sendInitialEvents: string | null): void {
  parseSelection(resource, options);
  readRevision(options.resourceVersion);
  const { resourceVersionMatch: match, continue: token = '' } = options;
  const errors: FieldError[] = [];
  const complain = (detail: string): unknown => errors.push(forbidden('resourceVersionMatch', detail));
  if (sendInitialEvents !== null && match !== 'NotOlderThan') {
    complain('sendInitialEvents requires setting resourceVersionMatch to NotOlderThan');
  }
  if (match !== undefined) {
    if (sendInitialEvents === null) {
      complain('resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided');
    }
    if (match !== 'NotOlderThan') errors.push(notSupported('resourceVersionMatch', match, ['NotOlderThan']));
  }
  // A watch from the latest is one with initial events, and those ask for a match that they were not told.
  const isFromLatest = ['', '0'].includes(options.resourceVersion ?? '');
  if (token !== '' && (match !== undefined || isFromLatest)) {
    complain('resourceVersionMatch is forbidden when continue is provided');
  }
  if (errors.length > 0) throw invalidOptions('ListOptions', errors);
}

async function signalsOf(
  api: Api,
  resource: Resource,
  selection: Selection,
  { changes }: WatchBatch,
): Promise<readonly Signal[]> {
  const seen = await api.objects.changes(resource, changes);
  return changes.flatMap((change, index) => {
    const told = signalOf(selection, must(seen[index], 'each change is told'), change);
    return told === undefined ? [] : [told];
  });
}

/** A selector turns a change of membership into ADDED or DELETED, the latter with the object as it last matched. */
function signalOf(selection: Selection, { type, object, previous }: ObjectChange, change: Change): Signal | undefined {
  const isWatched = (candidate: StoredObject | undefined): boolean =>
    candidate !== undefined && (selection.everything || selection.matches(candidate.object));
  const was = isWatched(previous);
  if (type === 'delete') return was ? { type: 'DELETED', object, change } : undefined;
  if (isWatched(object)) return { type: was ? 'MODIFIED' : 'ADDED', object, change };
  if (!was || previous === undefined) return undefined;
  const left = new LooseObject(object.key, object.revision, withRevision(previous.object, object.revision));
  return { type: 'DELETED', object: left, change };
}

function watchError(error: unknown, after: number, compacted: number): unknown {
  if (error instanceof StoreError && error.code === 'Compacted') {
    return new StatusError('Expired', `too old resource version: ${after} (${compacted})`, { cause: error });
  }
  return statusOfStoreError(error);
}

/** The event as a client in this process sees it. */
export function eventOf(resource: Resource, signal: Signal): WatchEvent<AnyObject> {
  if (signal.type !== 'BOOKMARK') return { type: signal.type, object: signal.object.object };
  return { type: 'BOOKMARK', object: bookmarkObject(resource, signal) };
}

export const bookmarkObject = (
  { apiVersion, kind }: Pick<Resource, 'apiVersion' | 'kind'>,
  { revision, initialEventsEnd }: Signal & { readonly type: 'BOOKMARK' },
) =>
  ({
    kind,
    apiVersion,
    metadata: {
      resourceVersion: String(revision),
      ...(initialEventsEnd === true ? { annotations: { 'k8s.io/initial-events-end': 'true' } } : {}),
    },
  }) as const;
