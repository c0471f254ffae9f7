import { labelMatcher } from '../../../src/api/label-selector.ts';
import { compileCondition } from '../../kinds/admissionregistration/cel/compile-condition.ts';
import type { PolicyExpressions } from '../../kinds/admissionregistration/cel/policy-expressions.ts';
import type { MatchResources } from '../../kinds/admissionregistration/v1/match-resources.ts';
import type { MutatingAdmissionPolicyBinding } from '../../kinds/admissionregistration/v1/mutating-admission-policy-binding.ts';
import type { MutatingAdmissionPolicy } from '../../kinds/admissionregistration/v1/mutating-admission-policy.ts';
import type { ValidatingAdmissionPolicyBinding } from '../../kinds/admissionregistration/v1/validating-admission-policy-binding.ts';
import type { ValidatingAdmissionPolicy } from '../../kinds/admissionregistration/v1/validating-admission-policy.ts';
import type { Concern } from '../asked-as.ts';
import type { Condition } from '../evaluate-request.ts';
import type { Variable } from '../lazy-variables.ts';

export type AnyPolicy = MutatingAdmissionPolicy | ValidatingAdmissionPolicy;
export type AnyBinding = MutatingAdmissionPolicyBinding | ValidatingAdmissionPolicyBinding;

/** A policy, its selectors and what all policies have of expressions read. */
export interface ReadPolicy<P extends AnyPolicy = AnyPolicy> {
  readonly policy: P;
  readonly concern: Concern;
  readonly conditions: readonly Condition[];
  readonly variables: readonly Variable[];
}

export interface ReadBinding<B extends AnyBinding = AnyBinding> {
  readonly binding: B;
  readonly concern: Concern | undefined;
}

/** A policy, and what puts it in force. */
export interface BoundPolicy<R extends ReadPolicy = ReadPolicy, B extends AnyBinding = AnyBinding> {
  readonly read: R;
  readonly bindings: readonly ReadBinding<B>[];
}

/** The policies that a binding puts in force, both in the order of their names; each as `read` tells it. */
export function policiesOf<P extends AnyPolicy, R extends ReadPolicy<P>, B extends AnyBinding>(
  read: (policy: P) => R,
  policies: readonly P[],
  bindings: readonly B[],
): readonly BoundPolicy<R, B>[] {
  if (policies.length === 0 || bindings.length === 0) return [];
  const byPolicy = Map.groupBy(bindings.toSorted(byName), ({ spec }) => spec.policyName);
  return policies.toSorted(byName).flatMap(policy => {
    const own = byPolicy.get(policy.metadata.name) ?? [];
    return own.length === 0 ? [] : [{ read: read(policy), bindings: own.map(readBinding) }];
  });
}

/** The same, found anew only where either list is another: those of caches are, with each change. */
export class PoliciesInForce<P extends AnyPolicy, R extends ReadPolicy<P>, B extends AnyBinding> {
  readonly #read: (policy: P) => R;
  #known: { readonly of: readonly unknown[]; readonly found: readonly BoundPolicy<R, B>[] } | undefined;

  constructor(read: (policy: P) => R) {
    this.#read = once(read);
  }

  of(policies: readonly P[], bindings: readonly B[]): readonly BoundPolicy<R, B>[] {
    if (this.#known?.of[0] !== policies || this.#known.of[1] !== bindings) {
      this.#known = { of: [policies, bindings], found: policiesOf(this.#read, policies, bindings) };
    }
    return this.#known.found;
  }
}

function once<K extends object, V>(make: (key: K) => V): (key: K) => V {
  const made = new WeakMap<K, V>();
  return key => {
    const value = made.get(key) ?? make(key);
    made.set(key, value);
    return value;
  };
}

interface Named {
  readonly metadata: { readonly name: string };
}
const byName = (a: Named, b: Named): number => (a.metadata.name < b.metadata.name ? -1 : 1);

/** What is read of every policy; its variables are known to `expressions` then. */
export function readParts<P extends AnyPolicy>(policy: P, expressions: PolicyExpressions): ReadPolicy<P> {
  const { matchConstraints, matchConditions = [], variables = [], paramKind } = policy.spec;
  return {
    policy,
    concern: concernOf(matchConstraints),
    conditions: matchConditions.map(({ expression }) => ({
      expression,
      compiled: compileCondition(expression, paramKind !== undefined),
    })),
    variables: variables.map(variable => ({ name: variable.name, compiled: expressions.addVariable(variable) })),
  };
}

const concernOfBinding = once(({ spec: { matchResources } }: AnyBinding) => ({
  concern: matchResources === undefined ? undefined : concernOf(matchResources),
}));
const readBinding = <B extends AnyBinding>(binding: B): ReadBinding<B> => ({ binding, ...concernOfBinding(binding) });

/** Without rules, all that the selectors let through. */
const concernOf = (match: MatchResources | undefined): Concern => {
  const { resourceRules = [], excludeResourceRules = [] } = match ?? {};
  return {
    namespaces: labelMatcher(match?.namespaceSelector ?? {}),
    objects: labelMatcher(match?.objectSelector ?? {}),
    rules: resourceRules.length === 0 ? 'all' : resourceRules,
    excluded: excludeResourceRules,
    matchPolicy: match?.matchPolicy ?? 'Equivalent',
  };
};
