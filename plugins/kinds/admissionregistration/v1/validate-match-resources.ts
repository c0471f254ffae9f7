import { duplicate, invalid, type FieldError } from '../../../../src/api/field-error.ts';
import { validateLabelSelector } from '../../../../src/api/label-selector.ts';
import { pathSegmentProblems } from '../../../../src/base/path-segment.ts';
import type { MatchResources, NamedRuleWithOperations } from './match-resources.ts';
import { validateRule } from './validate-rule.ts';

export const validateMatchResources = (field: string, match: MatchResources | undefined): readonly FieldError[] =>
  match === undefined
    ? []
    : [
        ...validateLabelSelector(match.namespaceSelector, `${field}.namespaceSelector`),
        ...validateLabelSelector(match.objectSelector, `${field}.objectSelector`),
        ...validateRules(`${field}.resourceRules`, match.resourceRules),
        ...validateRules(`${field}.excludeResourceRules`, match.excludeResourceRules),
      ];

const validateRules = (field: string, rules: readonly NamedRuleWithOperations[] = []): readonly FieldError[] =>
  rules.flatMap((rule, index) => [
    ...validateNames(`${field}[${index}].resourceNames`, rule.resourceNames),
    ...validateRule(`${field}[${index}]`, rule),
  ]);

const validateNames = (field: string, names: readonly string[] = []): readonly FieldError[] =>
  names.flatMap((name, index) => [
    ...pathSegmentProblems(name).map(problem => invalid(`${field}[${index}]`, name, problem)),
    ...(names.indexOf(name) < index ? [duplicate(`${field}[${index}]`, name)] : []),
  ]);
