import { bumpGeneration } from '../../../src/api/bump-generation.ts';
import type { Key } from '../../../src/api/client.ts';
import { judgedAs } from '../../../src/api/judged-as.ts';
import { invalid, type FieldError } from '../../../src/api/field-error.ts';
import type { Manager } from '../../../src/api/managed-fields.ts';
import { managed } from './managed.ts';
import type { AnyObject, ObjectMeta } from '../../../src/api/object-meta.ts';
import type { Resource, WriteContext } from '../../../src/api/resource.ts';
import { settleObject } from '../../../src/api/settle-object.ts';
import {
  badRequestError,
  conflictError,
  invalidError,
  notFoundError,
  STALE_OBJECT,
} from '../../../src/api/status-error.ts';
import { otherUidError } from '../../../src/api/other-uid-error.ts';
import { givenMetadataErrors, keepServerMetadata, validateMetadata } from '../../../src/api/validate-metadata.ts';
import { validateChange, validateObject } from '../../../src/api/validate-object.ts';
import { isDeepEqual } from '../../../src/base/deep-equal.ts';
import type { Api, ManageOptions, SeenAs, Write } from '../api.ts';
import { checkOwnNamespace } from './check-own-namespace.ts';
import { releaseClaims, withClaims } from '../objects/claims.ts';
import type { AdmittedRequest } from '../contract.ts';
import { WRITE_ATTEMPTS } from '../limits.ts';
import { LooseObject, withRevision, type StoredObject } from '../objects/stored-object.ts';
import { withReadableManagers } from '../objects/sound-managers.ts';
import { namesRevision } from './names-revision.ts';

/** What a change makes of the object as it is now; run again when another write came first. */
export type Change = (current: AnyObject) => AnyObject | Promise<AnyObject>;

/**
 * Changes one stored object, by compare-and-swap; PUT and every patch end here. A body that names a revision
 * fails when it is not the current one any more; others are tried again on what others wrote.
 */
export async function update(
  api: Api,
  write: Write,
  change: Change,
  options: ManageOptions = {},
): Promise<StoredObject> {
  const { resource, steps } = write;
  for (let attempt = 1; ; attempt++) {
    const current = await api.objects.get(resource, keyOf(write));
    if (current === undefined) throw notFoundError(resource, write.name);
    const given = withReadableManagers(await change(current.object), current.object);
    checkNames(write, given);
    checkPreconditions(write, given, current.object, options.isPatch === true);
    const next = await changed(api, write, given, current, options);
    const isDone = !api.objects.isStale(current) && (await steps.run(() => isSame(next, current.object)));
    if (isDone) return current;
    const request = { operation: 'UPDATE', ...write, object: next, oldObject: current.object } as const;
    const stored = await api.admission.ending(request, () =>
      withClaims(api, write, next, current.object, claimed => commit(api, write, claimed, current)),
    );
    if (stored !== undefined) return stored;
    if (attempt === WRITE_ATTEMPTS) throw conflictError(resource, write.name, STALE_OBJECT);
  }
}

export const keyOf = ({ resource, namespace, name }: Write): Key =>
  resource.scope === 'Namespaced' ? { name, namespace } : { name };

/** Throws `StatusError` BadRequest where a body is about another object than its URL. */
export function checkNames({ resource, name, namespace }: Write, given: AnyObject): void {
  const { metadata } = given;
  if ((metadata.name ?? '') !== name) {
    throw badRequestError(
      (metadata.name ?? '') === ''
        ? `the name of the object (${name} based on URL) was undeterminable: name must be provided`
        : `the name of the object (${metadata.name}) does not match the name on the URL (${name})`,
    );
  }
  checkOwnNamespace({ resource, namespace }, given);
}

function checkPreconditions(
  { resource, name }: Write,
  { metadata }: AnyObject,
  current: AnyObject,
  isPatch: boolean,
): void {
  const { uid, resourceVersion } = metadata;
  if (resource.putByRevision === true && !namesRevision(resourceVersion)) {
    // Upstream names the resource here, not the kind.
    throw invalidError({ group: resource.group, kind: resource.plural }, name, [
      invalid('metadata.resourceVersion', 0, 'must be specified for an update'),
    ]);
  }
  if (!isPatch && uid !== undefined && uid !== '' && uid !== current.metadata.uid) {
    throw otherUidError(resource, current.metadata, uid);
  }
  if (!/^\d*$/.test(resourceVersion ?? '')) {
    throw badRequestError(`strconv.ParseUint: parsing ${JSON.stringify(resourceVersion)}: invalid syntax`);
  }
  if (namesRevision(resourceVersion) && resourceVersion !== current.metadata.resourceVersion) {
    throw conflictError(resource, name, STALE_OBJECT);
  }
}

async function changed(
  api: Api,
  write: Write,
  given: AnyObject,
  { object: old, isSettled }: StoredObject,
  { manages, isPatch, signsAs, isSigned = () => true, seenAs = AS_IT_IS }: ManageOptions,
): Promise<AnyObject> {
  const { resource, subresource, steps } = write;
  const nowMs = api.world.clock.now();
  const context = { nowMs, user: write.user };
  const manager = { name: write.fieldManager, subresource: signsAs ?? subresource };
  const keep = (next: AnyObject): AnyObject =>
    keepOther(resource, subresource, { ...next, metadata: keepServerMetadata(next, old) }, old, context);
  const kept = keep(given);
  const isWhole = subresource === '';
  const first = await steps.run(() => settleObject(resource, kept, isSettled ? old : undefined));
  // Which node a pod is on is the scheduler's word, which it leaves unsigned, and which was admitted as a Binding. What
  // preparation and admission change is nobody's, and what they take away stays signed.
  const isBinding = subresource === 'binding';
  const isUnsigned = manages === true || isBinding || !isSigned(old);
  const owned = isUnsigned ? first : await signed(write, { given, kept, first, old }, manager, nowMs);
  const patched = isPatch === true ? { isPatch } : {};
  const oldObject = seenAs.show(old);
  const request = { ...write, ...seenAs.request, ...patched, operation: 'UPDATE', oldObject } as const;
  const admitted = isBinding ? owned : await admittedBy(api, request, owned, seenAs);
  const settled = admitted === owned ? owned : await steps.run(() => settleObject(resource, keep(admitted), owned));
  const asked = settled === owned ? { ...kept, metadata: owned.metadata } : settled;
  const shaped = isWhole ? resource.prepareForUpdate?.(asked, old, context) : undefined;
  const prepared = shaped === undefined ? settled : await steps.run(() => settleObject(resource, shaped, settled));
  const object = isBinding ? prepared : bumpGeneration(resource, prepared, old);
  const judgement = isBinding ? undefined : resource.validateInSteps?.(object, old);
  if (judgement !== undefined) await steps.runThrough(judgement);
  const fixed = isBinding ? [] : givenMetadataErrors(given.metadata, old.metadata);
  const errors = [...fixed, ...(await steps.run(() => complaints(resource, subresource, object, old)))];
  if (errors.length > 0) throw invalidError(judgedAs(resource), write.name, errors);
  if (isWhole) for (const text of resource.warnings?.(object, old) ?? []) write.warn?.(text);
  if (!isBinding) await api.admission.validate({ ...request, object: seenAs.show(revised(object, old)) });
  return object;
}

interface Written {
  readonly given: AnyObject;
  /** What of it this resource writes, and that with its defaults. */
  readonly kept: AnyObject;
  readonly first: AnyObject;
  readonly old: AnyObject;
}

/** With who owns what then: of a part of what is wanted its sender all that was sent, what was taken and what was not. */
async function signed(
  { resource, subresource, steps }: Write,
  { given, kept, first, old }: Written,
  manager: Manager,
  nowMs: number,
): Promise<AnyObject> {
  const part = resource.parts?.[subresource];
  if (part === undefined || part.isOfStatus === true) {
    return managed(steps, resource, first, old, manager, nowMs, kept);
  }
  const sent = { ...given, metadata: keepServerMetadata(given, old) };
  const said = await steps.run(() => settleObject(resource, sent, old));
  const { managedFields } = (await managed(steps, resource, said, old, manager, nowMs, sent)).metadata;
  return managedFields === undefined ? first : { ...first, metadata: { ...first.metadata, managedFields } };
}

/** A body that names no revision is about the one it replaces. */
function revised(object: AnyObject, { metadata: { resourceVersion } }: AnyObject): AnyObject {
  if (namesRevision(object.metadata.resourceVersion)) return object;
  return { ...object, metadata: { ...object.metadata, resourceVersion } };
}

/** What mutators make of the object, or of what of it they see. */
async function admittedBy(
  api: Api,
  request: Omit<AdmittedRequest, 'object'>,
  object: AnyObject,
  { show, take }: SeenAs,
): Promise<AnyObject> {
  const shown = show(object);
  const mutated = await api.admission.mutate({ ...request, object: shown });
  checkOwnNamespace(request, mutated);
  return mutated === shown ? object : take(object, mutated);
}

const AS_IT_IS: SeenAs = { request: {}, show: object => object, take: (_object, shown) => shown };

function complaints(resource: Resource, subresource: string, object: AnyObject, old: AnyObject): readonly FieldError[] {
  // Who binds was judged; of the pod only where it is, its condition and annotations are others, and upstream judges none.
  if (subresource === 'binding') return validateMetadata(resource, object.metadata);
  const part = resource.parts?.[subresource];
  const change =
    subresource === 'status'
      ? (resource.validateStatusUpdate?.(object, old) ?? [])
      : part !== undefined
        ? (part.validateUpdate?.(object, old) ?? [])
        : OWN_RULES.has(subresource)
          ? []
          : validateChange(resource, object, old);
  return [...changedOnly(validateObject(resource, object, old), object, old), ...change];
}

/** A desired state that was taken once is not judged again by later rules, so that its object can still end. */
function changedOnly(errors: readonly FieldError[], object: Desiring, old: Desiring): readonly FieldError[] {
  return errors.length > 0 && isDeepEqual(object.spec, old.spec)
    ? errors.filter(({ field }) => field !== 'spec' && !field.startsWith('spec.'))
    : errors;
}

type Desiring = AnyObject & { readonly spec?: unknown };

/** Subresources that may change what is fixed otherwise; who answers them judges. */
const OWN_RULES: ReadonlySet<string> = new Set(['finalize']);

type Parts = AnyObject & { readonly status?: unknown };

/** The main resource does not write the status, and the status subresource writes only it and metadata. */
function keepOther(resource: Resource, subresource: string, next: Parts, old: Parts, context: WriteContext): AnyObject {
  const part = resource.parts?.[subresource];
  if (part !== undefined) return part.keep(next, old, context);
  if (resource.status !== true || (subresource !== '' && subresource !== 'status')) return next;
  if (subresource === 'status') {
    const written = {
      ...old,
      metadata: next.metadata,
      ...(next.status === undefined ? {} : { status: next.status }),
    };
    return resource.prepareForStatusUpdate?.(written, old, context) ?? written;
  }
  const { status: _status, ...rest } = next;
  return old.status === undefined ? rest : ({ ...rest, status: old.status } as AnyObject);
}

/** Nothing but the time of a manager's last write would change. */
function isSame(next: AnyObject, old: AnyObject): boolean {
  const isSameBody = isDeepEqual({ ...next, metadata: undefined }, { ...old, metadata: undefined });
  return isSameBody && isDeepEqual(timeless(next.metadata), timeless(old.metadata));
}

function timeless({ managedFields, resourceVersion: _revision, ...metadata }: ObjectMeta): unknown {
  return { ...metadata, managedFields: managedFields?.map(entry => ({ ...entry, time: '' })) };
}

async function commit(
  api: Api,
  write: Write,
  object: AnyObject,
  current: StoredObject,
): Promise<StoredObject | undefined> {
  const { resource, dryRun } = write;
  if (dryRun) return new LooseObject(current.key, current.revision, withRevision(object, current.revision));
  if (!isFinished(object)) {
    return api.objects.put(resource, object, current.revision, { isSettled: true, replaces: current.object });
  }
  const removed = await api.objects.remove(resource, current);
  if (removed === undefined) return undefined;
  await releaseClaims(api, write, current.object);
  return new LooseObject(removed.key, removed.revision, withRevision(object, removed.revision));
}

/** Deleted before, and nothing holds it any more. */
function isFinished(object: AnyObject & { readonly spec?: { readonly finalizers?: readonly string[] } }): boolean {
  const { deletionTimestamp, deletionGracePeriodSeconds = 0, finalizers = [] } = object.metadata;
  if (deletionTimestamp === undefined || deletionGracePeriodSeconds > 0 || finalizers.length > 0) return false;
  return object.kind !== 'Namespace' || (object.spec?.finalizers ?? []).length === 0;
}
