import { Failure } from '../failures.ts';
import type { Flags } from '../command/flags.ts';

export type DryRun = 'none' | 'client' | 'server';

/** What `--dry-run` means; it must be said which. */
export function dryRunOf(flags: Flags): DryRun {
  const given = flags.text('dry-run');
  if (given === 'none' || given === 'client' || given === 'server') return given;
  // `--dry-run` alone is an older way to say so.
  if (given === 'unchanged') return 'client';
  throw new Failure(`Invalid dry-run value (${given}). Must be "none", "server", or "client".`);
}

/** After what was done: that it was not. */
export const dryRunNote = (dryRun: DryRun): string =>
  dryRun === 'client' ? ' (dry run)' : dryRun === 'server' ? ' (server dry run)' : '';

export const dryRunQuery = (dryRun: DryRun): string | undefined => (dryRun === 'server' ? 'All' : undefined);
