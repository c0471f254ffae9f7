import { tracksGeneration } from '../../../src/api/bump-generation.ts';
import type { DeleteOptions } from '../../../src/api/client.ts';
import type { JsonRecord } from '../../../src/api/json-record.ts';
import type { AnyObject, ObjectMeta } from '../../../src/api/object-meta.ts';
import type { Resource } from '../../../src/api/resource.ts';
import {
  conflictError,
  forbiddenError,
  isStatusError,
  notFoundError,
  STALE_OBJECT,
} from '../../../src/api/status-error.ts';
import { timeMs, timeOf } from '../../../src/base/timestamp.ts';
import type { Api, Write } from '../api.ts';
import { releaseClaims } from '../objects/claims.ts';
import { WRITE_ATTEMPTS } from '../limits.ts';
import { LooseObject, withRevision, type StoredObject } from '../objects/stored-object.ts';
import { keyOf } from './update.ts';

export interface DeleteAnswer {
  readonly object: StoredObject;
  /** Gone now; otherwise marked, and removed once nothing holds it. */
  readonly removed: boolean;
}

/** Removes an object, or marks it as being deleted where finalizers or its grace period hold it. */
export async function deleteObject(api: Api, write: Write, options: DeleteOptions): Promise<DeleteAnswer> {
  const { resource } = write;
  for (let attempt = 1; ; attempt++) {
    const current = await api.objects.get(resource, keyOf(write));
    if (current === undefined) throw notFoundError(resource, write.name);
    checkPreconditions(write, current.object, options);
    checkDeletable(write);
    const request = { operation: 'DELETE', ...write, options: said(options) } as const;
    await api.admission.validate({ ...request, object: undefined, oldObject: current.object });
    const answer = await step(api, write, current, options);
    if (answer !== undefined) return answer;
    if (attempt === WRITE_ATTEMPTS) throw conflictError(resource, write.name, STALE_OBJECT);
  }
}

/** Of the options of a delete, or of those of many, what the API has in DeleteOptions. */
function said({ gracePeriodSeconds, propagationPolicy, preconditions, dryRun }: DeleteOptions): JsonRecord {
  return {
    ...(gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds }),
    ...(preconditions === undefined ? {} : { preconditions }),
    ...(propagationPolicy === undefined ? {} : { propagationPolicy }),
    ...(dryRun === true ? { dryRun: ['All'] } : {}),
  };
}

/** `undefined`: another write came first. */
async function step(
  api: Api,
  write: Write,
  current: StoredObject,
  options: DeleteOptions,
): Promise<DeleteAnswer | undefined> {
  const { resource, dryRun } = write;
  // Asked for once: what is shown in another form than it is stored is made anew each time.
  const { object: shown } = current;
  const marked = markDeleted(resource, shown, options, api.world.clock.now());
  if (marked === undefined) {
    const last = ended(resource, shown, api.world.clock.now());
    if (dryRun) return { object: withObject(current, last), removed: true };
    const marking = last === shown ? current : await mark(api, resource, current, last);
    const object = marking && (await api.objects.remove(resource, marking));
    if (object === undefined) return undefined;
    await releaseClaims(api, write, shown);
    const { key, revision } = object;
    return { object: last === shown ? object : withObject({ key, revision }, last), removed: true };
  }
  if (marked === shown) return { object: current, removed: false };
  if (dryRun) return { object: withObject(current, marked), removed: false };
  const object = await api.objects.put(resource, marked, current.revision);
  return object === undefined ? undefined : { object, removed: false };
}

/**
 * Watches are told of what was stored last: where there are grace periods, that it was being deleted. Without space
 * for that it goes all the same.
 */
async function mark(
  api: Api,
  resource: Resource,
  current: StoredObject,
  last: AnyObject,
): Promise<StoredObject | undefined> {
  if (current.object.metadata.deletionTimestamp !== undefined) return current;
  try {
    return await api.objects.put(resource, last, current.revision);
  } catch (error) {
    if (isStatusError(error, '')) return current;
    throw error;
  }
}

/** `object` in the place of what is stored. */
const withObject = ({ key, revision }: Pick<StoredObject, 'key' | 'revision'>, object: AnyObject): StoredObject =>
  new LooseObject(key, revision, withRevision(object, revision));

/** What a delete that takes an object away answers: where there are grace periods, that it has none left. */
function ended(resource: Resource, object: AnyObject, nowMs: number): AnyObject {
  const { finalizers = [], deletionTimestamp, deletionGracePeriodSeconds = 0, generation = 0 } = object.metadata;
  if (resource.graceSeconds === undefined) return object;
  const sinceMs = (timeMs(deletionTimestamp ?? '') ?? nowMs) - deletionGracePeriodSeconds * 1000;
  return withMetadata(object, finalizers, {
    deletionTimestamp: timeOf(deletionTimestamp === undefined ? nowMs : sinceMs),
    deletionGracePeriodSeconds: 0,
    ...(deletionTimestamp === undefined && tracksGeneration(resource) ? { generation: generation + 1 } : {}),
  });
}

/** Namespaces that the cluster cannot be without; admission/namespace/lifecycle. */
const IMMORTAL: ReadonlySet<string> = new Set(['default', 'kube-system', 'kube-public']);

function checkDeletable({ resource, name }: Write): void {
  if (resource.group === '' && resource.plural === 'namespaces' && IMMORTAL.has(name)) {
    throw forbiddenError(resource, name, 'this namespace may not be deleted');
  }
}

function checkPreconditions(
  { resource, name }: Write,
  { metadata }: AnyObject,
  { preconditions }: DeleteOptions,
): void {
  const { uid, resourceVersion } = preconditions ?? {};
  // Upstream names the kind here, not the resource.
  const named = { group: resource.group, plural: resource.kind };
  if (uid !== undefined && uid !== metadata.uid) {
    throw conflictError(
      named,
      name,
      `the UID in the precondition (${uid}) does not match the UID in record (${metadata.uid}). ` +
        'The object might have been deleted and then recreated',
    );
  }
  if (resourceVersion !== undefined && resourceVersion !== metadata.resourceVersion) {
    throw conflictError(
      named,
      name,
      `the ResourceVersion in the precondition (${resourceVersion}) does not match the ResourceVersion in record ` +
        `(${metadata.resourceVersion}). The object might have been modified`,
    );
  }
}

/**
 * The object as it is to be stored, itself where nothing changes, `undefined` where it is to be removed.
 * Pure; registry/rest BeforeDelete and the generic store's deletion rules.
 */
export function markDeleted(
  resource: Resource,
  object: AnyObject,
  options: DeleteOptions,
  nowMs: number,
): AnyObject | undefined {
  const { metadata } = object;
  if (metadata.deletionTimestamp === undefined && resource.beginDeletion !== undefined) {
    return resource.beginDeletion(object, { nowMs });
  }
  const finalizers = finalizersFor(metadata.finalizers ?? [], policyOf(resource, metadata, options));
  const wishedSeconds = graceOf(resource, object, options);
  const isHeld = finalizers.length > 0 || hasOwnFinalizers(object);
  if (metadata.deletionTimestamp !== undefined) {
    const nowSeconds = metadata.deletionGracePeriodSeconds ?? 0;
    const graceSeconds = Math.min(nowSeconds, wishedSeconds);
    if (graceSeconds === 0 && !isHeld) return undefined;
    const isShorter = graceSeconds < nowSeconds;
    if (!isShorter && isSameList(finalizers, metadata.finalizers ?? [])) return object;
    const since = (timeMs(metadata.deletionTimestamp) ?? nowMs) - nowSeconds * 1000;
    return withMetadata(object, finalizers, {
      deletionTimestamp: isShorter ? timeOf(since + graceSeconds * 1000) : metadata.deletionTimestamp,
      deletionGracePeriodSeconds: graceSeconds,
    });
  }
  if (wishedSeconds === 0 && !isHeld) return undefined;
  return terminating(
    withMetadata(object, finalizers, {
      deletionTimestamp: timeOf(nowMs + wishedSeconds * 1000),
      deletionGracePeriodSeconds: wishedSeconds,
      ...(tracksGeneration(resource) ? { generation: (metadata.generation ?? 0) + 1 } : {}),
    }),
  );
}

function graceOf(resource: Resource, object: AnyObject, { gracePeriodSeconds }: DeleteOptions): number {
  const seconds = resource.graceSeconds?.(object, gracePeriodSeconds) ?? 0;
  return Math.max(0, seconds);
}

function policyOf(
  { leavesDependents }: Resource,
  { finalizers = [] }: ObjectMeta,
  { propagationPolicy }: DeleteOptions,
): DeleteOptions['propagationPolicy'] {
  if (propagationPolicy !== undefined || leavesDependents !== true) return propagationPolicy;
  return finalizers.includes('foregroundDeletion') ? undefined : 'Orphan';
}

/** `propagationPolicy` is put down as a finalizer, for the garbage collector to act on. */
function finalizersFor(finalizers: readonly string[], policy: DeleteOptions['propagationPolicy']): readonly string[] {
  if (policy === undefined) return finalizers;
  const others = finalizers.filter(finalizer => finalizer !== 'orphan' && finalizer !== 'foregroundDeletion');
  if (policy === 'Orphan') return [...others, 'orphan'];
  return policy === 'Foreground' ? [...others, 'foregroundDeletion'] : others;
}

type Specified = AnyObject & { readonly spec?: { readonly finalizers?: readonly string[] }; readonly status?: object };

const isNamespace = ({ apiVersion, kind }: AnyObject): boolean => apiVersion === 'v1' && kind === 'Namespace';

const hasOwnFinalizers = (object: Specified): boolean =>
  isNamespace(object) && (object.spec?.finalizers ?? []).length > 0;

/** A namespace says so in its phase at once. */
function terminating(object: Specified): AnyObject {
  if (!isNamespace(object)) return object;
  const { deletionGracePeriodSeconds: _grace, ...metadata } = object.metadata;
  return { ...object, metadata, status: { ...object.status, phase: 'Terminating' } } as AnyObject;
}

const isSameList = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((item, index) => item === b[index]);

function withMetadata(object: AnyObject, finalizers: readonly string[], changed: Partial<ObjectMeta>): AnyObject {
  const { finalizers: _finalizers, ...metadata } = object.metadata;
  return {
    ...object,
    metadata: { ...metadata, ...changed, ...(finalizers.length === 0 ? {} : { finalizers }) },
  };
}
