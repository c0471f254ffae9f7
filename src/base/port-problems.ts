/** What is wrong with a port number, worded as apimachinery's util/validation. */
export const portProblems = (port: unknown): readonly string[] =>
  typeof port === 'number' && port >= 1 && port <= 65_535 ? [] : ['must be between 1 and 65535, inclusive'];

const MAX_NAME = 15;

/** What is wrong with the name of a port: RFC 6335. */
export function portNameProblems(name: string): readonly string[] {
  const problems: string[] = [];
  if (name.length > MAX_NAME) problems.push(`must be no more than ${MAX_NAME} characters`);
  if (!/^[-a-z0-9]*$/.test(name))
    problems.push('must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)');
  if (!/[a-z]/.test(name)) problems.push('must contain at least one letter (a-z)');
  if (name.includes('--')) problems.push('must not contain consecutive hyphens');
  if (name.startsWith('-') || name.endsWith('-')) problems.push('must not begin or end with a hyphen');
  return problems;
}

/** What is wrong with a port that is given by number or by name. */
export const portRefProblems = (port: number | string): readonly string[] =>
  typeof port === 'number' ? portProblems(port) : portNameProblems(port);
