import { maxBytesProblem, maxLenProblem } from './name-problem.ts';

/**
 * Names of labels and annotations, judged and worded as apimachinery's util/validation does. Each function
 * answers what is wrong, nothing when all is well. Lengths are checked in bytes.
 */
export function qualifiedNameProblems(value: string): readonly string[] {
  if (value.length <= MAX_NAME_BYTES && QUALIFIED.test(value)) return NONE;
  const parts = value.split('/', 3);
  if (parts.length > 2) {
    return [`a qualified name ${NAME_RULE} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`];
  }
  const name = parts.at(-1) ?? '';
  const problems: string[] = [];
  const [prefix] = parts;
  if (parts.length === 2 && prefix !== undefined) {
    if (prefix === '') problems.push('prefix part must be non-empty');
    else problems.push(...subdomainProblems(prefix, maxBytesProblem).map(problem => `prefix part ${problem}`));
  }
  if (name === '') problems.push('name part must be non-empty');
  else if (Buffer.byteLength(name) > MAX_NAME_BYTES) problems.push(`name part ${maxBytesProblem(MAX_NAME_BYTES)}`);
  if (!isMatch(NAME, name)) problems.push(`name part ${NAME_RULE}`);
  return problems;
}

export function labelValueProblems(value: string): readonly string[] {
  if (value === '' || (value.length <= MAX_NAME_BYTES && NAME.test(value))) return NONE;
  const problems: string[] = [];
  if (Buffer.byteLength(value) > MAX_NAME_BYTES) problems.push(maxBytesProblem(MAX_NAME_BYTES));
  if (value !== '' && !isMatch(NAME, value)) problems.push(VALUE_RULE);
  return problems;
}

/** An RFC 1123 subdomain, as object names and label prefixes are. */
export function subdomainProblems(value: string, tooLong = maxLenProblem): readonly string[] {
  const problems: string[] = [];
  if (Buffer.byteLength(value) > MAX_SUBDOMAIN_BYTES) problems.push(tooLong(MAX_SUBDOMAIN_BYTES));
  if (value.length > MAX_CHECKED_CHARS || !value.split('.').every(label => DNS_LABEL.test(label))) {
    problems.push(SUBDOMAIN_RULE);
  }
  return problems;
}

/** The same with underscores: domains a resolver searches in. */
export function underscoredSubdomainProblems(value: string): readonly string[] {
  const problems: string[] = [];
  if (Buffer.byteLength(value) > MAX_SUBDOMAIN_BYTES) problems.push(maxLenProblem(MAX_SUBDOMAIN_BYTES));
  if (value.length > MAX_CHECKED_CHARS || !value.split('.').every(label => UNDERSCORED_LABEL.test(label))) {
    problems.push(UNDERSCORED_RULE);
  }
  return problems;
}

const NONE: readonly string[] = Object.freeze([]);
const MAX_NAME_BYTES = 63;
const MAX_SUBDOMAIN_BYTES = 253;
/** Longer texts are wrong whatever they hold; they never reach a regular expression. */
const MAX_CHECKED_CHARS = 4096;

const NAME = /^[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?$/;
/** Short names that are right, at one look. */
const QUALIFIED =
  /^(?:[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*\/)?[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?$/;
const DNS_LABEL = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/;
const UNDERSCORED_LABEL = /^_?[a-z0-9](?:[-_a-z0-9]*[a-z0-9])?$/;
const isMatch = (pattern: RegExp, value: string): boolean => value.length <= MAX_CHECKED_CHARS && pattern.test(value);

const NAME_RULE =
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric " +
  "character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is " +
  "'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const VALUE_RULE =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start " +
  "and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation " +
  "is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
const SUBDOMAIN_RULE =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start " +
  "and end with an alphanumeric character (e.g. 'example.com', regex used for validation is " +
  "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const UNDERSCORED_RULE =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', and must " +
  "start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is " +
  "'_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?(\\._?[a-z0-9]([-_a-z0-9]*[a-z0-9])?)*')";
