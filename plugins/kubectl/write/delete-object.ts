import { pathOf, type Found } from '../builder/found.ts';
import { Failure } from '../failures.ts';
import type { RestClient } from '../rest/rest-client.ts';
import { dryRunQuery, type DryRun } from './dry-run.ts';

export interface Deletion {
  /** -1 for the object's own. */
  readonly graceSeconds: number;
  /** '' for the kind's own. */
  readonly propagation: string;
  readonly dryRun: DryRun;
}

export async function deleteObject(
  client: RestClient,
  found: Omit<Found, 'object' | 'source'>,
  { graceSeconds, propagation, dryRun }: Deletion,
): Promise<void> {
  const body = {
    kind: 'DeleteOptions',
    apiVersion: 'v1',
    ...(propagation === '' ? {} : { propagationPolicy: propagation }),
    ...(graceSeconds >= 0 ? { gracePeriodSeconds: graceSeconds } : {}),
    ...(dryRun === 'server' ? { dryRun: ['All'] } : {}),
  };
  await client.text(pathOf(found), { method: 'DELETE', body, query: { dryRun: dryRunQuery(dryRun) } });
}

export function propagationOf(cascade: string): string {
  const policies: Readonly<Record<string, string>> = {
    background: 'Background',
    foreground: 'Foreground',
    orphan: 'Orphan',
    true: 'Background',
    false: 'Orphan',
  };
  const policy = policies[cascade];
  if (policy !== undefined) return policy;
  throw new Failure(`invalid cascade value (${cascade}). Must be "background", "foreground", or "orphan"`);
}
