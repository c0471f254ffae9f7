import { invalid, required, tooLong, type FieldError } from '../../../../src/api/field-error.ts';
import { dnsLabelProblems } from '../../../../src/base/dns-label.ts';
import { subdomainProblems } from '../../../../src/base/qualified-name.ts';

const MAX_DOMAIN_BYTES = 253;
/** A domain, a slash, a label, a dot and a subdomain. */
const MAX_BYTES = 571;

/** What is wrong with `example.com/name`; core validation's ValidateSignerName. */
export function signerNameErrors(field: string, name: string): readonly FieldError[] {
  if (name === '') return [required(field)];
  const [domain = '', path, ...rest] = name.split('/', 3);
  if (path === undefined || rest.length > 0) {
    const detail = "must be a fully qualified domain and path of the form 'example.com/signer-name'";
    return [invalid(field, name, detail)];
  }
  const labels = domain.split('.');
  const worded = (label: string, whole: string, problems: readonly string[]): readonly FieldError[] =>
    problems.map(problem => invalid(field, whole, `validating label ${JSON.stringify(label)}: ${problem}`));
  return [
    ...(domain.length > MAX_DOMAIN_BYTES ? [tooLong(field, MAX_DOMAIN_BYTES)] : []),
    ...labels.flatMap(label => worded(label, domain, dnsLabelProblems(label))),
    ...(labels.length < 2
      ? [invalid(field, domain, 'should be a domain with at least two segments separated by dots')]
      : []),
    ...path.split('.').flatMap(label => worded(label, path, subdomainProblems(label))),
    ...(name.length > MAX_BYTES ? [tooLong(field, MAX_BYTES)] : []),
  ];
}
