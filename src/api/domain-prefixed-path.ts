import { subdomainProblems } from '../base/qualified-name.ts';
import { invalid, required, type FieldError } from './field-error.ts';

const PATH = "[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+";
const isPath = new RegExp(`^${PATH}$`);

/** What is wrong with the name of a program, such as `acme.io/foo`; util/validation's IsDomainPrefixedPath. */
export function domainPrefixedPathErrors(name: string, field: string): readonly FieldError[] {
  if (name === '') return [required(field)];
  const slash = name.indexOf('/');
  if (slash <= 0 || slash === name.length - 1) {
    return [invalid(field, name, 'must be a domain-prefixed path (such as "acme.io/foo")')];
  }
  const [host, path] = [name.slice(0, slash), name.slice(slash + 1)];
  return [
    ...subdomainProblems(host).map(problem => invalid(field, host, problem)),
    ...(isPath.test(path) ? [] : [invalid(field, path, `Invalid path (regex used for validation is '${PATH}')`)]),
  ];
}
