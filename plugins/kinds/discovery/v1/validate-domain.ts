import { invalid, required, type FieldError } from '../../../../src/api/field-error.ts';
import { dnsLabelProblems } from '../../../../src/base/dns-label.ts';
import { subdomainProblems } from '../../../../src/base/qualified-name.ts';

/** What is wrong with a fully qualified domain name; apimachinery's IsFullyQualifiedDomainName. */
export function validateDomain(text: string, field: string): readonly FieldError[] {
  if (text === '') return [required(field)];
  const name = text.endsWith('.') ? text.slice(0, -1) : text;
  const problems = subdomainProblems(name);
  if (problems.length > 0) return [invalid(field, name, problems.join(','))];
  const labels = name.split('.');
  if (labels.length < 2) {
    return [invalid(field, name, 'should be a domain with at least two segments separated by dots')];
  }
  for (const label of labels) {
    const wrong = dnsLabelProblems(label);
    if (wrong.length > 0) return [invalid(field, label, wrong.join(','))];
  }
  return [];
}
