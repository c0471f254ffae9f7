import { isIP } from 'node:net';

/** What is wrong with an IP address. */
export const ipProblems = (text: string): readonly string[] =>
  isIP(text) === 0 ? ['must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)'] : [];
