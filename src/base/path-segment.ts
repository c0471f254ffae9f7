/** What is wrong with a name that must fit into one segment of a URL path; RBAC's names have no other rule. */
export function pathSegmentProblems(name: string): readonly string[] {
  if (name === '.' || name === '..') return [`may not be '${name}'`];
  return pathSegmentPrefixProblems(name);
}

/** The same of the first part of a name. */
export const pathSegmentPrefixProblems = (prefix: string): readonly string[] =>
  ['/', '%'].filter(banned => prefix.includes(banned)).map(banned => `may not contain '${banned}'`);
