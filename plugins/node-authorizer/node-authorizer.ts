import type { CacheIndex, Cache } from '../../src/sdk/caches.ts';
import type { Authorizer, Decision, RequestInfo } from '../apiserver/contract.ts';
import type { PersistentVolume } from '../kinds/core/v1/persistent-volume.ts';
import type { Pod } from '../kinds/core/v1/pod.ts';
import type { NetworkPolicy } from '../kinds/networking/v1/network-policy.ts';
import type { ResourceSlice } from '../kinds/resource/v1/resource-slice.ts';
import type { VolumeAttachment } from '../kinds/storage/v1/volume-attachment.ts';
import { nodeIdentity } from './node-identity.ts';
import { NODE_RULES } from './node-rules.ts';
import { isSecretOfVolume } from './volume-secrets.ts';
import { refersTo, type ReferencedKind } from './pod-references.ts';

/** What it judges by. */
export interface NodeAuthorizerView {
  readonly pods: Cache<Pod>;
  readonly volumes: Cache<PersistentVolume>;
  readonly policies: Cache<NetworkPolicy>;
  readonly attachments: Cache<VolumeAttachment>;
  readonly slices: Cache<ResourceSlice>;
}

/**
 * Lets a node's kubelet do what its pods need, and no more: it reads what they refer to, and writes of itself and of
 * them; what it writes is judged by NodeRestriction besides. It never forbids: others are asked after it.
 * https://kubernetes.io/docs/reference/access-authn-authz/node/
 */
export const nodeAuthorizer = (view: NodeAuthorizerView): Authorizer => ({
  name: 'node',
  async authorize(user, request) {
    const node = nodeIdentity(user);
    if (node === undefined) return NO_OPINION;
    if (node === '') return no(`unknown node for user ${JSON.stringify(user.name)}`);
    const { pods, volumes, policies, attachments, slices } = view;
    await Promise.all([pods, volumes, policies, attachments, slices].map(({ synced }) => synced));
    return request.isResourceRequest ? judge(view, node, ofClaim(named(request), volumes)) : NO_OPINION;
  },
});

const YES: Decision = { allowed: true };
const NO_OPINION: Decision = { allowed: false };
const no = (reason: string): Decision => ({ allowed: false, reason });

/** A list or watch of one object is told by its field selector. */
function named(request: RequestInfo): RequestInfo {
  const name = request.name === '' ? selected(request, 'metadata.name') : undefined;
  return name === undefined ? request : { ...request, name };
}

/** Who may read a claim may read its volume, too. */
function ofClaim(request: RequestInfo, volumes: Cache<PersistentVolume>): RequestInfo {
  if (request.group !== '' || request.resource !== 'persistentvolumes') return request;
  const { name = '', namespace = '' } = volumes.get(request.name)?.spec.claimRef ?? {};
  return { ...request, resource: 'persistentvolumeclaims', namespace, name: name === '' ? request.name : name };
}

/** The value that a selector asks of a field, exactly. */
function selected({ fieldSelector = '' }: RequestInfo, field: string): string | undefined {
  const term = fieldSelector.split(',').find(each => each.startsWith(`${field}=`));
  const value = term?.slice(field.length + 1).replace(/^=/, '');
  return value === undefined || value === '' || value.includes('\\') ? undefined : value;
}

function judge(view: NodeAuthorizerView, node: string, request: RequestInfo): Decision {
  const { pods, policies } = view;
  switch (request.group === '' ? request.resource : `${request.resource}.${request.group}`) {
    case 'secrets': {
      const decision = judgeRead(pods, node, request);
      if (decision.allowed || !isWholeRead(request)) return decision;
      return isSecretOfVolume(pods.indexed(byNode, node), view.volumes, request) ? YES : decision;
    }
    case 'configmaps':
      return judgeRead(pods, node, request);
    case 'csinodes.storage.k8s.io':
      return judgeCsiNode(node, request);
    case 'volumeattachments.storage.k8s.io':
      return judgeAttachment(view.attachments, node, request);
    case 'persistentvolumeclaims':
      // What it writes there is judged by NodeRestriction.
      if (isClaimStatus(request)) return judgeRelated(pods, node, request);
      return judgeGet(pods, node, request);
    case 'resourceclaims.resource.k8s.io':
      return judgeGet(pods, node, request);
    case 'resourceslices.resource.k8s.io':
      return judgeSlice(view.slices, node, request);
    case 'serviceaccounts':
      return judgeToken(pods, node, request);
    case 'leases.coordination.k8s.io':
      return judgeLease(node, request);
    case 'nodes':
      return judgeNode(node, request);
    case 'pods':
      return readsAllPods(request, policies) ? YES : judgePod(pods, node, request);
    default:
      return isRuled(request) ? YES : NO_OPINION;
  }
}

const isRuled = ({ group, resource, subresource, verb }: RequestInfo): boolean =>
  subresource === '' &&
  NODE_RULES.some(
    rule => rule.groups.includes(group) && rule.resources.includes(resource) && rule.verbs.includes(verb),
  );

const READS: readonly string[] = ['get', 'list', 'watch'];

function judgeRead(pods: Cache<Pod>, node: string, request: RequestInfo): Decision {
  if (!READS.includes(request.verb)) return no('can only read resources of this type');
  if (request.subresource !== '') return no('cannot read subresource');
  if (request.namespace === '') return no('can only read namespaced object of this type');
  return judgeRelated(pods, node, request);
}

const isClaimStatus = ({ verb, subresource }: RequestInfo): boolean =>
  subresource === 'status' && ['get', 'update', 'patch'].includes(verb);

const isWholeRead = ({ verb, subresource, namespace, name }: RequestInfo): boolean =>
  READS.includes(verb) && subresource === '' && namespace !== '' && name !== '';

function judgeAttachment(attachments: Cache<VolumeAttachment>, node: string, request: RequestInfo): Decision {
  if (request.verb !== 'get') return no('can only get individual resources of this type');
  if (request.subresource !== '') return no('cannot get subresource');
  if (request.name === '') return no('No Object name found');
  return attachments.get(request.name)?.spec.nodeName === node ? YES : no(unrelated(node));
}

function judgeSlice(slices: Cache<ResourceSlice>, node: string, request: RequestInfo): Decision {
  const { verb, subresource, name } = request;
  if (subresource !== '') return no('cannot authorize ResourceSlice subresources');
  switch (verb) {
    case 'create':
      // Whose a new one is is judged by NodeRestriction.
      return YES;
    case 'get':
    case 'update':
    case 'patch':
    case 'delete':
      if (name === '') return no('No Object name found');
      return slices.get(name)?.spec.nodeName === node ? YES : no(unrelated(node));
    case 'list':
    case 'watch':
    case 'deletecollection':
      if (selected(request, 'spec.nodeName') === node) return YES;
      return no('can only list/watch/deletecollection resourceslices with nodeName field selector');
    default:
      return no(
        'only the following verbs are allowed for a ResourceSlice: get, watch, list, create, update, patch, delete, deletecollection',
      );
  }
}

const CSI_NODE_VERBS: readonly string[] = ['get', 'create', 'update', 'patch', 'delete'];

function judgeCsiNode(node: string, { verb, subresource, name }: RequestInfo): Decision {
  if (!CSI_NODE_VERBS.includes(verb)) return no('can only get, create, update, patch, or delete a CSINode');
  if (subresource !== '') return no('cannot authorize CSINode subresources');
  // What a new one is called is judged by NodeRestriction.
  if (verb === 'create' || name === node) return YES;
  return no('can only access CSINode with the same name as the requesting node');
}

function judgeGet(pods: Cache<Pod>, node: string, request: RequestInfo): Decision {
  if (request.verb !== 'get') return no('can only get individual resources of this type');
  if (request.subresource !== '') return no('cannot get subresource');
  return judgeRelated(pods, node, request);
}

function judgeToken(pods: Cache<Pod>, node: string, request: RequestInfo): Decision {
  if (request.verb !== 'create' || request.name === '') {
    return no('can only create tokens for individual service accounts');
  }
  if (request.subresource !== 'token') return no('can only create token subresource of serviceaccount');
  return judgeRelated(pods, node, request);
}

function judgeRelated(pods: Cache<Pod>, node: string, { resource, namespace, name }: RequestInfo): Decision {
  if (name === '') return no('No Object name found');
  const isRelated = pods
    .indexed(byNode, node)
    .some(pod =>
      resource === 'pods'
        ? pod.metadata.name === name && pod.metadata.namespace === namespace
        : pod.metadata.namespace === namespace && isReferenced(resource) && refersTo(pod, resource, name),
    );
  return isRelated ? YES : no(unrelated(node));
}

const unrelated = (node: string): string => `no relationship found between node '${node}' and this object`;

const REFERENCED: readonly string[] = [
  'secrets',
  'configmaps',
  'persistentvolumeclaims',
  'resourceclaims',
  'serviceaccounts',
];
const isReferenced = (resource: string): resource is ReferencedKind => REFERENCED.includes(resource);

const byNode: CacheIndex<Pod> = Object.freeze({
  name: 'node-authorizer.node',
  keysOf: ({ spec }: Pod) => ((spec.nodeName ?? '') === '' ? [] : [spec.nodeName ?? '']),
});

const LEASES = 'kube-node-lease';
const LEASE_VERBS: readonly string[] = ['get', 'create', 'update', 'patch', 'delete'];

function judgeLease(node: string, { verb, namespace, name }: RequestInfo): Decision {
  if (!LEASE_VERBS.includes(verb)) return no('can only get, create, update, patch, or delete a node lease');
  if (namespace !== LEASES) return no(`can only access leases in the "${LEASES}" system namespace`);
  // What a new one is called is judged by NodeRestriction.
  if (verb !== 'create' && name !== node) {
    return no('can only access node lease with the same name as the requesting node');
  }
  return YES;
}

function judgeNode(node: string, { verb, subresource, name }: RequestInfo): Decision {
  if (subresource === 'status') return verb === 'update' || verb === 'patch' ? YES : NO_OPINION;
  if (subresource !== '') return NO_OPINION;
  if (verb === 'create' || verb === 'update' || verb === 'patch') return YES;
  if (!READS.includes(verb)) return NO_OPINION;
  if (name === node) return YES;
  return no(
    name === ''
      ? `node '${node}' cannot read all nodes, only its own Node object`
      : `node '${node}' cannot read '${name}', only its own Node object`,
  );
}

/** What policies say of a node's pods depends on the pods of all others; without any, those are none of its business. */
const readsAllPods = ({ verb, subresource, name }: RequestInfo, policies: Cache<NetworkPolicy>): boolean =>
  (verb === 'list' || verb === 'watch') && subresource === '' && name === '' && policies.list().length > 0;

function judgePod(pods: Cache<Pod>, node: string, request: RequestInfo): Decision {
  const { verb, subresource, name } = request;
  switch (subresource) {
    case '':
      if (verb === 'get') return judgeGet(pods, node, request);
      if (verb === 'list' || verb === 'watch') {
        if (selected(request, 'spec.nodeName') === node) return YES;
        return name === ''
          ? no('can only list/watch pods with spec.nodeName field selector')
          : judgeRelated(pods, node, request);
      }
      return verb === 'create' || verb === 'delete' ? YES : NO_OPINION;
    case 'status':
      return verb === 'update' || verb === 'patch' ? YES : NO_OPINION;
    case 'eviction':
      return verb === 'create' ? YES : NO_OPINION;
    default:
      return NO_OPINION;
  }
}
