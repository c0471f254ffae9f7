import { dig, listAt, numberAt, textAt } from '../dig.ts';
import { isRecord } from '../../../src/base/is-record.ts';
import { goText } from '../../../src/base/go-text.ts';
import { nameOf, namespaceOf } from '../kube-object.ts';

export interface TableLook {
  readonly wide: boolean;
  readonly withNamespace: boolean;
  /** `pod/` before each name, where several kinds are printed. */
  readonly kindPrefix: string;
  readonly showLabels: boolean;
  readonly labelColumns: readonly string[];
}

export const isTable = (value: unknown): boolean => dig(value, 'kind') === 'Table';

export function tableHeader(table: unknown, look: TableLook): string {
  const names = columnsOf(table, look).map(({ name }) => name.toUpperCase());
  return [
    ...(look.withNamespace ? ['NAMESPACE'] : []),
    ...names,
    ...look.labelColumns.map(label => (label.split('/').at(-1) ?? label).toUpperCase()),
    ...(look.showLabels ? ['LABELS'] : []),
  ].join('\t');
}

export function tableRows(table: unknown, look: TableLook): readonly string[] {
  const columns = columnsOf(table, look);
  return listAt(table, 'rows').map(row => {
    const object = dig(row, 'object');
    const cells = listAt(row, 'cells');
    const labels = dig(object, 'metadata', 'labels');
    return [
      ...(look.withNamespace ? [namespaceOf(object)] : []),
      ...columns.map(
        ({ at, name }) =>
          (look.kindPrefix !== '' && name === 'Name' ? `${look.kindPrefix}/` : '') + cellText(cells[at]),
      ),
      ...look.labelColumns.map(label => textAt(labels, label)),
      ...(look.showLabels ? [labelsText(labels)] : []),
    ].join('\t');
  });
}

function columnsOf(table: unknown, { wide }: TableLook): readonly { readonly name: string; readonly at: number }[] {
  return listAt(table, 'columnDefinitions')
    .map((column, at) => ({ name: textAt(column, 'name'), at, priority: numberAt(column, 'priority') ?? 0 }))
    .filter(({ priority }) => wide || priority === 0);
}

function cellText(value: unknown): string {
  if (value === null || value === undefined) return '<nil>';
  const text = typeof value === 'string' ? value : goText(value);
  const end = text.search(/[\f\n\r]/);
  return end < 0 ? text : `${text.slice(0, end)}...`;
}

function labelsText(labels: unknown): string {
  const entries = isRecord(labels) ? Object.entries(labels) : [];
  if (entries.length === 0) return '<none>';
  return entries
    .map(([key, value]) => `${key}=${String(value)}`)
    .toSorted()
    .join(',');
}

/** A single row's object tells which one it is of. */
export const rowName = (row: unknown): string => nameOf(dig(row, 'object'));
