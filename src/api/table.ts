import type { AnyObject } from './object-meta.ts';
import type { Resource, RowCondition } from './resource.ts';

/** `meta.k8s.io` Table: what `kubectl get` prints, computed here. */
export interface Table {
  readonly kind: 'Table';
  readonly apiVersion: string;
  readonly metadata: object;
  readonly columnDefinitions: readonly object[];
  readonly rows: readonly TableRow[];
}
export interface TableRow {
  readonly cells: readonly (string | number | boolean | null)[];
  readonly conditions?: readonly RowCondition[];
  readonly object: unknown;
}

export interface TableOptions {
  /** Version of `meta.k8s.io` that was asked for. */
  readonly metaVersion: string;
  readonly includeObject: 'None' | 'Metadata' | 'Object';
  readonly nowMs: number;
}

export function tableOf(
  resource: Resource,
  objects: readonly AnyObject[],
  metadata: object,
  options: TableOptions & { readonly withoutColumns?: boolean },
): Table {
  return {
    kind: 'Table',
    apiVersion: `meta.k8s.io/${options.metaVersion}`,
    metadata,
    columnDefinitions: options.withoutColumns === true ? [] : columnDefinitions(resource),
    rows: objects.map(object => rowOf(resource, object, options)),
  };
}

export function columnDefinitions({ columns }: Resource): readonly object[] {
  return columns.map(({ name, type, format = '', description = '', priority = 0 }) => ({
    name,
    type,
    format,
    description,
    priority,
  }));
}

export function rowOf(
  { columns, rowConditions }: Resource,
  object: AnyObject,
  { includeObject, metaVersion, nowMs }: TableOptions,
): TableRow {
  const cells = columns.map(column => column.value(object, nowMs));
  const conditions = rowConditions?.(object) ?? [];
  const told = conditions.length === 0 ? {} : { conditions };
  if (includeObject === 'None') return { cells, ...told, object: null };
  return { cells, ...told, object: includeObject === 'Object' ? object : partialObject(object, metaVersion) };
}

/** `meta.k8s.io` PartialObjectMetadata: an object without what its kind adds. */
export const partialObject = ({ metadata }: AnyObject, metaVersion: string): object => ({
  kind: 'PartialObjectMetadata',
  apiVersion: `meta.k8s.io/${metaVersion}`,
  metadata,
});
