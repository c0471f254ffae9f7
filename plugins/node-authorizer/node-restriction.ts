import { qualified, forbiddenError, notFoundError } from '../../src/api/status-error.ts';
import { isDeepEqual } from '../../src/base/deep-equal.ts';
import type { Cache } from '../../src/sdk/caches.ts';
import type { AdmissionPlugin, AdmissionRequest } from '../apiserver/contract.ts';
import type { TokenRequest } from '../kinds/authentication/v1/token-request.ts';
import type { Node } from '../kinds/core/v1/node.ts';
import type { PersistentVolume } from '../kinds/core/v1/persistent-volume.ts';
import type { PersistentVolumeClaim } from '../kinds/core/v1/persistent-volume-claim.ts';
import { claimsOf } from '../kinds/core/v1/pod-claims.ts';
import { Pod } from '../kinds/core/v1/pod.ts';
import type { ResourceSlice } from '../kinds/resource/v1/resource-slice.ts';
import type { CSIDriver } from '../kinds/storage/v1/csi-driver.ts';
import { forbiddenLabels, modifiedLabels } from './node-labels.ts';
import { nodeIdentity } from './node-identity.ts';
import { mirrorPodProblem } from './mirror-pod.ts';

/** After all that mutates. */
const ORDER = 900;

/** What it judges by. */
export interface NodeRestrictionView {
  readonly pods: Cache<Pod>;
  readonly nodes: Cache<Node>;
  readonly claims: Cache<PersistentVolumeClaim>;
  readonly volumes: Cache<PersistentVolume>;
  readonly drivers: Cache<CSIDriver>;
}

/** Keeps a kubelet's writes to its own node, its lease and the pods that are bound to it; as upstream's, word by word. */
export const nodeRestriction = (view: NodeRestrictionView): AdmissionPlugin => ({
  name: 'NodeRestriction',
  order: ORDER,
  resources: ['*'],
  async validate(request) {
    const node = nodeIdentity(request.user);
    if (node === undefined) return;
    const { resource, name } = request;
    if (node === '') {
      const detail = `could not determine node from user ${JSON.stringify(request.user.name)}`;
      throw forbiddenError(resource, name, detail);
    }
    await Promise.all(Object.values(view).map((cache: { readonly synced: Promise<void> }) => cache.synced));
    const problem = problemOf(request, node, view);
    if (problem !== undefined) throw forbiddenError(resource, name, problem);
  },
});

/** Why a node must not do this; `undefined` if it may. */
function problemOf(request: AdmissionRequest, node: string, view: NodeRestrictionView): string | undefined {
  const { subresource } = request;
  const { pods, nodes } = view;
  switch (qualified(request.resource)) {
    case 'pods':
      if (subresource === '') return podProblem(request, node, nodes);
      if (subresource === 'status') return podStatusProblem(request, node);
      if (subresource === 'eviction') {
        const isOwn = existingPod(request, pods, request.name).spec.nodeName === node;
        return isOwn ? undefined : `node ${node} can only evict pods with spec.nodeName set to itself`;
      }
      return `unexpected pod subresource ${JSON.stringify(subresource)}, only 'status' and 'eviction' are allowed`;
    case 'persistentvolumeclaims':
      return claimProblem(request, node);
    case 'nodes':
      return nodeProblem(request, node);
    case 'serviceaccounts':
      return subresource === 'token' && request.operation === 'CREATE' ? tokenProblem(request, node, view) : undefined;
    case 'leases.coordination.k8s.io':
      return leaseProblem(request, node);
    case 'resourceslices.resource.k8s.io':
      return sliceProblem(request, node);
    case 'csinodes.storage.k8s.io':
      return csiNodeProblem(request, node);
    default:
      return undefined;
  }
}

/** Requests of a kind carry its objects: the server decoded them by its schema. */
const podOf = (object: unknown): Pod => object as Pod;
const nodeOf = (object: unknown): Node => object as Node;
const claimOf = (object: unknown): PersistentVolumeClaim => object as PersistentVolumeClaim;

function existingPod({ namespace }: AdmissionRequest, pods: Cache<Pod>, name: string): Pod {
  const pod = pods.get(name, namespace);
  if (pod === undefined) throw notFoundError(Pod, name);
  return pod;
}

function podProblem(
  { operation, object, oldObject }: AdmissionRequest,
  node: string,
  nodes: Cache<Node>,
): string | undefined {
  if (operation === 'CREATE') return mirrorPodProblem(podOf(object), node, nodes);
  if (operation !== 'DELETE') {
    return `unexpected operation ${JSON.stringify(operation)}, node ${JSON.stringify(node)} can only create and delete mirror pods`;
  }
  return podOf(oldObject).spec.nodeName === node
    ? undefined
    : `node ${JSON.stringify(node)} can only delete pods with spec.nodeName set to itself`;
}

function podStatusProblem({ operation, object, oldObject }: AdmissionRequest, node: string): string | undefined {
  if (operation !== 'UPDATE') return `unexpected operation ${JSON.stringify(operation)}`;
  const [pod, old] = [podOf(object), podOf(oldObject)];
  if (old.spec.nodeName !== node) {
    return `node ${JSON.stringify(node)} can only update pod status for pods with spec.nodeName set to itself`;
  }
  if (!isDeepEqual(pod.metadata.labels ?? {}, old.metadata.labels ?? {})) {
    return `node ${JSON.stringify(node)} cannot update labels through pod status`;
  }
  if (!isDeepEqual(pod.status.resourceClaimStatuses ?? [], old.status.resourceClaimStatuses ?? [])) {
    return `node ${JSON.stringify(node)} cannot update resource claim statues`;
  }
  return isDeepEqual(pod.status.extendedResourceClaimStatus, old.status.extendedResourceClaimStatus)
    ? undefined
    : `node ${JSON.stringify(node)} cannot update extended resource claim status`;
}

function nodeProblem({ operation, name, object, oldObject }: AdmissionRequest, node: string): string | undefined {
  const own = JSON.stringify(node);
  if (name !== node) return `node ${own} is not allowed to modify node ${JSON.stringify(name)}`;
  if (operation === 'CREATE') {
    const labels = forbiddenLabels(modifiedLabels(nodeOf(object).metadata.labels, {}));
    return labels.length === 0
      ? undefined
      : `node ${own} is not allowed to set the following labels: ${labels.join(', ')}`;
  }
  if (operation !== 'UPDATE') return undefined;
  const [next, old] = [nodeOf(object), nodeOf(oldObject)];
  if (next.spec.configSource !== undefined && !isDeepEqual(next.spec.configSource, old.spec.configSource)) {
    return `node ${own} is not allowed to update configSource to a new non-nil configSource`;
  }
  if (!isDeepEqual(next.spec.taints ?? [], old.spec.taints ?? [])) return `node ${own} is not allowed to modify taints`;
  const labels = forbiddenLabels(modifiedLabels(next.metadata.labels, old.metadata.labels));
  return labels.length === 0 ? undefined : `is not allowed to modify labels: ${labels.join(', ')}`;
}

function tokenProblem(request: AdmissionRequest, node: string, view: NodeRestrictionView): string | undefined {
  // The body of this subresource is decoded by the schema of TokenRequest.
  const { boundObjectRef, audiences } = (request.object as TokenRequest).spec;
  const { apiVersion, kind, name = '', uid = '' } = boundObjectRef ?? {};
  if (apiVersion !== 'v1' || kind !== 'Pod' || name === '') return 'node requested token not bound to a pod';
  if (uid === '') return 'node requested token with a pod binding without a uid';
  const pod = existingPod(request, view.pods, name);
  if (pod.metadata.uid !== uid) {
    return `the UID in the bound object reference (${uid}) does not match the UID in record. The object might have been deleted and then recreated`;
  }
  if (pod.spec.nodeName !== node) return 'node requested token bound to a pod scheduled on a different node';
  const known = [...audiencesOf(pod), ...audiencesOfDrivers(pod, view)];
  const strange = audiences.find(audience => !known.includes(audience));
  return strange === undefined
    ? undefined
    : `audience ${JSON.stringify(strange)} not found in pod spec volume, ${request.user.name} is not authorized to request tokens for this audience`;
}

/** Whom the tokens are for that a pod has among its files. */
const audiencesOf = ({ spec: { volumes = [] } }: Pod): readonly string[] =>
  volumes.flatMap(({ projected }) =>
    (projected?.sources ?? []).flatMap(({ serviceAccountToken }) => serviceAccountToken?.audience ?? []),
  );

/** Whom the drivers of its volumes want tokens for. */
function audiencesOfDrivers(pod: Pod, { claims, volumes, drivers }: NodeRestrictionView): readonly string[] {
  const inline = (pod.spec.volumes ?? []).map(({ csi }) => csi?.driver);
  const claimed = claimsOf(pod).map(({ name }) => {
    const volume = claims.get(name, pod.metadata.namespace)?.spec.volumeName ?? '';
    return volumes.get(volume)?.spec.csi?.driver;
  });
  return [...inline, ...claimed].flatMap(driver => {
    const requests = driver === undefined ? undefined : drivers.get(driver)?.spec.tokenRequests;
    return (requests ?? []).map(({ audience }) => audience);
  });
}

/** A node tells how far a volume has grown, and nothing else of its claim. */
function claimProblem(
  { operation, subresource, object, oldObject }: AdmissionRequest,
  node: string,
): string | undefined {
  if (subresource !== 'status') return 'may only update PVC status';
  if (operation !== 'UPDATE') return `unexpected operation ${JSON.stringify(operation)}`;
  if (isDeepEqual(besidesGrowth(claimOf(object)), besidesGrowth(claimOf(oldObject)))) return undefined;
  return `node ${JSON.stringify(node)} is not allowed to update fields other than status.quantity and status.conditions`;
}

function besidesGrowth({ metadata, spec, status }: PersistentVolumeClaim): object {
  const { managedFields: _managed, resourceVersion: _revision, ...rest } = metadata;
  const { capacity: _capacity, conditions: _conditions, ...left } = status;
  const { allocatedResources: _resources, allocatedResourceStatuses: _statuses, ...others } = left;
  return { metadata: rest, spec, status: others };
}

function csiNodeProblem({ name, object }: AdmissionRequest, node: string): string | undefined {
  const asked = object?.metadata.name ?? name;
  return asked === node ? undefined : 'can only access CSINode with the same name as the requesting node';
}

function sliceProblem({ operation, object, oldObject }: AdmissionRequest, node: string): string | undefined {
  if (operation !== 'CREATE' && operation !== 'DELETE') return undefined;
  // Requests of a kind carry its objects.
  const { nodeName } = ((operation === 'CREATE' ? object : oldObject) as unknown as ResourceSlice).spec;
  const verb = operation.toLowerCase();
  return nodeName === node ? undefined : `can only ${verb} ResourceSlice with the same NodeName as the requesting node`;
}

const LEASES = 'kube-node-lease';

function leaseProblem({ namespace, name, object }: AdmissionRequest, node: string): string | undefined {
  if (namespace !== LEASES) return `can only access leases in the "${LEASES}" system namespace`;
  const asked = object?.metadata.name ?? name;
  return asked === node ? undefined : 'can only access node lease with the same name as the requesting node';
}
