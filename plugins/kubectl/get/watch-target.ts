import type { Call } from '../command/verb.ts';
import { dig, listAt, textAt, type Fields } from '../dig.ts';
import { Failure } from '../failures.ts';
import { isKubeObject, type KubeObject } from '../kube-object.ts';
import type { Printer } from '../print/printer.ts';
import { tableHeader, tableRows } from '../print/server-table.ts';
import { alignTabs, TABLE_TABS } from '../print/tab-text.ts';
import { apiVersionOf, resourcePath } from '../rest/api-resource.ts';
import { watch } from '../rest/watch.ts';
import type { ColumnsPrinter } from './get-objects.ts';
import { getPath, nameQuery, selectorQuery, TABLE } from './get-query.ts';
import { lookOf } from './get-tables.ts';
import type { PlacedTarget } from './placed-target.ts';

/** Prints one object or type, and then each change of it. */
export async function watchTarget(
  call: Call,
  targets: readonly PlacedTarget[],
  printer: Printer | undefined,
  columns: ColumnsPrinter | undefined,
): Promise<void> {
  const [target, ...more] = targets;
  if (target === undefined) return;
  if (more.length > 0) {
    throw new Failure(
      more.some(({ resource }) => resource !== target.resource)
        ? 'you may only specify a single resource type'
        : `watch is only supported on individual resources and resource collections - ${targets.length} resources were found`,
    );
  }
  const { flags, terminal, cluster } = call;
  const client = await cluster.client();
  const isTable = printer === undefined && columns === undefined;
  const accept = isTable ? TABLE : 'application/json';
  const print = isTable ? tablePrinter(call, target) : objectPrinter(call, target, printer, columns);
  const query = target.name === undefined ? selectorQuery(call) : nameQuery(target);
  const first = await client.json(getPath(target, call), { accept, query: target.name === undefined ? query : {} });
  if (!flags.bool('watch-only')) terminal.out(print('ADDED', first));
  const resourceVersion = target.name === undefined ? textAt(first, 'metadata', 'resourceVersion') : versionOf(first);
  const path = resourcePath(target.resource, target.namespace);
  for await (const { type, object } of watch(client, path, {
    accept,
    query: { ...query, resourceVersion },
    signal: terminal.over,
  })) {
    terminal.out(print(type, object));
  }
}

/** A single object's table has the object's revision at its row. */
const versionOf = (first: unknown): string =>
  textAt(first, 'metadata', 'resourceVersion') || textAt(first, 'rows', 0, 'object', 'metadata', 'resourceVersion');

function tablePrinter(call: Call, target: PlacedTarget): (type: string, table: unknown) => string {
  const look = lookOf(call, target, false);
  const remembered: number[] = [];
  const withEvents = call.flags.bool('output-watch-events');
  let columns: unknown;
  let hasHeader = call.flags.bool('no-headers');
  return (type, table) => {
    // Only the first table of a watch says what its columns are.
    if (listAt(table, 'columnDefinitions').length > 0) columns = dig(table, 'columnDefinitions');
    const whole = { ...(table as Fields), columnDefinitions: columns };
    const rows = tableRows(whole, look);
    if (rows.length === 0) return '';
    const header = hasHeader ? [] : [`${withEvents ? 'EVENT\t' : ''}${tableHeader(whole, look)}\n`];
    hasHeader = true;
    const lines = rows.map(row => `${withEvents ? `${type}\t` : ''}${row}\n`);
    return alignTabs([...header, ...lines].join(''), TABLE_TABS, remembered);
  };
}

function objectPrinter(
  call: Call,
  { resource }: PlacedTarget,
  printer: Printer | undefined,
  columns: ColumnsPrinter | undefined,
): (type: string, object: unknown) => string {
  const withEvents = call.flags.bool('output-watch-events');
  let isFirst = true;
  const print = (type: string, object: KubeObject): string => {
    if (columns !== undefined) {
      const printed = columns([object], isFirst);
      isFirst = false;
      return printed;
    }
    if (!withEvents) return printer?.(object) ?? '';
    return printer?.({ type, object } as unknown as KubeObject) ?? '';
  };
  return (type, value) => {
    if (Array.isArray(dig(value, 'items'))) {
      return listAt(value, 'items')
        .map(item => print(type, { ...(item as Fields), apiVersion: apiVersionOf(resource), kind: resource.kind }))
        .join('');
    }
    return isKubeObject(value) ? print(type, value) : '';
  };
}
