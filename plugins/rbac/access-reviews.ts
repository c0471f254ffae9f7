import type { FieldError } from '../../src/api/field-error.ts';
import { invalidError } from '../../src/api/status-error.ts';
import type { UserInfo } from '../../src/api/user-info.ts';
import {
  virtualKindFor,
  type Authorization,
  type Decision,
  type RequestInfo,
  type VirtualKind,
} from '../apiserver/contract.ts';
import { LocalSubjectAccessReview } from '../kinds/authorization/v1/local-subject-access-review.ts';
import type { NonResourceAttributes, ResourceAttributes } from '../kinds/authorization/v1/resource-attributes.ts';
import { SelfSubjectAccessReview } from '../kinds/authorization/v1/self-subject-access-review.ts';
import { SubjectAccessReview } from '../kinds/authorization/v1/subject-access-review.ts';
import type {
  SubjectAccessReviewSpec,
  SubjectAccessReviewStatus,
} from '../kinds/authorization/v1/subject-access-review-spec.ts';

interface Attributes {
  readonly resourceAttributes?: ResourceAttributes;
  readonly nonResourceAttributes?: NonResourceAttributes;
}

/** Answers "may this user do that?" by asking the very authorizers that requests meet. */
export function accessReviews(authorization: Authorization): readonly VirtualKind[] {
  const statusFor = async (user: UserInfo, spec: Attributes): Promise<SubjectAccessReviewStatus> =>
    statusOf(await authorization.authorize(user, requestOf(spec)));
  return [
    virtualKindFor(SelfSubjectAccessReview, async (review, { user }) => {
      refuse(SelfSubjectAccessReview.validate?.(review) ?? []);
      return { ...review, status: await statusFor(user, review.spec) };
    }),
    virtualKindFor(SubjectAccessReview, async review => {
      refuse(SubjectAccessReview.validate?.(review) ?? []);
      return { ...review, status: await statusFor(userOf(review.spec), review.spec) };
    }),
    virtualKindFor(LocalSubjectAccessReview, async (given, { namespace }) => {
      const review = { ...given, metadata: { ...given.metadata, namespace } };
      refuse(LocalSubjectAccessReview.validate?.(review) ?? []);
      return { ...review, status: await statusFor(userOf(review.spec), review.spec) };
    }),
  ];
}

/** Upstream leaves the kind out here. */
function refuse(errors: readonly FieldError[]): void {
  if (errors.length > 0) throw invalidError({ group: 'authorization.k8s.io', kind: '' }, '', errors);
}

const userOf = ({ user = '', groups = [], uid, extra }: SubjectAccessReviewSpec): UserInfo => ({
  name: user,
  groups,
  ...(uid === undefined ? {} : { uid }),
  ...(extra === undefined ? {} : { extra }),
});

function requestOf({ resourceAttributes, nonResourceAttributes }: Attributes): RequestInfo {
  const {
    verb = '',
    group = '',
    version = '*',
    resource = '',
    subresource = '',
    namespace = '',
    name = '',
  } = resourceAttributes ?? {};
  if (resourceAttributes !== undefined) {
    return { verb, path: '', isResourceRequest: true, group, version, resource, subresource, namespace, name };
  }
  const { verb: pathVerb = '', path = '' } = nonResourceAttributes ?? {};
  const none = { group: '', version: '', resource: '', subresource: '', namespace: '', name: '' };
  return { verb: pathVerb, path, isResourceRequest: false, ...none };
}

const statusOf = ({ allowed, denied, reason }: Decision): SubjectAccessReviewStatus => ({
  allowed,
  ...(denied === true ? { denied } : {}),
  ...((reason ?? '') === '' ? {} : { reason }),
});
