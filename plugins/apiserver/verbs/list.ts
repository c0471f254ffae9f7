import type { ListOptions } from '../../../src/api/client.ts';
import { decodeContinueToken, encodeContinueToken } from '../../../src/api/continue-token.ts';
import { forbidden, notSupported, type FieldError } from '../../../src/api/field-error.ts';
import { readRevision } from '../../../src/api/read-revision.ts';
import type { Resource } from '../../../src/api/resource.ts';
import { parseSelection, type Selection } from '../../../src/api/selection.ts';
import { badRequestError, invalidOptions, isStatusError, StatusError } from '../../../src/api/status-error.ts';
import { storagePrefix } from '../../../src/api/storage-key.ts';
import type { Api } from '../api.ts';
import { SELECT_PAGE } from '../limits.ts';
import type { StoredObject } from '../objects/stored-object.ts';
import { waitForRevision } from '../objects/wait-for-revision.ts';
import type { ListAnswer } from './list-answer.ts';
import { listComputed } from './read-computed.ts';

/** One page of a kind's objects, all of one revision. */
export async function list(api: Api, resource: Resource, options: ListOptions): Promise<ListAnswer> {
  const { namespace = '', resourceVersion, limit: wanted = 0 } = options;
  checkListOptions(options);
  if (resource.computed === true) return listComputed(api, resource, options);
  // Upstream answers "whatever there is" from its cache, which knows no pages.
  const limit = resourceVersion === '0' ? 0 : Math.max(0, wanted);
  const selection = parseSelection(resource, options);
  const prefix = storagePrefix(resource);
  const place = placeOf(options);
  if (place.atLeast !== undefined) await waitForRevision(api, place.atLeast);
  if (place.exact !== undefined) await waitForRevision(api, place.exact);
  const { committed } = api.objects.store;
  // What is new enough is not asked of whoever else may write.
  const isAnyNewEnough = place.after === undefined && readRevision(resourceVersion) !== undefined;
  const exact = place.exact ?? (isAnyNewEnough ? committed : undefined);
  const leavesOut = options.leavesOutUnreadable === true ? ({ leavesOutUnreadable: true } as const) : {};
  const from = { exact, after: place.after === undefined ? undefined : `${prefix}${place.after}`, leavesOut };
  try {
    if (selection.name !== undefined && namespace !== '' && place.exact === undefined && place.after === undefined) {
      return await listOne(api, resource, namespace, selection.name, selection);
    }
    return await page(api, resource, namespace, selection, limit, from);
  } catch (error) {
    if (place.after === undefined || !isStatusError(error, 'Expired')) throw error;
    throw new StatusError(
      'Expired',
      'The provided continue parameter is too old to display a consistent list result. You can start a new list ' +
        'without the continue parameter, or use the continue token in this response to retrieve the remainder of ' +
        'the results. Continuing with the provided token results in an inconsistent list - objects that were ' +
        'created, modified, or deleted between the time the first chunk was returned and now may show up in the list.',
      { continue: encodeContinueToken({ revision: -1, after: place.after }), cause: error },
    );
  }
}

interface Place {
  readonly exact?: number;
  readonly atLeast?: number;
  readonly after?: string;
}

/** KEP-2340: what revision a list is to be read at. */
function placeOf({ resourceVersion, resourceVersionMatch, limit = 0, continue: token = '' }: ListOptions): Place {
  if (token !== '') {
    const { revision, after } = decodeContinueToken(token);
    return revision < 0 ? { after } : { exact: revision, after };
  }
  const revision = readRevision(resourceVersion, 'invalid resource version: ');
  if (revision === undefined || revision === 0) return {};
  const isExact = resourceVersionMatch === 'Exact' || (resourceVersionMatch === undefined && limit > 0);
  return isExact ? { exact: revision } : { atLeast: revision };
}

async function listOne(
  api: Api,
  resource: Resource,
  namespace: string,
  name: string,
  selection: Selection,
): Promise<ListAnswer> {
  const revision = api.objects.store.committed;
  const found = await api.objects.get(resource, { namespace, name });
  const objects = found !== undefined && selection.matches(found.object) ? [found] : [];
  return { objects, revision: Math.max(revision, found?.revision ?? 0) };
}

interface From {
  readonly exact: number | undefined;
  readonly after: string | undefined;
  readonly leavesOut: Pick<ListOptions, 'leavesOutUnreadable'>;
}

async function page(
  api: Api,
  resource: Resource,
  namespace: string,
  selection: Selection,
  limit: number,
  from: From,
): Promise<ListAnswer> {
  const objects: StoredObject[] = [];
  let { exact: revision, after } = from;
  for (;;) {
    const room = limit > 0 ? limit - objects.length : 0;
    const pageSize = selection.everything ? room : limit > 0 ? Math.max(room, SELECT_PAGE) : 0;
    const read = await api.objects.range(resource, namespace, {
      ...(revision === undefined ? {} : { revision }),
      ...(after === undefined ? {} : { after }),
      ...(pageSize > 0 ? { limit: pageSize } : {}),
      ...from.leavesOut,
    });
    revision = read.revision;
    for (const [index, object] of read.objects.entries()) {
      if (!selection.everything && !selection.matches(object.object)) continue;
      objects.push(object);
      if (limit === 0 || objects.length < limit) continue;
      const remaining = read.remaining + read.objects.length - index - 1;
      return remaining === 0 ? { objects, revision } : cut(resource, objects, object, revision, remaining, selection);
    }
    if (read.remaining === 0) return { objects, revision };
    after = read.lastKey;
  }
}

/** A page with more behind it. How many more is not known where a selector decides. */
function cut(
  resource: Resource,
  objects: readonly StoredObject[],
  last: StoredObject,
  revision: number,
  remaining: number,
  selection: Selection,
): ListAnswer {
  return {
    objects,
    revision,
    continue: encodeContinueToken({ revision, after: last.key.slice(storagePrefix(resource).length) }),
    ...(selection.everything ? { remainingItemCount: remaining } : {}),
  };
}

/** Combinations that mean nothing; apimachinery's ValidateListOptions. */
export function checkListOptions(options: ListOptions): void {
  const { resourceVersion = '', resourceVersionMatch, continue: token = '' } = options;
  const errors: FieldError[] = [];
  const match: string | undefined = resourceVersionMatch;
  if (match !== undefined) {
    if (resourceVersion === '') {
      errors.push(
        forbidden('resourceVersionMatch', 'resourceVersionMatch is forbidden unless resourceVersion is provided'),
      );
    }
    if (token !== '') {
      errors.push(forbidden('resourceVersionMatch', 'resourceVersionMatch is forbidden when continue is provided'));
    }
    if (match !== 'Exact' && match !== 'NotOlderThan') {
      errors.push(notSupported('resourceVersionMatch', match, ['Exact', 'NotOlderThan', '']));
    }
    if (match === 'Exact' && resourceVersion === '0') {
      errors.push(
        forbidden('resourceVersionMatch', 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"'),
      );
    }
  }
  if (errors.length > 0) throw invalidOptions('ListOptions', errors);
  if (token !== '' && resourceVersion !== '' && resourceVersion !== '0') {
    decodeContinueToken(token);
    throw badRequestError('specifying resource version is not allowed when using continue');
  }
}
