import { notSupported, type FieldError } from './field-error.ts';

const POLICIES: readonly string[] = ['Foreground', 'Background', 'Orphan'];

/** What is wrong with a delete's word on what becomes of dependents. */
export const propagationPolicyErrors = (policy: string): readonly FieldError[] =>
  POLICIES.includes(policy) ? [] : [notSupported('propagationPolicy', policy, [...POLICIES, 'nil'])];
