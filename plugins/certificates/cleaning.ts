import { X509Certificate } from 'node:crypto';
import { isStatusError } from '../../src/api/status-error.ts';
import { timeMs } from '../../src/base/timestamp.ts';
import { defineController } from '../../src/sdk/controller.ts';
import { CertificateSigningRequest } from '../kinds/certificates/v1/certificate-signing-request.ts';
import { conditionOf, isIssued } from './request-conditions.ts';

const HOUR_MS = 3_600_000;
/** Of what was issued, denied or has failed. */
const DECIDED_MS = HOUR_MS;
const PENDING_MS = 24 * HOUR_MS;

/** Removes requests that nobody looks at any more, as long after their end as upstream does. */
export const cleaningController = defineController({
  name: 'csrcleaner',
  primary: CertificateSigningRequest,
  writes: [CertificateSigningRequest.can('delete')],

  async reconcile({ object: request, client, nowMs }) {
    const endMs = endOf(request);
    if (endMs === undefined) return {};
    if (nowMs <= endMs) return { requeueAfterMs: endMs - nowMs + 1 };
    const { name, uid } = request.metadata;
    try {
      await client.delete(CertificateSigningRequest, { name }, { preconditions: { uid } });
    } catch (error) {
      if (!isStatusError(error, 'NotFound')) throw error;
    }
    return {};
  },
});

/** When a request has had its time; `undefined` while it waits for its signer. */
export function endOf(request: CertificateSigningRequest): number | undefined {
  const ends = (['Denied', 'Failed', ...(isIssued(request) ? (['Approved'] as const) : [])] as const).flatMap(type => {
    const decidedMs = timeMs(conditionOf(request, type)?.lastUpdateTime);
    return decidedMs === undefined ? [] : [decidedMs + DECIDED_MS];
  });
  if ((request.status.conditions ?? []).length === 0) {
    ends.push((timeMs(request.metadata.creationTimestamp) ?? 0) + PENDING_MS);
  }
  const expiresMs = expiryOf(request);
  if (expiresMs !== undefined && conditionOf(request, 'Approved') !== undefined) ends.push(expiresMs);
  return ends.length === 0 ? undefined : Math.min(...ends);
}

function expiryOf({ status: { certificate = '' } }: CertificateSigningRequest): number | undefined {
  // Validation has let nothing in that is no certificate.
  return certificate === '' ? undefined : Date.parse(new X509Certificate(Buffer.from(certificate, 'base64')).validTo);
}
