import { pathOf, type Found } from '../builder/found.ts';
import type { Call } from '../command/verb.ts';
import { textAt } from '../dig.ts';
import { Failure, isReason } from '../failures.ts';
import { groupResource, resourcePath } from '../rest/api-resource.ts';
import type { RestClient } from '../rest/rest-client.ts';
import { watch } from '../rest/watch.ts';

/** Waits until each is gone, or another stands in its place; 0 waits for a week. */
export async function untilGone({ cluster, terminal }: Call, all: readonly Found[], timeoutMs: number): Promise<void> {
  const client = await cluster.client();
  const ends = AbortSignal.timeout(timeoutMs > 0 ? Math.ceil(timeoutMs) : WEEK_MS);
  for (const found of all) {
    const signal = AbortSignal.any([ends, terminal.over]);
    if (await isGone(client, found, signal)) continue;
    throw new Failure(`timed out waiting for the condition on ${groupResource(found.resource)}/${found.name}`);
  }
}

const WEEK_MS = 7 * 24 * 3_600_000;

async function isGone(client: RestClient, found: Found, signal: AbortSignal): Promise<boolean> {
  while (!signal.aborted) {
    let resourceVersion: string;
    try {
      const now = await client.json(pathOf(found));
      if (textAt(now, 'metadata', 'uid') !== textAt(found.object, 'metadata', 'uid') && found.source === '')
        return true;
      resourceVersion = textAt(now, 'metadata', 'resourceVersion');
    } catch (error) {
      if (isReason(error, 'NotFound')) return true;
      throw error;
    }
    const query = { fieldSelector: `metadata.name=${found.name}`, resourceVersion };
    for await (const { type } of watch(client, resourcePath(found.resource, found.namespace), { query, signal })) {
      if (type === 'DELETED') return true;
    }
  }
  return false;
}
