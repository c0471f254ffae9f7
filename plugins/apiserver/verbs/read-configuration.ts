import { configurationProblems } from '../../../src/api/configuration-problems.ts';
import { isRecord, member, type JsonRecord } from '../../../src/api/json-record.ts';
import type { AnyObject } from '../../../src/api/object-meta.ts';
import { badRequestError } from '../../../src/api/status-error.ts';
import { wholeNode } from '../../../src/api/whole-node.ts';
import type { Write } from '../api.ts';

type Applied = Pick<Write, 'resource' | 'name' | 'namespace' | 'steps'>;

/** The configuration that a body holds: of this kind and name, of the right types, what is `null` left out. */
export async function readConfiguration(applied: Applied, body: unknown): Promise<AnyObject> {
  const { steps } = applied;
  const given = await steps.run(() => configurationOf(applied, body));
  await steps.run(() => checkTypes(applied, body, given));
  return (await steps.run(() => withoutNulls(given))) as AnyObject;
}

/** Throws `StatusError` BadRequest for what cannot be applied to this object. */
function configurationOf({ resource, name, namespace }: Applied, body: unknown): JsonRecord {
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
function checkTypes({ resource, name }: Applied, body: unknown, configuration: JsonRecord): void {
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
