import { qualified } from '../../src/api/status-error.ts';
import type { AdmissionPlugin, AdmissionRequest } from '../apiserver/contract.ts';
import type { CountedWrite } from './evaluators/evaluator.ts';
import type { Evaluators } from './evaluators/evaluators.ts';
import type { QuotaDesk } from './quota-desk.ts';

export interface QuotaAdmissionOptions {
  readonly desk: QuotaDesk;
  readonly evaluators: Evaluators;
  /** Whether a namespace has quotas; asked once they are known. */
  hasQuotas(this: void, namespace: string): boolean;
  readonly synced: { readonly hasSynced: boolean; readonly synced: Promise<void> };
  ended(this: void, request: AdmissionRequest, revision: number | undefined): void;
}

/** Charges what a write is going to use; the last rule to be asked, as upstream's ResourceQuota. */
export const quotaAdmission = ({
  desk,
  evaluators,
  hasQuotas,
  synced,
  ended,
}: QuotaAdmissionOptions): AdmissionPlugin => ({
  name: 'ResourceQuota',
  order: 100_000,
  resources: ['*'],
  async validate(request) {
    const { namespace, resource } = request;
    if (namespace === '' || resource.virtual === true) return;
    const write = writeOf(request);
    if (write === undefined) return;
    if (!synced.hasSynced) await synced.synced;
    if (!hasQuotas(namespace)) return;
    const evaluator = evaluators.of(qualified(resource));
    if (evaluator?.concerns(write) === true) await desk.charge(request, write, evaluator);
  },
  ended,
});

function writeOf({ operation, subresource, object, oldObject }: AdmissionRequest): CountedWrite | undefined {
  if (object === undefined || operation === 'DELETE' || operation === 'CONNECT') return undefined;
  return { operation, subresource, object, oldObject };
}
