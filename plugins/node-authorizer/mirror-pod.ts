import { notFoundError } from '../../src/api/status-error.ts';
import type { Cache } from '../../src/sdk/caches.ts';
import { Node } from '../kinds/core/v1/node.ts';
import type { Pod } from '../kinds/core/v1/pod.ts';
import { refersToAny } from './pod-references.ts';

const MIRROR = 'kubernetes.io/config.mirror';

/** Why a pod that a node makes is no picture of one that runs there already; `undefined` if it is. */
export function mirrorPodProblem(pod: Pod, nodeName: string, nodes: Cache<Node>): string | undefined {
  const node = `node ${JSON.stringify(nodeName)}`;
  const { annotations = {}, ownerReferences: owners = [] } = pod.metadata;
  if (!Object.hasOwn(annotations, MIRROR)) {
    return `pod does not have "${MIRROR}" annotation, ${node} can only create mirror pods`;
  }
  if (pod.spec.nodeName !== nodeName) return `${node} can only create pods with spec.nodeName set to itself`;
  const [owner] = owners;
  if (owners.length > 1) return `${node} can only create pods with a single owner reference set to itself`;
  if (owner?.apiVersion !== 'v1' || owner.kind !== 'Node' || owner.name !== nodeName) {
    return `${node} can only create pods with an owner reference set to itself`;
  }
  if (owner.controller !== true) return `${node} can only create pods with a controller owner reference set to itself`;
  if (owner.blockOwnerDeletion === true) return `${node} must not set blockOwnerDeletion on an owner reference`;
  const found = nodes.get(nodeName);
  if (found === undefined) throw notFoundError(Node, nodeName);
  const { uid } = found.metadata;
  if (owner.uid !== uid) return `node ${nodeName} UID mismatch: expected ${owner.uid} got ${uid}`;
  if ((pod.spec.serviceAccountName ?? '') !== '') return `${node} can not create pods that reference a service account`;
  const kind = (['secrets', 'configmaps', 'persistentvolumeclaims'] as const).find(each => refersToAny(pod, each));
  return kind === undefined ? undefined : `${node} can not create pods that reference ${kind}`;
}
