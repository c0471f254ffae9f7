import { labelMatcher } from '../../../src/api/label-selector.ts';
import { PolicyExpressions } from '../../kinds/admissionregistration/cel/policy-expressions.ts';
import { compileCondition } from '../../kinds/admissionregistration/cel/compile-condition.ts';
import type { MatchResources } from '../../kinds/admissionregistration/v1/match-resources.ts';
import type { ValidatingAdmissionPolicyBinding } from '../../kinds/admissionregistration/v1/validating-admission-policy-binding.ts';
import type { ValidatingAdmissionPolicy } from '../../kinds/admissionregistration/v1/validating-admission-policy.ts';
import type { Validation } from '../../kinds/admissionregistration/v1/validating-admission-policy-spec.ts';
import type { Concern } from '../asked-as.ts';
import type { Condition } from '../evaluate-request.ts';
import type { Variable } from '../lazy-variables.ts';

/** A policy, its selectors and expressions read, and what puts it in force. */
export interface Policy extends ReadPolicy {
  readonly bindings: readonly ReadBinding[];
}

export interface ReadPolicy {
  readonly policy: ValidatingAdmissionPolicy;
  readonly concern: Concern;
  readonly conditions: readonly Condition[];
  readonly variables: readonly Variable[];
  readonly validations: readonly ReadValidation[];
  readonly annotations: readonly Condition[];
}

export interface ReadValidation extends Condition {
  readonly validation: Validation;
  /** Undefined where it says none. */
  readonly message: Condition | undefined;
}

export interface ReadBinding {
  readonly binding: ValidatingAdmissionPolicyBinding;
  readonly concern: Concern | undefined;
}

/** The policies that a binding puts in force, both in the order of their names. */
export function policiesOf(
  policies: readonly ValidatingAdmissionPolicy[],
  bindings: readonly ValidatingAdmissionPolicyBinding[],
): readonly Policy[] {
  if (policies.length === 0 || bindings.length === 0) return [];
  const byPolicy = Map.groupBy(bindings.toSorted(byName), ({ spec }) => spec.policyName);
  return policies.toSorted(byName).flatMap(policy => {
    const own = byPolicy.get(policy.metadata.name) ?? [];
    return own.length === 0 ? [] : [{ ...readPolicy(policy), bindings: own.map(readBinding) }];
  });
}

/** The same, found anew only where either list is another: those of caches are, with each change. */
export function policiesInForce(): typeof policiesOf {
  let known: { readonly of: readonly unknown[]; readonly found: readonly Policy[] } | undefined;
  return (policies, bindings) => {
    if (known?.of[0] !== policies || known.of[1] !== bindings) {
      known = { of: [policies, bindings], found: policiesOf(policies, bindings) };
    }
    return known.found;
  };
}

interface Named {
  readonly metadata: { readonly name: string };
}
const byName = (a: Named, b: Named): number => (a.metadata.name < b.metadata.name ? -1 : 1);

const read = new WeakMap<ValidatingAdmissionPolicy, ReadPolicy>();

function readPolicy(policy: ValidatingAdmissionPolicy): ReadPolicy {
  const known = read.get(policy);
  if (known !== undefined) return known;
  const { spec } = policy;
  const { matchConstraints, matchConditions = [] } = spec;
  const hasParams = spec.paramKind !== undefined;
  const expressions = new PolicyExpressions(spec);
  const made: ReadPolicy = {
    policy,
    concern: concernOf(matchConstraints),
    conditions: matchConditions.map(({ expression }) => ({
      expression,
      compiled: compileCondition(expression, hasParams),
    })),
    variables: (spec.variables ?? []).map(variable => ({
      name: variable.name,
      compiled: expressions.addVariable(variable),
    })),
    validations: (spec.validations ?? []).map(validation => ({
      validation,
      expression: validation.expression,
      compiled: expressions.validation(validation.expression),
      message: messageOf(expressions, validation.messageExpression),
    })),
    annotations: (spec.auditAnnotations ?? []).map(({ valueExpression: expression }) => ({
      expression,
      compiled: expressions.annotation(expression),
    })),
  };
  read.set(policy, made);
  return made;
}

const messageOf = (expressions: PolicyExpressions, expression = ''): Condition | undefined =>
  expression === '' ? undefined : { expression, compiled: expressions.message(expression) };

const readBindings = new WeakMap<ValidatingAdmissionPolicyBinding, ReadBinding>();

function readBinding(binding: ValidatingAdmissionPolicyBinding): ReadBinding {
  const { matchResources } = binding.spec;
  const made = readBindings.get(binding) ?? {
    binding,
    concern: matchResources === undefined ? undefined : concernOf(matchResources),
  };
  readBindings.set(binding, made);
  return made;
}

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
