import type { RequestInfo } from '../contract.ts';

/** Something for those requests that only read, and for those that may change something. */
export interface ByKind {
  readonly readOnly: number;
  readonly mutating: number;
}

const READING: ReadonlySet<string> = new Set(['get', 'list', 'watch']);

export const kindOf = ({ verb }: Pick<RequestInfo, 'verb'>): keyof ByKind =>
  READING.has(verb) ? 'readOnly' : 'mutating';
