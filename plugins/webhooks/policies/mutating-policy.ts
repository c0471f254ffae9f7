import { PolicyExpressions } from '../../kinds/admissionregistration/cel/policy-expressions.ts';
import type { Mutation } from '../../kinds/admissionregistration/v1/mutating-admission-policy-spec.ts';
import type { MutatingAdmissionPolicy } from '../../kinds/admissionregistration/v1/mutating-admission-policy.ts';
import type { Condition } from '../evaluate-request.ts';
import { readParts, type ReadPolicy } from './policy.ts';

/** A policy that changes objects. */
export interface MutatingPolicy extends ReadPolicy<MutatingAdmissionPolicy> {
  readonly mutations: readonly ReadMutation[];
}

export interface ReadMutation extends Condition {
  readonly patchType: Mutation['patchType'];
}

export function readMutatingPolicy(policy: MutatingAdmissionPolicy): MutatingPolicy {
  const { spec } = policy;
  const expressions = new PolicyExpressions(spec);
  return {
    ...readParts(policy, expressions),
    mutations: (spec.mutations ?? []).map(({ patchType, applyConfiguration, jsonPatch }) => {
      const isPatch = patchType === 'JSONPatch';
      const { expression = '' } = (isPatch ? jsonPatch : applyConfiguration) ?? {};
      const compiled = isPatch ? expressions.jsonPatch(expression) : expressions.configuration(expression);
      return { patchType, expression, compiled };
    }),
  };
}
