import { CodedError } from '../../src/base/coded-error.ts';

/** What is wrong with the bytes of an image. `facts` is part of `message`; callers add what was being done. */
export class ContentError extends CodedError<ContentErrorCode> {}

/** The last six are the unpacker's own words. */
export type ContentErrorCode =
  | 'BadDocument'
  | 'BadDigest'
  | 'BadSize'
  | 'BadArchive'
  | 'NoPlatform'
  | 'TooLarge'
  | 'Malformed'
  | 'Escape'
  | 'Budget'
  | 'Truncated'
  | 'Unsupported'
  | 'System';

const UNPACK_CODES = ['Malformed', 'Escape', 'Budget', 'Truncated', 'Unsupported', 'System'] as const;

export const unpackCode = (text: string): ContentErrorCode => UNPACK_CODES.find(code => code === text) ?? 'System';
