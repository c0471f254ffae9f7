import { tracksGeneration } from '../../../src/api/bump-generation.ts';
import { judgedAs } from '../../../src/api/judged-as.ts';
import { generateName } from '../../../src/api/generate-name.ts';
import { managed } from './managed.ts';
import type { AnyObject, ObjectMeta } from '../../../src/api/object-meta.ts';
import { settleObject } from '../../../src/api/settle-object.ts';
import { alreadyExistsError, badRequestError, invalidError } from '../../../src/api/status-error.ts';
import { validateNew } from '../../../src/api/validate-object.ts';
import { timeOf } from '../../../src/base/timestamp.ts';
import type { Api, ManageOptions, Write } from '../api.ts';
import { withClaims } from '../claims.ts';
import { NAME_ATTEMPTS } from '../limits.ts';
import { checkNamespace } from '../namespace-gate.ts';
import { createVirtual } from './create-virtual.ts';
import { LooseObject, type StoredObject } from '../stored-object.ts';

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
  const isGenerated = (body.metadata.name ?? '') === '' && (body.metadata.generateName ?? '') !== '';
  for (let attempt = 1; ; attempt++) {
    const born = newObject(api, write, body, nowMs);
    const defaulted = await steps.run(() => settleObject(resource, born));
    const request = { operation: 'CREATE', ...named, name: born.metadata.name, oldObject: undefined } as const;
    const manager = { name: write.fieldManager, subresource: '' };
    // What preparation and admission change is nobody's, and what they take away stays signed.
    const owned = manages === true ? defaulted : await managed(steps, resource, defaulted, undefined, manager, nowMs);
    const admitted = await api.admission.mutate({ ...request, object: owned });
    const prepared = resource.prepareForCreate?.(admitted, { nowMs, user: write.user }) ?? admitted;
    const object = prepared === owned ? owned : await steps.run(() => settleObject(resource, prepared, defaulted));
    const errors = await steps.run(() => validateNew(resource, object));
    if (errors.length > 0) throw invalidError(judgedAs(resource), object.metadata.name ?? '', errors);
    for (const text of resource.warnings?.(object) ?? []) write.warn?.(text);
    await api.admission.validate({ ...request, object });
    const stored = await api.admission.ending({ ...request, object }, () =>
      withClaims(api, write, object, undefined, claimed => commit(api, write, claimed)),
    );
    if (stored !== undefined) return stored;
    if (!isGenerated || attempt === NAME_ATTEMPTS) throw alreadyExistsError(resource, object.metadata.name);
  }
}

async function commit(
  { objects }: Api,
  { resource, dryRun }: Write,
  object: AnyObject,
): Promise<StoredObject | undefined> {
  if (!dryRun) return objects.put(resource, object, 0, { isSettled: true });
  const { name, namespace } = object.metadata;
  const there = await objects.get(resource, namespace === undefined ? { name } : { name, namespace });
  return there === undefined ? new LooseObject('', 0, object) : undefined;
}

function checkBody({ resource, namespace }: Write, { metadata }: AnyObject): void {
  if (resource.scope === 'Namespaced' && namespace === '') {
    throw badRequestError('an empty namespace may not be set during creation');
  }
  if (resource.scope === 'Namespaced' && (metadata.namespace || namespace) !== namespace) {
    throw badRequestError('the namespace of the provided object does not match the namespace sent on the request');
  }
  if ((metadata.resourceVersion ?? '') !== '') {
    throw badRequestError('resourceVersion should not be set on objects to be created');
  }
  if ((metadata.name ?? '') === '' && (metadata.generateName ?? '') === '') {
    throw invalidError(judgedAs(resource), '', [
      { type: 'FieldValueRequired', field: 'metadata.name', detail: 'name or generateName is required' },
    ]);
  }
}

/** What the server alone says of a new object, and nothing of what only it may say taken from the client. */
function newObject({ world }: Api, { resource, namespace }: Write, body: AnyObject, nowMs: number): AnyObject {
  const { status: _status, ...withoutStatus } = body as AnyObject & { readonly status?: unknown };
  const {
    name,
    generateName: base,
    labels,
    annotations,
    ownerReferences,
    finalizers,
    managedFields,
    ...ignored
  } = body.metadata;
  const isNamed = (name ?? '') !== '';
  const metadata: ObjectMeta = {
    name: isNamed ? name : generateName(base ?? '', () => world.random.fraction()),
    ...(base === undefined ? {} : { generateName: base }),
    ...(resource.scope === 'Namespaced' ? { namespace } : namespaceOf(ignored)),
    uid: world.random.uuid(),
    resourceVersion: '',
    ...(tracksGeneration(resource) ? { generation: 1 } : {}),
    creationTimestamp: timeOf(nowMs),
    ...(labels === undefined ? {} : { labels }),
    ...(annotations === undefined ? {} : { annotations }),
    ...(ownerReferences === undefined ? {} : { ownerReferences }),
    ...(finalizers === undefined ? {} : { finalizers }),
    ...(managedFields === undefined ? {} : { managedFields }),
  };
  const dropsStatus = resource.status === true && resource.createdWithStatus !== true;
  return { ...(dropsStatus ? withoutStatus : body), metadata };
}

/** A cluster-scoped object's namespace is kept for validation to refuse. */
const namespaceOf = ({ namespace }: Pick<ObjectMeta, 'namespace'>): Pick<ObjectMeta, 'namespace'> =>
  namespace === undefined || namespace === '' ? {} : { namespace };
