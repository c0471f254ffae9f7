import { tracksGeneration } from '../../../src/api/bump-generation.ts';
import { judgedAs } from '../../../src/api/judged-as.ts';
import { generateName } from '../../../src/api/generate-name.ts';
import { managed } from './managed.ts';
import type { AnyObject, NewObjectMeta, ObjectMeta } from '../../../src/api/object-meta.ts';
import type { Resource } from '../../../src/api/resource.ts';
import { settleObject } from '../../../src/api/settle-object.ts';
import { alreadyExistsError, badRequestError, invalidError } from '../../../src/api/status-error.ts';
import { validateNew } from '../../../src/api/validate-object.ts';
import { timeOf } from '../../../src/base/timestamp.ts';
import type { Api, ManageOptions, Write } from '../api.ts';
import { withClaims } from '../objects/claims.ts';
import { NAME_ATTEMPTS } from '../limits.ts';
import { checkNamespace } from './check-namespace.ts';
import { checkOwnNamespace } from './check-own-namespace.ts';
import { createVirtual } from './create-virtual.ts';
import { LooseObject, type StoredObject } from '../objects/stored-object.ts';

/** POST of an object: everything between decoding and the answer, in one line. */
export async function create(
  api: Api,
  write: Write,
  body: AnyObject,
  { manages }: ManageOptions = {},
): Promise<StoredObject> {
  const { resource, steps } = write;
  if (resource.virtual === true) return createVirtual(api, write, body);
  const nowMs = api.world.clock.now();
  checkBody(write, body);
  const named = { ...write, name: body.metadata.name ?? '' };
  await checkNamespace(api, named);
  const defaulted = await steps.run(() => settleObject(resource, asObject(withoutServersPart(write, body))));
  const manager = { name: write.fieldManager, subresource: '' };
  // What preparation and admission change is nobody's, and what they take away stays signed.
  const owned =
    manages === true ? defaulted : await managed(steps, resource, defaulted, undefined, manager, nowMs, body);
  const request = { operation: 'CREATE', ...named, oldObject: undefined } as const;
  const admitted = await api.admission.mutate({ ...request, object: owned });
  checkOwnNamespace(write, admitted);
  const settled =
    admitted === owned
      ? owned
      : await steps.run(() => settleObject(resource, asObject(withoutServersPart(write, admitted)), owned));
  const { name = '', generateName: base = '' } = unborn(settled);
  const isGenerated = name === '' && base !== '';
  for (let attempt = 1; ; attempt++) {
    const born = newObject(api, resource, settled, nowMs);
    const object = resource.prepareForCreate?.(born, { nowMs, user: write.user }) ?? born;
    const judgement = resource.validateInSteps?.(object);
    if (judgement !== undefined) await steps.runThrough(judgement);
    const errors = await steps.run(() => validateNew(resource, object));
    if (errors.length > 0) throw invalidError(judgedAs(resource), object.metadata.name ?? '', errors);
    for (const text of resource.warnings?.(object) ?? []) write.warn?.(text);
    const judged = { ...request, name: object.metadata.name, object };
    await api.admission.validate(judged);
    const stored = await api.admission.ending(judged, () =>
      withClaims(api, write, object, undefined, claimed => commit(api, write, claimed, body.metadata)),
    );
    if (stored !== undefined) return stored;
    if (!isGenerated || attempt === NAME_ATTEMPTS) throw alreadyExistsError(resource, object.metadata.name);
  }
}

/** As etcd's storage reads it: 0 is none, and what is no number is passed over. */
const REVISION = /^0*[1-9]\d*$/;

async function commit(
  { objects }: Api,
  { resource, dryRun }: Write,
  object: AnyObject,
  { resourceVersion }: Pick<ObjectMeta, 'resourceVersion'>,
): Promise<StoredObject | undefined> {
  // What is new is of no revision yet. It is judged before this is, as whose else's it may not be made is told first.
  if (!dryRun && REVISION.test(resourceVersion ?? '')) {
    throw badRequestError('resourceVersion should not be set on objects to be created');
  }
  if (!dryRun) return objects.put(resource, object, 0, { isSettled: true, replaces: 'nothing' });
  const { name, namespace } = object.metadata;
  const there = await objects.get(resource, namespace === undefined ? { name } : { name, namespace });
  return there === undefined ? new LooseObject('', 0, object) : undefined;
}

function checkBody(write: Write, body: AnyObject): void {
  const { resource, namespace } = write;
  if (resource.scope === 'Namespaced' && namespace === '') {
    throw badRequestError('an empty namespace may not be set during creation');
  }
  checkOwnNamespace(write, body);
}

/** Nothing of what only the server may say is taken from the client, nor from who mutates. */
function withoutServersPart({ resource, namespace }: Write, body: AnyObject): Unborn {
  const { status: _status, ...withoutStatus } = body as AnyObject & { readonly status?: unknown };
  const { name, generateName, labels, annotations, ownerReferences, finalizers, managedFields } = body.metadata;
  const metadata: NewObjectMeta & Pick<ObjectMeta, 'managedFields'> = {
    ...(name === undefined ? {} : { name }),
    ...(generateName === undefined ? {} : { generateName }),
    ...(resource.scope === 'Namespaced' ? { namespace } : namespaceOf(body.metadata)),
    ...(labels === undefined ? {} : { labels }),
    ...(annotations === undefined ? {} : { annotations }),
    ...(ownerReferences === undefined ? {} : { ownerReferences }),
    ...(finalizers === undefined ? {} : { finalizers }),
    ...(managedFields === undefined ? {} : { managedFields }),
  };
  const dropsStatus = resource.status === true && resource.createdWithStatus !== true;
  return { ...(dropsStatus ? withoutStatus : body), metadata };
}

/** What the server says itself is not there yet, its revision last, and nobody asks for it. */
const asObject = (unborn: Unborn): AnyObject => unborn as AnyObject;

const unborn = ({ metadata }: AnyObject): Unborn['metadata'] => metadata;

type Unborn = Omit<AnyObject, 'metadata'> & {
  readonly metadata: NewObjectMeta & Pick<ObjectMeta, 'managedFields'>;
};

/** What the server alone says of a new object. */
function newObject({ world }: Api, resource: Resource, settled: AnyObject, nowMs: number): AnyObject {
  const { name = '', generateName: base, namespace, ...others } = unborn(settled);
  const metadata = {
    // Without either the object is judged as it is, and refused.
    name: name === '' && (base ?? '') !== '' ? generateName(base ?? '', () => world.random.fraction()) : name,
    ...(base === undefined ? {} : { generateName: base }),
    ...(namespace === undefined ? {} : { namespace }),
    uid: world.random.uuid(),
    ...(tracksGeneration(resource) ? { generation: 1 } : {}),
    creationTimestamp: timeOf(nowMs),
    ...others,
  };
  return asObject({ ...settled, metadata });
}

/** A cluster-scoped object's namespace is kept for validation to refuse. */
const namespaceOf = ({ namespace }: Pick<ObjectMeta, 'namespace'>): Pick<ObjectMeta, 'namespace'> =>
  namespace === undefined || namespace === '' ? {} : { namespace };
