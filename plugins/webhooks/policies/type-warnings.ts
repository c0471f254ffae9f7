import type { Resource } from '../../../src/api/resource.ts';
import type { CelType } from '../../../src/cel/cel-type.ts';
import { PolicyExpressions } from '../../kinds/admissionregistration/cel/policy-expressions.ts';
import type {
  ExpressionWarning,
  ValidatingAdmissionPolicySpec,
} from '../../kinds/admissionregistration/v1/validating-admission-policy-spec.ts';
import { paramResource } from './find-params.ts';

/** What is known of the objects of a kind; `undefined` where nothing is. */
export type TypeOfKind = (resource: Resource) => CelType | undefined;

/** Kinds of one rule that expressions are held against. */
const MAX_KINDS = 10;

/** What the types of the kinds that a policy names tell against its expressions. Pure; the words are upstream's. */
export function typeWarnings(
  spec: ValidatingAdmissionPolicySpec,
  served: readonly Resource[],
  typeOf: TypeOfKind,
): readonly ExpressionWarning[] {
  const { paramKind, variables = [], validations = [] } = spec;
  const paramsKind = paramKind === undefined ? undefined : paramResource(served, paramKind);
  const params = paramsKind === undefined ? undefined : typeOf(paramsKind);
  const checks = kindsOf(spec, served).flatMap(kind => {
    const object = typeOf(kind);
    if (object === undefined) return [];
    const expressions = new PolicyExpressions(spec, { object, params });
    for (const variable of variables) expressions.addVariable(variable);
    return [{ kind, expressions }];
  });
  const warningOf = (fieldRef: string, expression: string): readonly ExpressionWarning[] => {
    const found = checks.flatMap(({ kind: { group, version, kind }, expressions }) => {
      const problem = expressions.problem(expression);
      return problem === undefined ? [] : [`${group}/${version}, Kind=${kind}: ${problem}\n`];
    });
    return found.length === 0 ? [] : [{ fieldRef, warning: found.join('\n') }];
  };
  return validations.flatMap(({ expression, messageExpression = '' }, index) => [
    ...warningOf(`spec.validations[${index}].expression`, expression),
    ...(messageExpression === '' ? [] : warningOf(`spec.validations[${index}].messageExpression`, messageExpression)),
  ]);
}

/** The kinds that rules name one by one, in the order of their names; what wildcards cover is not looked at. */
function kindsOf(
  { matchConstraints }: ValidatingAdmissionPolicySpec,
  served: readonly Resource[],
): readonly Resource[] {
  const found = new Set<Resource>();
  for (const { apiGroups = [], apiVersions = [], resources = [] } of matchConstraints?.resourceRules ?? []) {
    if ([...apiGroups, ...apiVersions].some(each => each.includes('*'))) continue;
    const named = resources.filter(each => !/[*/]/.test(each)).toSorted();
    const kinds = apiGroups
      .toSorted()
      .flatMap(group =>
        apiVersions
          .toSorted()
          .flatMap(version =>
            named.flatMap(name =>
              served.filter(
                each =>
                  each.group === group && each.version === version && (each.plural === name || each.singular === name),
              ),
            ),
          ),
      );
    for (const kind of kinds.slice(0, MAX_KINDS)) found.add(kind);
    if (kinds.length >= MAX_KINDS) break;
  }
  const keyOf = ({ group, version, kind }: Resource): string => `${group}\0${version}\0${kind}`;
  return [...found].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}
