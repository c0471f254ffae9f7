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
      return { status: { ...namespace.status, conditions }, requeueAfterMs: AGAIN_MS };
    },
  });
}

const FINALIZER = 'kubernetes';

/** Of objects that wait for finalizers nobody here watches; pods wake their namespace as they go. */
const AGAIN_MS = 2000;

async function finalize(client: ControllerClient, { metadata, spec }: Namespace): Promise<void> {
  const finalizers = (spec.finalizers ?? []).filter(finalizer => finalizer !== FINALIZER);
  const body = { metadata: { uid: metadata.uid }, spec: { finalizers } };
  try {
    await client.patch(Namespace, { name: metadata.name }, { type: 'merge', body }, { subresource: 'finalize' });
  } catch (error) {
    if (!isStatusError(error, 'NotFound')) throw error;
  }
}
