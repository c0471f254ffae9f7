import type { AnyObject } from '../../src/api/object-meta.ts';
import type { ResourceQuotaSpec, ScopedResourceSelectorRequirement } from '../kinds/core/v1/resource-quota-spec.ts';
import type { Evaluator } from './evaluators/evaluator.ts';

/** All conditions of a quota on what it counts; those without values are those that must hold. */
const scopesOf = ({ scopes = [], scopeSelector }: ResourceQuotaSpec): readonly ScopedResourceSelectorRequirement[] => [
  ...scopes.map(scopeName => ({ scopeName, operator: 'Exists' })),
  ...(scopeSelector?.matchExpressions ?? []),
];

/** Whether a quota counts an object, as far as its scopes go. */
export const isWithinScopes = (spec: ResourceQuotaSpec, evaluator: Evaluator, object: AnyObject): boolean =>
  scopesOf(spec).every(scope => evaluator.isWithin?.(scope, object) === true);
