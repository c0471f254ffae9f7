/** Sentences shared by all rules of names, worded as apimachinery's util/validation. */
export const maxLenProblem = (bytes: number): string => `must be no more than ${bytes} bytes`;

export const regexProblem = (rule: string, pattern: string, ...examples: readonly string[]): string =>
  `${rule} (${examples.length === 0 ? '' : 'e.g. '}${examples.map(example => `'${example}', `).join(' or ')}regex used for validation is '${pattern}')`;
