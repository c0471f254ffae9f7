import { badRequestError } from '../../src/api/status-error.ts';
import { SUPERUSERS } from '../../src/api/user-info.ts';
import { virtualKindFor, type VirtualKind } from '../apiserver/contract.ts';
import { SelfSubjectRulesReview } from '../kinds/authorization/v1/self-subject-rules-review.ts';
import type { PolicyRule } from './policy-rule.ts';
import type { Grant, GrantSource } from './rbac-authorizer.ts';

const EVERYTHING: readonly PolicyRule[] = [
  { verbs: ['*'], apiGroups: ['*'], resources: ['*'] },
  { verbs: ['*'], nonResourceURLs: ['*'] },
];

/** Rules of the whole cluster, then those of the namespace. */
const wholeFirst = (grants: readonly Grant[]): readonly Grant[] => [
  ...grants.filter(({ namespace }) => namespace === undefined),
  ...grants.filter(({ namespace }) => namespace !== undefined),
];

/** Lists what the caller may do in a namespace, for `kubectl auth can-i --list`. */
export const rulesReview = (grants: GrantSource): VirtualKind =>
  virtualKindFor(SelfSubjectRulesReview, async (review, { user }) => {
    if ((review.spec.namespace ?? '') === '') throw badRequestError('no namespace on request');
    await grants.synced;
    const rules = user.groups.includes(SUPERUSERS)
      ? EVERYTHING
      : wholeFirst([...grants.grantsFor(user, review.spec.namespace ?? '')]).flatMap(grant => grant.rules);
    const { managedFields: _nobody, ...metadata } = review.metadata;
    // Upstream answers without what was asked.
    return {
      ...review,
      metadata,
      spec: {},
      status: {
        resourceRules: rules
          .filter(({ resources = [] }) => resources.length > 0)
          .map(({ verbs, apiGroups = [], resources = [], resourceNames }) => ({
            verbs,
            apiGroups,
            resources,
            ...(resourceNames === undefined ? {} : { resourceNames }),
          })),
        nonResourceRules: rules.flatMap(({ verbs, nonResourceURLs = [] }) =>
          nonResourceURLs.length === 0 ? [] : [{ verbs, nonResourceURLs }],
        ),
        incomplete: false,
      },
    };
  });
