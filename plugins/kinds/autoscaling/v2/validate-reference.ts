import { invalid, required, type FieldError } from '../../../../src/api/field-error.ts';
import { pathSegmentProblems } from '../../../../src/base/path-segment.ts';
import type { CrossVersionReference } from './cross-version-reference.ts';

/** What an apiVersion has to say: a group, unless only the core has what is meant; nothing, where it stays as it was. */
export type VersionRule = 'any' | 'core too' | 'with group';

export function validateReference(
  { kind, name, apiVersion = '' }: CrossVersionReference,
  field: string,
  rule: VersionRule,
): readonly FieldError[] {
  const problem = versionProblem(apiVersion, rule);
  return [
    ...nameErrors(kind, `${field}.kind`),
    ...nameErrors(name, `${field}.name`),
    ...(problem === undefined ? [] : [invalid(`${field}.apiVersion`, apiVersion, problem)]),
  ];
}

export const nameErrors = (name: string, field: string, missing = ''): readonly FieldError[] =>
  name === '' ? [required(field, missing)] : pathSegmentProblems(name).map(problem => invalid(field, name, problem));

export function versionProblem(apiVersion: string, rule: VersionRule): string | undefined {
  if (rule === 'any') return undefined;
  const slashes = apiVersion.split('/').length - 1;
  if (slashes > 1) return `unexpected GroupVersion string: ${apiVersion}`;
  const hasGroup = slashes === 1 && !apiVersion.startsWith('/');
  return rule === 'with group' && !hasGroup ? 'apiVersion must specify API group' : undefined;
}
