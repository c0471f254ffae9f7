import { applyConfiguration } from '../../../src/api/apply-configuration.ts';
import type { PatchOptions } from '../../../src/api/client.ts';
import { configurationProblems } from '../../../src/api/configuration-problems.ts';
import { isRecord, type JsonRecord } from '../../../src/api/json-record.ts';
import type { AnyObject } from '../../../src/api/object-meta.ts';
import type { Resource } from '../../../src/api/resource.ts';
import { badRequestError, isStatusError, notFoundError } from '../../../src/api/status-error.ts';
import { wholeNode } from '../../../src/api/whole-node.ts';
import { Steps } from '../../../src/base/steps.ts';
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
  const configuration = ownPart(write, await judge(configurationOf(write, body)));
  const steps = new Steps(api.world.clock);
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
function configurationOf({ resource, name, namespace }: Write, body: unknown): AnyObject {
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
  const configuration = { ...body, metadata: { ...within, ...metadata, name } };
  checkTypes(resource, `${textOf(metadata['namespace'])}/${name}`, configuration);
  return withoutNulls(configuration) as AnyObject;
}

const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value);

/** Upstream 1.36 says the same, but with code 500, which it takes for a defect: the client is to blame. */
function checkTypes(resource: Resource, object: string, configuration: JsonRecord): void {
  const problems = configurationProblems(wholeNode(resource), configuration);
  if (problems.length === 0) return;
  const { group, version, kind } = resource;
  const text = problems.length === 1 ? problems[0] : ['errors:', ...problems.map(each => `  ${each}`)].join('\n');
  throw badRequestError(`failed to create typed patch object (${object}; ${group}/${version}, Kind=${kind}): ${text}`);
}

/** What this resource does not write is not applied either: the status, or all but the status. */
function ownPart(
  { resource, subresource }: Write,
  configuration: AnyObject & { readonly status?: unknown },
): AnyObject {
  if (resource.status !== true) return configuration;
  const { status, ...rest } = configuration;
  if (subresource !== 'status') return rest;
  const { apiVersion, kind, metadata } = configuration;
  const only = { apiVersion, kind, metadata };
  return status === undefined ? only : ({ ...only, status } as AnyObject);
}

/** What is `null` is not said. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isRecord(value)) return value;
  const said = Object.entries(value).filter(([, item]) => item !== null);
  return Object.fromEntries(said.map(([name, item]) => [name, withoutNulls(item)] as const));
}
