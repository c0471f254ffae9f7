import { maxLenProblem, regexProblem } from './name-problem.ts';

const PATTERN = '[-._a-zA-Z0-9]+';
const MAX_BYTES = 253;
const isKey = new RegExp(`^${PATTERN}$`);

/** What is wrong with a key of a ConfigMap or Secret. */
export function configKeyProblems(key: string): readonly string[] {
  const problems: string[] = [];
  if (key.length > MAX_BYTES) problems.push(maxLenProblem(MAX_BYTES));
  if (!isKey.test(key)) {
    const rule = "a valid config key must consist of alphanumeric characters, '-', '_' or '.'";
    problems.push(regexProblem(rule, PATTERN, 'key.name', 'KEY_NAME', 'key-name'));
  }
  if (key === '.') problems.push("must not be '.'");
  else if (key === '..') problems.push("must not be '..'");
  else if (key.startsWith('..')) problems.push("must not start with '..'");
  return problems;
}
