import { subdomainProblems } from './qualified-name.ts';
import { maxLenProblem, regexProblem } from './name-problem.ts';

const LABEL = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const LABEL_1035 = '[a-z]([-a-z0-9]*[a-z0-9])?';
const MAX_BYTES = 63;
const isLabel = new RegExp(`^${LABEL}$`);
const isLabel1035 = new RegExp(`^${LABEL_1035}$`);

/** An RFC 1123 label: namespaces, containers, volumes. Answers what is wrong, worded as apimachinery does. */
export function dnsLabelProblems(value: string): readonly string[] {
  if (value.length > MAX_BYTES) return [maxLenProblem(MAX_BYTES), ...shapeProblems(value.slice(0, MAX_BYTES * 4))];
  return shapeProblems(value);
}

function shapeProblems(value: string): readonly string[] {
  if (isLabel.test(value)) return [];
  if (subdomainProblems(value).length === 0) return ['must not contain dots'];
  return [
    regexProblem(
      "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character",
      LABEL,
      'my-name',
      '123-abc',
    ),
  ];
}

/** A DNS-1035 label: services. */
export function dns1035LabelProblems(value: string): readonly string[] {
  const problems = value.length > MAX_BYTES ? [maxLenProblem(MAX_BYTES)] : [];
  if (isLabel1035.test(value.slice(0, MAX_BYTES * 4))) return problems;
  return [
    ...problems,
    regexProblem(
      "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character",
      LABEL_1035,
      'my-name',
      'abc-123',
    ),
  ];
}
