import type { Caches } from '../../../src/sdk/caches.ts';
import { controllerOf } from '../../../src/sdk/controller-reference.ts';
import { Deployment } from '../../kinds/apps/v1/deployment.ts';
import { ReplicaSet } from '../../kinds/apps/v1/replica-set.ts';
import { StatefulSet } from '../../kinds/apps/v1/stateful-set.ts';
import type { Pod } from '../../kinds/core/v1/pod.ts';
import { ReplicationController } from '../../kinds/core/v1/replication-controller.ts';

/** How many pods the owners of some pods want to have together. */
export type ExpectedPods =
  | { readonly type: 'counted'; readonly count: number; readonly unmanaged: readonly string[] }
  | { readonly type: 'unknown'; readonly message: string };

/** Each owner counts once, a Deployment in place of its ReplicaSets; pods without an owner are named. */
export function expectedPods(pods: readonly Pod[], caches: Caches): ExpectedPods {
  const scales = new Map<string, number>();
  const unmanaged: string[] = [];
  for (const pod of pods) {
    const { name, namespace } = pod.metadata;
    const owner = controllerOf(pod);
    if (owner === undefined) {
      unmanaged.push(name);
      continue;
    }
    const scale = scaleOf(owner, namespace, caches);
    if (scale === undefined) return { type: 'unknown', message: `found no controllers for pod "${name}"` };
    scales.set(scale.uid, scale.replicas);
  }
  return { type: 'counted', count: [...scales.values()].reduce((sum, count) => sum + count, 0), unmanaged };
}

interface Scale {
  readonly uid: string;
  readonly replicas: number;
}
interface Owner {
  readonly kind: string;
  readonly uid: string;
}

function scaleOf({ kind, uid }: Owner, namespace: string | undefined, caches: Caches): Scale | undefined {
  if (kind === 'StatefulSet') return scaleFrom(caches.of(StatefulSet).byUid(uid));
  if (kind === 'ReplicationController') return scaleFrom(caches.of(ReplicationController).byUid(uid));
  if (kind !== 'ReplicaSet') return undefined;
  const set = caches.of(ReplicaSet).byUid(uid);
  const above = set && controllerOf(set);
  if (above?.kind !== 'Deployment') return scaleFrom(set);
  const deployment = caches.of(Deployment).get(above.name, namespace);
  return deployment?.metadata.uid === above.uid ? scaleFrom(deployment) : undefined;
}

interface Scaled {
  readonly metadata: { readonly uid: string };
  readonly spec: { readonly replicas: number };
}
const scaleFrom = (owner: Scaled | undefined): Scale | undefined =>
  owner && { uid: owner.metadata.uid, replicas: owner.spec.replicas };
