import type { AnyObject } from '../../../src/api/object-meta.ts';
import { STATUS_CODES, StatusError, forbiddenError } from '../../../src/api/status-error.ts';
import type { AdmissionRequest } from '../../apiserver/contract.ts';
import type { ValidatingAdmissionPolicyBinding } from '../../kinds/admissionregistration/v1/validating-admission-policy-binding.ts';
import { shownAs, viewOf } from '../view.ts';
import { findInvocations, namespaceSeen, type Invocation, type PolicyDeps } from './find-invocations.ts';
import { judgeByPolicy, type Complaint } from './judge-by-policy.ts';
import type { BoundPolicy } from './policy.ts';
import { PolicyRecord } from './policy-record.ts';
import type { ValidatingPolicy } from './validating-policy.ts';

type Binding = ValidatingAdmissionPolicyBinding;

/** Holds a request against all policies in force. Throws `StatusError` where one refuses it. */
export async function validateByPolicies(
  deps: PolicyDeps,
  policies: readonly BoundPolicy<ValidatingPolicy, Binding>[],
  request: AdmissionRequest,
): Promise<void> {
  const denials: string[] = [];
  let reason: Complaint['reason'] = 'Invalid';
  const deny = (who: string, complaint: Complaint): void => {
    if (denials.length === 0) ({ reason } = complaint);
    denials.push(`${who} denied request: ${complaint.message}`);
  };
  const record = new PolicyRecord(request.audit);
  const found = await findInvocations(deps, policies, request);
  let namespace: AnyObject | null | undefined;
  for (const each of found) {
    const { read, binding } = each;
    const named = `ValidatingAdmissionPolicy '${read.policy.metadata.name}'`;
    const who = binding === undefined ? named : `${named} with binding '${binding.metadata.name}'`;
    if (!('problem' in each)) {
      namespace ??= await namespaceSeen(deps, request);
      await judge(deps, each, request, namespace, complaint => deny(who, complaint), record);
    } else if (read.policy.spec.failurePolicy !== 'Ignore')
      deny(who, { message: each.problem, reason: 'Invalid', index: 0 });
  }
  record.publish();
  const [first] = denials;
  if (first !== undefined) throw refusalOf(request, first, reason);
}

/** Forbidden in its words, though for a reason and with a code of its own. */
function refusalOf({ resource, name }: AdmissionRequest, message: string, reason: Complaint['reason']): StatusError {
  const forbidden = forbiddenError(resource, name, message);
  return new StatusError(reason, forbidden.message, {
    details: { ...forbidden.status.details, causes: [{ message }] },
    code: STATUS_CODES[reason],
  });
}

async function judge(
  deps: PolicyDeps,
  { read, binding, as, params }: Invocation<ValidatingPolicy, Binding>,
  request: AdmissionRequest,
  namespace: AnyObject | null,
  deny: (complaint: Complaint) => void,
  record: PolicyRecord,
): Promise<void> {
  const view = await shownAs(viewOf(request), as);
  const { validationActions = [], policyName } = binding.spec;
  const judgement = await judgeByPolicy(read, view, deps.authorization, params, namespace);
  for (const complaint of judgement.complaints) {
    if (validationActions.includes('Deny')) deny(complaint);
    record.failed(binding, complaint);
    if (validationActions.includes('Warn')) {
      const who = `ValidatingAdmissionPolicy '${policyName}' with binding '${binding.metadata.name}'`;
      request.warn?.(`Validation failed for ${who}: ${complaint.message}`);
    }
  }
  for (const complaint of judgement.unrecorded) deny(complaint);
  record.told(policyName, judgement);
}
