import { parseCertificateRequest, type CertificateRequest } from '../../src/base/certificate-request.ts';
import type { Caches } from '../../src/sdk/caches.ts';
import { defineController, reads, type ControllerClient } from '../../src/sdk/controller.ts';
import { SubjectAccessReview } from '../kinds/authorization/v1/subject-access-review.ts';
import { CertificateSigningRequest } from '../kinds/certificates/v1/certificate-signing-request.ts';
import { Node } from '../kinds/core/v1/node.ts';
import { kubeletServingProblem, nodeClientProblem, NODE_USER } from './node-requests.ts';
import { isDecided, isIssued, pemOf } from './request-conditions.ts';
import { servingNameProblem } from './serving-names.ts';
import { KUBELET_CLIENT_SIGNER, KUBELET_SERVING_SIGNER } from './signers.ts';

/**
 * Approves what kubelets ask for: client certificates of those who may have them, and serving certificates for
 * nothing but the node's own names ([why](../../docs/decisions/0008-kubelets-get-serving-certificates.md)).
 */
export const approvingController = defineController({
  name: 'csrapproving',
  primary: CertificateSigningRequest,
  // A node's addresses may come after its request.
  reads: [reads(Node, ({ metadata: { name } }, caches) => waiting(caches, `${NODE_USER}${name}`))],
  writes: [
    CertificateSigningRequest.canOn('approval', 'patch', 'update'),
    { apiGroups: ['authorization.k8s.io'], resources: ['subjectaccessreviews'], verbs: ['create'] },
    {
      apiGroups: ['certificates.k8s.io'],
      resources: ['signers'],
      resourceNames: [KUBELET_CLIENT_SIGNER, KUBELET_SERVING_SIGNER],
      verbs: ['approve'],
    },
  ],
  concerns: request => !isDecided(request) && !isIssued(request),

  async reconcile({ object: request, caches, client }) {
    const asked = parseCertificateRequest(pemOf(request));
    const why = await reason(request, asked, caches, client);
    if (why !== undefined) await approve(client, request, why);
    // Who may not have it now may be given the right later.
    return why === undefined && isOfKubelet(request, asked) ? { requeueAfterMs: ASK_AGAIN_MS } : {};
  },
});

const ASK_AGAIN_MS = 60_000;

const isOfKubelet = ({ spec: { signerName, usages = [] } }: CertificateSigningRequest, asked: CertificateRequest) =>
  signerName === KUBELET_CLIENT_SIGNER && nodeClientProblem(asked, usages) === undefined;

function waiting(caches: Caches, username: string): readonly { readonly name: string }[] {
  const requests = caches.of(CertificateSigningRequest).list();
  return requests
    .filter(request => request.spec.username === username && !isDecided(request))
    .map(({ metadata: { name } }) => ({ name }));
}

/** Why a request is approved; `undefined` where that is left to people. */
async function reason(
  request: CertificateSigningRequest,
  asked: CertificateRequest,
  caches: Caches,
  client: ControllerClient,
): Promise<string | undefined> {
  const { signerName, usages = [], username = '' } = request.spec;
  if (isOfKubelet(request, asked)) {
    if (username === asked.commonName && (await may(client, request, 'selfnodeclient'))) {
      return 'Auto approving self kubelet client certificate after SubjectAccessReview.';
    }
    return (await may(client, request, 'nodeclient'))
      ? 'Auto approving kubelet client certificate after SubjectAccessReview.'
      : undefined;
  }
  if (signerName !== KUBELET_SERVING_SIGNER || kubeletServingProblem(asked, usages) !== undefined) return undefined;
  if (username !== asked.commonName || !(request.spec.groups ?? []).includes('system:nodes')) return undefined;
  const problem = servingNameProblem(username.slice(NODE_USER.length), asked, caches.of(Node).list());
  return problem === undefined
    ? 'Auto approving kubelet serving certificate for the addresses of its node.'
    : undefined;
}

async function may(
  client: ControllerClient,
  { spec }: CertificateSigningRequest,
  subresource: 'selfnodeclient' | 'nodeclient',
): Promise<boolean> {
  const { username, uid, groups, extra } = spec;
  const { group, plural } = CertificateSigningRequest;
  const review = await client.create(SubjectAccessReview, {
    metadata: {},
    spec: {
      resourceAttributes: { group, resource: plural, verb: 'create', subresource },
      ...(username === undefined ? {} : { user: username }),
      ...(uid === undefined ? {} : { uid }),
      ...(groups === undefined ? {} : { groups }),
      ...(extra === undefined ? {} : { extra }),
    },
  });
  return review.status.allowed;
}

async function approve(
  client: ControllerClient,
  { metadata: { name, resourceVersion }, status }: CertificateSigningRequest,
  message: string,
): Promise<void> {
  const condition = { type: 'Approved', status: 'True', reason: 'AutoApproved', message };
  const body = { metadata: { resourceVersion }, status: { conditions: [...(status.conditions ?? []), condition] } };
  await client.patch(CertificateSigningRequest, { name }, { type: 'merge', body }, { subresource: 'approval' });
}
