/** Sentences shared by all rules of names, worded as apimachinery's util/validation. */
export const maxLenProblem = (bytes: number): string => `must be no more than ${bytes} characters`;
/** The same of names and values of labels, where upstream says what it counts. */
export const maxBytesProblem = (bytes: number): string => `must be no more than ${bytes} bytes`;

export const regexProblem = (rule: string, pattern: string, ...examples: readonly string[]): string =>
  `${rule} (${examples.length === 0 ? '' : 'e.g. '}${examples.map(example => `'${example}', `).join(' or ')}regex used for validation is '${pattern}')`;
