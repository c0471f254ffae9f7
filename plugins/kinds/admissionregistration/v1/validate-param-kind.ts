import { invalid, required, type FieldError } from '../../../../src/api/field-error.ts';
import { dns1035LabelProblems } from '../../../../src/base/dns-label.ts';
import { subdomainProblems } from '../../../../src/base/qualified-name.ts';
import type { ParamKind } from './policy-parameters.ts';

export function validateParamKind(field: string, paramKind: ParamKind | undefined): readonly FieldError[] {
  if (paramKind === undefined) return [];
  const { apiVersion = '', kind = '' } = paramKind;
  return [...versionErrors(`${field}.apiVersion`, apiVersion), ...kindErrors(`${field}.kind`, kind)];
}

function versionErrors(field: string, apiVersion: string): readonly FieldError[] {
  if (apiVersion === '') return [required(field)];
  const parts = apiVersion === '/' ? ['', ''] : apiVersion.split('/');
  if (parts.length > 2) return [invalid(field, apiVersion, `unexpected GroupVersion string: ${apiVersion}`)];
  const [version = '', group = ''] = parts.toReversed();
  const groupProblems = group === '' ? [] : subdomainProblems(group);
  const versionProblems = version === '' ? [] : dns1035LabelProblems(version);
  return [
    ...(groupProblems.length === 0 ? [] : [invalid(field, group, groupProblems.join(','))]),
    ...(version === '' ? [invalid(field, apiVersion, 'version must be specified')] : []),
    ...(versionProblems.length === 0 ? [] : [invalid(field, version, versionProblems.join(','))]),
  ];
}

function kindErrors(field: string, kind: string): readonly FieldError[] {
  if (kind === '') return [required(field)];
  const problems = dns1035LabelProblems(kind.toLowerCase());
  return problems.length === 0
    ? []
    : [invalid(field, kind, `may have mixed case, but should otherwise match: ${problems.join(',')}`)];
}
