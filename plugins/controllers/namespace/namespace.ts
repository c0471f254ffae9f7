import { timeMs } from '../../../src/base/timestamp.ts';
import type { Resource } from '../../../src/api/resource.ts';
import { isStatusError } from '../../../src/api/status-error.ts';
import { defineController, reads, type Controller, type ControllerClient } from '../../../src/sdk/controller.ts';
import { Namespace } from '../../kinds/core/v1/namespace.ts';
import { Pod } from '../../kinds/core/v1/pod.ts';
import { deletionConditions } from './deletion-conditions.ts';
import { deleteContent } from './remaining-content.ts';

/** Empties a namespace that is being deleted, then lets go of it. `allResources` is asked at each pass. */
export function namespaceController(allResources: () => readonly Resource[]): Controller {
  return defineController({
    name: 'namespace-controller',
    primary: Namespace,
    reads: [
      reads(Pod, ({ metadata: { namespace = '' } }, caches) =>
        caches.of(Namespace).get(namespace)?.metadata.deletionTimestamp === undefined ? [] : [{ name: namespace }],
      ),
    ],
    writes: [
      { apiGroups: ['*'], resources: ['*'], verbs: ['get', 'list', 'delete', 'deletecollection'] },
      Namespace.canOn('finalize', 'update', 'patch'),
      Namespace.canOn('status', 'update'),
    ],
    concerns: ({ metadata, spec }) =>
      metadata.deletionTimestamp !== undefined && (spec.finalizers ?? []).includes(FINALIZER),

    async reconcile({ object: namespace, client, nowMs }) {
      const remaining = await deleteContent(client, namespace.metadata.name, allResources());
      const conditions = deletionConditions(namespace.status.conditions, remaining, nowMs);
      if (remaining.counts.size === 0 && remaining.errors.length === 0) {
        await finalize(client, namespace);
        return {};
      }
      return { status: { ...namespace.status, conditions }, requeueAfterMs: againInMs(namespace, nowMs) };
    },
  });
}

const FINALIZER = 'kubernetes';

/**
 * Looks again for objects held by finalizers, ever less often: their kinds are not watched here. Pods wake
 * their namespace as they go.
 */
function againInMs({ metadata }: Namespace, nowMs: number): number {
  const elapsedMs = nowMs - (timeMs(metadata.deletionTimestamp) ?? nowMs);
  return Math.min(15_000, Math.max(100, elapsedMs / 4));
}

async function finalize(client: ControllerClient, { metadata, spec }: Namespace): Promise<void> {
  const finalizers = (spec.finalizers ?? []).filter(finalizer => finalizer !== FINALIZER);
  const body = { metadata: { uid: metadata.uid }, spec: { finalizers } };
  try {
    await client.patch(Namespace, { name: metadata.name }, { type: 'merge', body }, { subresource: 'finalize' });
  } catch (error) {
    if (!isStatusError(error, 'NotFound')) throw error;
  }
}
