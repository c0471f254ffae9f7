import { applyConfiguration } from '../../../src/api/apply-configuration.ts';
import type { PatchOptions } from '../../../src/api/client.ts';
import { configurationProblems } from '../../../src/api/configuration-problems.ts';
import { isRecord, member, type JsonRecord } from '../../../src/api/json-record.ts';
import type { AnyObject } from '../../../src/api/object-meta.ts';
import { badRequestError, isStatusError, notFoundError } from '../../../src/api/status-error.ts';
import { wholeNode } from '../../../src/api/whole-node.ts';
import type { Api, Write } from '../api.ts';
import { create } from './create.ts';
import type { Judge } from './judge.ts';
import type { WriteAnswer } from './write-answer.ts';
import { keyOf, update } from './update.ts';

/** Server-side apply of a configuration; makes the object where it is absent. */
export async function apply(
  api: Api,
  write: Write,
  body: unknown,
  { force = false }: PatchOptions,
  judge: Judge,
): Promise<WriteAnswer> {
  const { steps } = write;
  const given = await steps.run(() => configurationOf(write, body));
  await steps.run(() => checkTypes(write, body, given));
  const configuration = ownPart(write, await judge((await steps.run(() => withoutNulls(given))) as AnyObject));
  const manager = { name: write.fieldManager, subresource: write.subresource };
  const options = { manager, force, nowMs: api.world.clock.now() };
  for (;;) {
    const current = await api.objects.get(write.resource, keyOf(write));
    try {
      if (current !== undefined) {
        const change = (live: AnyObject): Promise<AnyObject> =>
          applyConfiguration(steps, write.resource, live, configuration, options);
        return { object: await update(api, write, change, { manages: true }), isNew: false };
      }
      if (write.subresource !== '') throw notFoundError(write.resource, write.name);
      const born = await applyConfiguration(steps, write.resource, undefined, configuration, options);
      return { object: await create(api, { ...write, name: '' }, born, { manages: true }), isNew: true };
    } catch (error) {
      // Someone made or removed it meanwhile: what is there now decides.
      if (!isStatusError(error, current === undefined ? 'AlreadyExists' : 'NotFound')) throw error;
      if (write.subresource !== '') throw error;
    }
  }
}

/** Throws `StatusError` BadRequest for what cannot be applied to this object. */
function configurationOf({ resource, name, namespace }: Write, body: unknown): JsonRecord {
  if (!isRecord(body)) throw badRequestError('an applied configuration is an object');
  const metadata = isRecord(body['metadata']) ? body['metadata'] : {};
  if (body['apiVersion'] !== resource.apiVersion || body['kind'] !== resource.kind) {
    const [version = '', group = ''] = textOf(body['apiVersion']).split('/').toReversed();
    throw badRequestError(`invalid object type: ${group}/${version}, Kind=${textOf(body['kind'])}`);
  }
  if (metadata['managedFields'] !== undefined) throw badRequestError('metadata.managedFields must be nil');
  const said = metadata['name'] ?? name;
  if (said !== name) {
    throw badRequestError(`the name of the object (${textOf(said)}) does not match the name on the URL (${name})`);
  }
  const within = namespace === '' ? {} : { namespace };
  return { ...body, metadata: { ...within, ...metadata, name } };
}

const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value);

/** Upstream 1.36 says the same, but with code 500, which it takes for a defect: the client is to blame. */
function checkTypes({ resource, name }: Write, body: unknown, configuration: JsonRecord): void {
  const problems = configurationProblems(wholeNode(resource), configuration);
  if (problems.length === 0) return;
  const metadata = member(isRecord(body) ? body : {}, 'metadata');
  const saidNamespace = textOf(isRecord(metadata) ? metadata['namespace'] : undefined);
  const { group, version, kind } = resource;
  const text = problems.length === 1 ? problems[0] : ['errors:', ...problems.map(each => `  ${each}`)].join('\n');
  throw badRequestError(
    `failed to create typed patch object (${saidNamespace}/${name}; ${group}/${version}, Kind=${kind}): ${text}`,
  );
}

/** What this resource does not write is not applied either: the status, or all but it, or but its part. */
function ownPart(
  { resource, subresource }: Write,
  configuration: AnyObject & { readonly spec?: unknown; readonly status?: unknown },
): AnyObject {
  if (resource.status !== true) return configuration;
  const { status, ...rest } = configuration;
  const part = resource.parts?.[subresource];
  if (subresource !== 'status' && part === undefined) return rest;
  const { apiVersion, kind, metadata } = configuration;
  const only = { apiVersion, kind, metadata };
  if (part?.applied !== undefined) {
    const { spec } = configuration;
    return isRecord(spec) ? ({ ...only, spec: part.applied(spec) } as AnyObject) : only;
  }
  return status === undefined ? only : ({ ...only, status } as AnyObject);
}

/** What is `null` is not said. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isRecord(value)) return value;
  let said: Record<string, unknown> | undefined;
  for (const name of Object.keys(value)) {
    const before = value[name];
    const after = withoutNulls(before);
    if (after === null) delete (said ??= { ...value })[name];
    else if (after !== before) (said ??= { ...value })[name] = after;
  }
  return said ?? value;
}
