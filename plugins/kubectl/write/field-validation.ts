import { text, type FlagSpec } from '../command/flag.ts';
import type { Flags } from '../command/flags.ts';
import { Failure } from '../failures.ts';

export const VALIDATE_FLAG: FlagSpec = text('validate', 'strict, warn or ignore: fields that are not known.', {
  fallback: 'strict',
  bare: 'strict',
});

/** What the server is asked to do about fields it does not know. */
export function fieldValidation(flags: Flags): string {
  const levels: Readonly<Record<string, string>> = {
    strict: 'Strict',
    true: 'Strict',
    warn: 'Warn',
    ignore: 'Ignore',
    false: 'Ignore',
  };
  const given = flags.text('validate');
  const level = levels[given];
  if (level === undefined) {
    throw new Failure(
      `invalid - validate option ${JSON.stringify(given)}; must be one of: strict (or true), warn, ignore (or false)`,
    );
  }
  return level;
}
