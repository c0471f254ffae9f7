import type { Call } from '../command/verb.ts';
import { listAt, textAt, type Fields } from '../dig.ts';
import { isReason, throwAll } from '../failures.ts';
import { sortedBy } from '../print/sort-by.ts';
import { tableHeader, tableRows, type TableLook } from '../print/server-table.ts';
import { alignTabs, TABLE_TABS } from '../print/tab-text.ts';
import { apiVersionOf, groupKind } from '../rest/api-resource.ts';
import { listFailure } from '../rest/list-failure.ts';
import { getPath, getQuery, TABLE } from './get-query.ts';
import type { PlacedTarget } from './placed-target.ts';

/** Prints what the server says the columns are: a table for each type. */
export async function getTables(
  call: Call,
  targets: readonly PlacedTarget[],
  before: readonly unknown[],
): Promise<void> {
  const { flags, terminal } = call;
  const outcomes = await Promise.allSettled(targets.map(target => tableOf(call, target)));
  const failures: unknown[] = [...before];
  const severalKinds = new Set(targets.map(({ resource }) => `${apiVersionOf(resource)}/${resource.kind}`)).size > 1;
  let isEmpty = true;
  let lines: string[] = [];
  let last: PlacedTarget | undefined;
  const flush = (): void => {
    if (lines.length === 0) return;
    terminal.out((isEmpty || flags.bool('no-headers') ? '' : '\n') + alignTabs(lines.join(''), TABLE_TABS));
    isEmpty = false;
    lines = [];
  };
  for (const [i, outcome] of outcomes.entries()) {
    const target = targets[i];
    if (target === undefined) continue;
    if (outcome.status === 'rejected') {
      if (!(flags.bool('ignore-not-found') && isReason(outcome.reason, 'NotFound'))) failures.push(outcome.reason);
      continue;
    }
    const look = lookOf(call, target, severalKinds);
    if (last?.resource !== target.resource) flush();
    last = target;
    const rows = tableRows(outcome.value, look);
    if (rows.length === 0) continue;
    if (lines.length === 0 && !flags.bool('no-headers')) lines.push(`${tableHeader(outcome.value, look)}\n`);
    lines.push(...rows.map(row => `${row}\n`));
  }
  flush();
  if (isEmpty && failures.length === 0 && !flags.bool('ignore-not-found')) await tellNothing(call, targets);
  throwAll(failures);
}

async function tellNothing({ flags, terminal, cluster }: Call, targets: readonly PlacedTarget[]): Promise<void> {
  const within = !flags.bool('all-namespaces') && targets.every(({ resource }) => resource.namespaced);
  const where = within ? ` in ${await cluster.namespace()} namespace.` : '';
  terminal.err(`No resources found${where}\n`);
}

export function lookOf({ flags }: Call, { resource }: PlacedTarget, severalKinds: boolean): TableLook {
  return {
    wide: flags.text('output') === 'wide',
    withNamespace: flags.bool('all-namespaces') && resource.namespaced,
    kindPrefix: severalKinds || flags.bool('show-kind') ? groupKind(resource) : '',
    showLabels: flags.bool('show-labels'),
    labelColumns: flags.list('label-columns'),
  };
}

/** All pages as one table. */
export async function tableOf(call: Call, target: PlacedTarget): Promise<Fields> {
  const client = await call.cluster.client();
  const rows: unknown[] = [];
  let page: string | undefined;
  let table: Fields;
  do {
    const query = { ...getQuery(target, call), continue: page };
    table = (await client
      .json(getPath(target, call), { accept: TABLE, query })
      .catch((error: unknown) =>
        Promise.reject(target.name === undefined ? listFailure(error, target.resource, query) : error),
      )) as Fields;
    rows.push(...listAt(table, 'rows'));
    page = textAt(table, 'metadata', 'continue') || undefined;
  } while (page !== undefined);
  const by = call.flags.text('sort-by');
  const sorted = by === '' || target.name !== undefined ? rows : sortedBy(by, rows, row => (row as Fields)['object']);
  return { ...table, rows: sorted };
}
