import type { AuditNotes } from '../apiserver/contract.ts';
import type { MutatingWebhook } from '../kinds/admissionregistration/v1/webhook.ts';
import type { HookRecord } from './consult.ts';
import type { Hook } from './hook.ts';

/** What the record of a request says of a webhook that may change its object. */
export interface MutationRecord extends HookRecord {
  mutated(isChanged: boolean): void;
  /** The patch that was applied: on record where objects are. */
  patched(operations: readonly unknown[]): void;
}

/** `place`: `round_0_index_1`, of the webhook among all. */
export function mutationRecord(
  { configuration, webhook: { name: webhook } }: Hook<MutatingWebhook>,
  place: string,
  audit: AuditNotes | undefined,
): MutationRecord {
  return {
    took: ms => audit?.spent('mutating-webhook', ms),
    failedOpen: `failed-open.mutation.webhook.admission.k8s.io/${place}`,
    mutated: mutated =>
      audit?.annotate(
        `mutation.webhook.admission.k8s.io/${place}`,
        JSON.stringify({ configuration, webhook, mutated }),
      ),
    patched(patch) {
      if (audit?.keepsRequests !== true) return;
      const told = { configuration, webhook, patch, patchType: 'JSONPatch' };
      audit.annotate(`patch.webhook.admission.k8s.io/${place}`, JSON.stringify(told));
    },
  };
}
