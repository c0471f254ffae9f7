import { qualified } from '../../../src/api/status-error.ts';
import type { AdmissionRequest } from '../../apiserver/contract.ts';

const EXEMPT = new Set([
  'mutatingadmissionpolicies.admissionregistration.k8s.io',
  'mutatingadmissionpolicybindings.admissionregistration.k8s.io',
  'validatingadmissionpolicies.admissionregistration.k8s.io',
  'validatingadmissionpolicybindings.admissionregistration.k8s.io',
  'selfsubjectreviews.authentication.k8s.io',
  'tokenreviews.authentication.k8s.io',
  'localsubjectaccessreviews.authorization.k8s.io',
  'selfsubjectaccessreviews.authorization.k8s.io',
  'selfsubjectrulesreviews.authorization.k8s.io',
  'subjectaccessreviews.authorization.k8s.io',
]);

/** No policy is held against policies: nobody could take back one that refuses everything. Nor against questions. */
export const isExemptFromPolicies = ({ resource }: AdmissionRequest): boolean => EXEMPT.has(qualified(resource));
