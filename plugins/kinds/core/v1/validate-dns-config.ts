import { invalid, required, type FieldError } from '../../../../src/api/field-error.ts';
import { ipProblems } from '../../../../src/base/ip-problems.ts';
import { underscoredSubdomainProblems } from '../../../../src/base/qualified-name.ts';
import type { PodSpec } from './pod-spec.ts';

/** What a C library's resolver takes. */
const MAX_NAMESERVERS = 3;
const MAX_SEARCHES = 32;
const MAX_SEARCHES_CHARS = 2048;

export function validateDnsConfig({ dnsPolicy, dnsConfig }: PodSpec, field: string): readonly FieldError[] {
  const { nameservers = [], searches = [], options = [] } = dnsConfig ?? {};
  if (dnsPolicy === 'None' && dnsConfig === undefined) {
    return [required(field, 'must provide `dnsConfig` when `dnsPolicy` is None')];
  }
  if (dnsPolicy === 'None' && nameservers.length === 0) {
    return [required(`${field}.nameservers`, 'must provide at least one DNS nameserver when `dnsPolicy` is None')];
  }
  const errors: FieldError[] = [];
  if (nameservers.length > MAX_NAMESERVERS) {
    errors.push(invalid(`${field}.nameservers`, nameservers, `must not have more than ${MAX_NAMESERVERS} nameservers`));
  }
  for (const [index, server] of nameservers.entries()) {
    errors.push(...ipProblems(server).map(problem => invalid(`${field}.nameservers[${index}]`, server, problem)));
  }
  if (searches.length > MAX_SEARCHES) {
    errors.push(invalid(`${field}.searches`, searches, `must not have more than ${MAX_SEARCHES} search paths`));
  }
  if (searches.join(' ').length > MAX_SEARCHES_CHARS) {
    const detail = `must not have more than ${MAX_SEARCHES_CHARS} characters (including spaces) in the search list`;
    errors.push(invalid(`${field}.searches`, searches, detail));
  }
  for (const [index, search] of searches.entries()) {
    if (search === '.') continue;
    const domain = search.replace(/\.$/, '');
    const at = `${field}.searches[${index}]`;
    errors.push(...underscoredSubdomainProblems(domain).map(problem => invalid(at, domain, problem)));
  }
  for (const [index, { name = '' }] of options.entries()) {
    if (name === '') errors.push(required(`${field}.options[${index}]`, 'must not be empty'));
  }
  return errors;
}
