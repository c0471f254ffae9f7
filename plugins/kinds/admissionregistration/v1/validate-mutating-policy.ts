import { invalid, notSupported, placedAfter, required, type FieldError } from '../../../../src/api/field-error.ts';
import type { CompiledExpression } from '../cel/compile-condition.ts';
import { PolicyExpressions } from '../cel/policy-expressions.ts';
import type { MutatingAdmissionPolicySpec, Mutation } from './mutating-admission-policy-spec.ts';
import { validateMatchConstraints } from './validate-match-constraints.ts';
import { validateMutatingOperations } from './validate-mutating-operations.ts';
import { keepsConditions, validateMatchConditions } from './validate-match-conditions.ts';
import { validateParamKind } from './validate-param-kind.ts';
import { validateVariables } from './validate-variables.ts';

export function validateMutatingPolicy(
  spec: MutatingAdmissionPolicySpec,
  old?: MutatingAdmissionPolicySpec,
): readonly FieldError[] {
  const { matchConstraints, matchConditions, paramKind, variables, mutations = [], reinvocationPolicy } = spec;
  const expressions = new PolicyExpressions(spec);
  return [
    ...validateParamKind('spec.paramKind', paramKind),
    ...validateMatchConstraints('spec.matchConstraints', matchConstraints),
    ...validateMutatingOperations('spec.matchConstraints', matchConstraints),
    ...(keepsConditions(spec, old)
      ? []
      : validateMatchConditions('spec.matchConditions', matchConditions, paramKind !== undefined)),
    ...validateVariables('spec.variables', variables, expressions),
    ...(mutations.length === 0 ? [required('spec.mutations', 'mutations must contain at least one item')] : []),
    ...mutations.flatMap((each, index) => validateMutation(`spec.mutations[${index}]`, each, expressions)),
    ...oneOfErrors('spec.reinvocationPolicy', reinvocationPolicy, REINVOCATION),
  ];
}

const REINVOCATION = ['IfNeeded', 'Never'];
const PATCH_TYPES = ['ApplyConfiguration', 'JSONPatch'];

function oneOfErrors(field: string, value: string | undefined, known: readonly string[]): readonly FieldError[] {
  if (value === undefined || value === '') return [required(field)];
  return known.includes(value) ? [] : [notSupported(field, value, known)];
}

function validateMutation(
  field: string,
  { patchType, applyConfiguration, jsonPatch }: Mutation,
  expressions: PolicyExpressions,
): readonly FieldError[] {
  const parts = {
    applyConfiguration: { said: applyConfiguration, read: (text: string) => expressions.configuration(text) },
    jsonPatch: { said: jsonPatch, read: (text: string) => expressions.jsonPatch(text) },
  };
  const wrong = oneOfErrors(`${field}.patchType`, patchType, PATCH_TYPES);
  if (wrong.length > 0) return wrong;
  const [own, other] =
    patchType === 'JSONPatch'
      ? (['jsonPatch', 'applyConfiguration'] as const)
      : (['applyConfiguration', 'jsonPatch'] as const);
  const { said, read } = parts[own];
  return [
    ...(said === undefined
      ? [required(`${field}.${own}`, `must be specified when patchType is ${patchType}`)]
      : expressionErrors(`${field}.${own}.expression`, said.expression?.trim() ?? '', read)),
    ...(parts[other].said === undefined
      ? []
      : placedAfter(field, [
          invalid(`${field}.${other}`, `{${other}}`, `must not be specified when patchType is ${patchType}`),
        ])),
  ];
}

function expressionErrors(
  field: string,
  expression: string,
  read: (expression: string) => CompiledExpression,
): readonly FieldError[] {
  if (expression === '') return [required(field)];
  const compiled = read(expression);
  return 'problem' in compiled ? [invalid(field, expression, compiled.problem)] : [];
}
