import type { CertificateRequest } from '../../src/base/certificate-request.ts';
import { parseCertificateRequest } from '../../src/base/certificate-request.ts';
import { timeOf } from '../../src/base/timestamp.ts';
import { defineController, type Controller } from '../../src/sdk/controller.ts';
import type { CertificateSigner } from '../auth/contract.ts';
import { CertificateSigningRequest } from '../kinds/certificates/v1/certificate-signing-request.ts';
import { apiClientProblem, kubeletServingProblem, nodeClientProblem } from './node-requests.ts';
import { conditionOf, isIssued, pemOf } from './request-conditions.ts';
import { API_CLIENT_SIGNER, KUBELET_CLIENT_SIGNER, KUBELET_SERVING_SIGNER } from './signers.ts';

type Problem = (request: CertificateRequest, usages: readonly string[]) => string | undefined;

/** What each signer asks of a request. */
const SIGNERS: ReadonlyMap<string, Problem> = new Map<string, Problem>([
  [API_CLIENT_SIGNER, (_request, usages) => apiClientProblem(usages)],
  [KUBELET_CLIENT_SIGNER, nodeClientProblem],
  [KUBELET_SERVING_SIGNER, kubeletServingProblem],
]);

/** The longest a certificate is good for, and how long where a request does not say. */
const MAX_SECONDS = 365 * 86_400;
const MIN_SECONDS = 600;

/** Signs approved requests to the cluster's own signers. */
export const signingController = (signer: CertificateSigner): Controller =>
  defineController({
    name: 'csrsigning',
    primary: CertificateSigningRequest,
    writes: [
      CertificateSigningRequest.canOn('status', 'patch', 'update'),
      {
        apiGroups: ['certificates.k8s.io'],
        resources: ['signers'],
        resourceNames: [...SIGNERS.keys()],
        verbs: ['sign'],
      },
    ],
    concerns: request =>
      SIGNERS.has(request.spec.signerName) &&
      conditionOf(request, 'Approved') !== undefined &&
      conditionOf(request, 'Denied') === undefined &&
      conditionOf(request, 'Failed') === undefined &&
      !isIssued(request),

    async reconcile({ object: request, nowMs }) {
      const { signerName, usages = [], expirationSeconds = MAX_SECONDS } = request.spec;
      const asked = parseCertificateRequest(pemOf(request));
      const problem = SIGNERS.get(signerName)?.(asked, usages);
      if (problem !== undefined) return { status: failed(request, problem, nowMs) };
      const lifetimeSeconds = Math.min(Math.max(expirationSeconds, MIN_SECONDS), MAX_SECONDS);
      const certificate = await signer.sign({ request: asked, usages, lifetimeSeconds });
      return { status: { ...request.status, certificate: Buffer.from(certificate).toString('base64') } };
    },
  });

function failed({ status }: CertificateSigningRequest, message: string, nowMs: number) {
  const failure = {
    type: 'Failed',
    status: 'True',
    reason: 'SignerValidationFailure',
    message,
    lastUpdateTime: timeOf(nowMs),
  };
  return { ...status, conditions: [...(status.conditions ?? []), failure] };
}
