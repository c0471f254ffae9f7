import { messageOf } from '../../../src/base/message-of.ts';
import type { Client } from '../../../src/api/client.ts';
import type { Resource } from '../../../src/api/resource.ts';
import { isStatusError, qualified } from '../../../src/api/status-error.ts';
import { LIST_PAGE } from '../limits.ts';

/** What a namespace still holds after a pass that deleted what it could. */
export interface Remaining {
  /** By resource, how many objects wait to be removed. */
  readonly counts: ReadonlyMap<string, number>;
  /** By finalizer, how many objects it holds. */
  readonly finalizers: ReadonlyMap<string, number>;
  readonly errors: readonly string[];
}

/** Kinds whose objects live in namespaces and can be deleted; each once, whatever its versions. */
export function deletableResources(all: readonly Resource[]): readonly Resource[] {
  const byName = new Map<string, Resource>();
  for (const resource of all) {
    const { scope, virtual, storedAs, verbs } = resource;
    const isDeletable = verbs === undefined || (verbs.includes('delete') && verbs.includes('list'));
    const isOwn = scope === 'Namespaced' && virtual !== true && storedAs === undefined && isDeletable;
    if (isOwn && !byName.has(qualified(resource))) byName.set(qualified(resource), resource);
  }
  return [...byName.values()];
}

/**
 * Deletes all there is in a namespace: pods first, and the rest only when no pod is left, so that nothing a
 * pod still uses goes before it (KEP-5080).
 */
export async function deleteContent(client: Client, namespace: string, all: readonly Resource[]): Promise<Remaining> {
  const resources = deletableResources(all);
  const isPods = (resource: Resource): boolean => resource.group === '' && resource.plural === 'pods';
  const pods = await deleteAll(client, namespace, resources.filter(isPods));
  if (pods.counts.size > 0 || pods.errors.length > 0) return pods;
  return deleteAll(
    client,
    namespace,
    resources.filter(resource => !isPods(resource)),
  );
}

async function deleteAll(client: Client, namespace: string, resources: readonly Resource[]): Promise<Remaining> {
  const counts = new Map<string, number>();
  const finalizers = new Map<string, number>();
  const errors: string[] = [];
  for (const resource of resources) {
    try {
      if ((await client.list(resource, { namespace, limit: 1 })).items.length === 0) continue;
      await client.deleteCollection(resource, { namespace, propagationPolicy: 'Background' });
      for (const { metadata } of await listAll(client, resource, namespace)) {
        add(counts, qualified(resource));
        for (const finalizer of metadata.finalizers ?? []) add(finalizers, finalizer);
      }
    } catch (error) {
      if (isStatusError(error, 'NotFound', 'MethodNotAllowed')) continue;
      errors.push(messageOf(error));
    }
  }
  return { counts, finalizers, errors };
}

async function listAll(client: Client, resource: Resource, namespace: string) {
  let page = await client.list(resource, { namespace, limit: LIST_PAGE });
  const items = [...page.items];
  while (page.continue !== undefined && page.continue !== '') {
    page = await client.list(resource, { namespace, limit: LIST_PAGE, continue: page.continue });
    items.push(...page.items);
  }
  return items;
}

const add = (counts: Map<string, number>, name: string): void => void counts.set(name, (counts.get(name) ?? 0) + 1);
