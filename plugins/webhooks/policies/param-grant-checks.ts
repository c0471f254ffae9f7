import { forbidden } from '../../../src/api/field-error.ts';
import type { Resource } from '../../../src/api/resource.ts';
import { invalidError } from '../../../src/api/status-error.ts';
import { SUPERUSERS, type UserInfo } from '../../../src/api/user-info.ts';
import { isDeepEqual } from '../../../src/base/deep-equal.ts';
import { admissionFor, type AdmissionPlugin, type Authorization } from '../../apiserver/contract.ts';
import type { MutatingAdmissionPolicyBinding } from '../../kinds/admissionregistration/v1/mutating-admission-policy-binding.ts';
import type { MutatingAdmissionPolicy } from '../../kinds/admissionregistration/v1/mutating-admission-policy.ts';
import type { ValidatingAdmissionPolicyBinding } from '../../kinds/admissionregistration/v1/validating-admission-policy-binding.ts';
import type { ValidatingAdmissionPolicy } from '../../kinds/admissionregistration/v1/validating-admission-policy.ts';
import type { ParamKind, ParamRef } from '../../kinds/admissionregistration/v1/policy-parameters.ts';
import { paramResource } from './find-params.ts';
import type { AnyBinding, AnyPolicy } from './policy.ts';

interface GrantDeps {
  readonly served: readonly Resource[];
  readonly authorization: Authorization;
}

const OPERATIONS = ['CREATE', 'UPDATE'] as const;

type PolicyKind = typeof MutatingAdmissionPolicy | typeof ValidatingAdmissionPolicy;
type BindingKind = typeof MutatingAdmissionPolicyBinding | typeof ValidatingAdmissionPolicyBinding;

/**
 * Who has policies see parameters must be able to read these: what policies say and make of requests tells of them.
 * Asked of changes only; words are upstream's.
 */
export const paramGrantChecks = (
  deps: GrantDeps,
  policies: PolicyKind,
  bindings: BindingKind,
  policyNamed: (name: string) => AnyPolicy | undefined,
): readonly AdmissionPlugin[] => [
  admissionFor<PolicyKind>(policies, {
    name: 'ParamKindGrants',
    order: 0,
    operations: OPERATIONS,
    validate: async ({ metadata, spec: { paramKind } }, { user, oldObject }) => {
      const old = (oldObject as AnyPolicy | undefined)?.spec.paramKind;
      if (paramKind === undefined || isDeepEqual(paramKind, old)) return;
      const all: ParamRef = { name: '*', namespace: '*' };
      if (await mayRead(deps, user, paramKind, all)) return;
      const { kind = '', apiVersion = '' } = paramKind;
      const asked = `of the referenced paramKind (kind=${kind}, apiVersion=${apiVersion})`;
      const problem = `user ${printUser(user)} must have "get" permission on all objects ${asked}`;
      throw invalidError(policies, metadata.name, [forbidden('spec.paramKind', problem)]);
    },
  }),
  admissionFor<BindingKind>(bindings, {
    name: 'ParamRefGrants',
    order: 0,
    operations: OPERATIONS,
    validate: async ({ metadata, spec: { paramRef, policyName = '' } }, { user, oldObject }) => {
      const old = (oldObject as AnyBinding | undefined)?.spec;
      const isSame = isDeepEqual(paramRef, old?.paramRef) && policyName === old?.policyName;
      if (paramRef === undefined || isSame) return;
      const policy = policyNamed(policyName);
      if (await mayRead(deps, user, policy?.spec.paramKind, paramRef)) return;
      const verb = verbOf(paramRef);
      const problem =
        policy === undefined
          ? `unable to get policy ${policyName} to determine minimum required permissions and user ${printUser(user)} does not have "${verb}" permission for all groups, versions and resources`
          : `user ${printUser(user)} does not have "${verb}" permission on the object referenced by paramRef`;
      throw invalidError(bindings, metadata.name, [forbidden('spec.paramRef', problem)]);
    },
  }),
];

const verbOf = ({ name = '' }: ParamRef): string => (name === '' ? 'list' : 'get');

/** Of a kind that is not known, everything must be readable. */
async function mayRead(
  { served, authorization }: GrantDeps,
  user: UserInfo,
  paramKind: ParamKind | undefined,
  ref: ParamRef,
): Promise<boolean> {
  if (user.groups.includes(SUPERUSERS)) return true;
  const [version = '*', group = paramKind === undefined ? '*' : ''] =
    paramKind?.apiVersion?.split('/').toReversed() ?? [];
  const { allowed } = await authorization.authorize(user, {
    verb: verbOf(ref),
    path: '',
    isResourceRequest: true,
    group,
    version,
    resource: (paramKind === undefined ? undefined : paramResource(served, paramKind)?.plural) ?? '*',
    subresource: '',
    namespace: ref.namespace ?? '',
    name: ref.name ?? '',
  });
  return allowed;
}

/** As Go prints who it is. */
const printUser = ({ name, uid = '', groups, extra = {} }: UserInfo): string =>
  `&{${name} ${uid} [${groups.join(' ')}] map[${Object.entries(extra)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, values]) => `${key}:[${values.join(' ')}]`)
    .join(' ')}]}`;
