import type { AuditNotes } from '../../apiserver/contract.ts';
import type { ValidatingAdmissionPolicyBinding } from '../../kinds/admissionregistration/v1/validating-admission-policy-binding.ts';
import type { Complaint, Judgement } from './judge-by-policy.ts';
import { ANNOTATION_BYTES } from './limits.ts';

/** What policies say of a request for its record. */
export class PolicyRecord {
  readonly #audit: AuditNotes | undefined;
  /** By key; what several bindings say differently stands side by side. */
  readonly #told = new Map<string, Set<string>>();

  constructor(audit: AuditNotes | undefined) {
    this.#audit = audit;
  }

  /** What does not hold, where a binding wishes it to be on record. */
  failed({ metadata, spec }: ValidatingAdmissionPolicyBinding, { message, index }: Complaint): void {
    const { policyName: policy, validationActions = [] } = spec;
    if (!validationActions.includes('Audit')) return;
    const failure = { message, policy, binding: metadata.name, expressionIndex: index, validationActions };
    this.#audit?.annotate('validation.policy.admission.k8s.io/validation_failure', JSON.stringify([failure]));
  }

  told(policy: string, { annotations }: Judgement): void {
    for (const { key, value } of annotations) {
      const name = `${policy}/${key}`;
      const values = this.#told.get(name) ?? new Set();
      this.#told.set(name, values.add(cut(value)));
    }
  }

  /** Once all policies are asked. */
  publish(): void {
    for (const [name, values] of this.#told) this.#audit?.annotate(name, [...values].join(', '));
  }
}

/** The start of a text that is very long, and no half of a character. */
function cut(text: string): string {
  if (Buffer.byteLength(text) <= ANNOTATION_BYTES) return text;
  return Buffer.from(text)
    .subarray(0, ANNOTATION_BYTES)
    .toString()
    .replace(/\uFFFD$/, '');
}
