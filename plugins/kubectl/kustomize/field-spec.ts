import { isRecord, own } from '../../../src/base/is-record.ts';
import { dig, listAt, textAt, withField, type Fields } from '../dig.ts';
import { Failure } from '../failures.ts';
import { groupOf, versionOf, type KubeObject } from '../kube-object.ts';
import { idOf, idText } from './item.ts';

/** A field of objects of some kinds: `spec/template/spec/containers[]/image`; lists on the way are gone through. */
export interface FieldSpec {
  readonly path: string;
  /** '' for any. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** Whether it is made where it is missing. */
  readonly create: boolean;
}

export const fieldSpec = (path: string, kind = '', more: Partial<FieldSpec> = {}): FieldSpec => ({
  group: '',
  version: '',
  create: false,
  ...more,
  path,
  kind,
});

/** One that a kustomization gives. */
export const givenFieldSpec = (value: unknown): FieldSpec =>
  fieldSpec(textAt(value, 'path'), textAt(value, 'kind'), {
    group: textAt(value, 'group'),
    version: textAt(value, 'version'),
    create: dig(value, 'create') === true,
  });

export const isOfSpec = (
  spec: Pick<FieldSpec, 'group' | 'version' | 'kind'>,
  { group, version, kind }: Pick<FieldSpec, 'group' | 'version' | 'kind'>,
): boolean =>
  (spec.kind === '' || spec.kind === kind) &&
  (spec.group === '' || spec.group === group) &&
  (spec.version === '' || spec.version === version);

/** What becomes of a field's value; it gets `undefined` for one that is made. */
export type Change = (value: unknown) => unknown;

/** The object with the field changed, wherever the spec leads in it. */
export function changeField(object: KubeObject, spec: FieldSpec, change: Change): Fields {
  const of = { group: groupOf(object.apiVersion), version: versionOf(object.apiVersion), kind: object.kind };
  if (!isOfSpec(spec, of)) return object;
  try {
    const changed = changedAt(object, partsOf(spec.path), spec.create, change);
    return isRecord(changed) ? changed : object;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    throw new Failure(`considering field '${spec.path}' of object ${idText(idOf(object))}: ${error.message}`);
  }
}

/** Parts between slashes; one behind a backslash parts nothing. */
const partsOf = (path: string): readonly string[] => path.split(/(?<!\\)\//).map(part => part.replaceAll('\\/', '/'));

function changedAt(value: unknown, path: readonly string[], create: boolean, change: Change): unknown {
  const [first, ...rest] = path;
  if (first === undefined) return change(value);
  if (value === null || value === undefined) return value;
  if (Array.isArray(value)) return value.map(each => changedAt(each, path, create, change));
  if (!isRecord(value)) throw new Failure('expected sequence or mapping node');
  const isList = first.endsWith('[]');
  const name = isList ? first.slice(0, -'[]'.length) : first;
  const makes = create && !isList;
  const there = own(value, name);
  if ((there === undefined || there === null) && !makes) return value;
  const inner = there ?? (rest.length > 0 ? {} : undefined);
  return withField(value, [name], changedAt(inner, rest, create, change));
}

/** Adds entries to a map. */
export const addingEntries =
  (entries: Readonly<Record<string, string>>): Change =>
  value => ({ ...(isRecord(value) ? value : {}), ...entries });

export const specsAt = (value: unknown, ...path: readonly string[]): readonly FieldSpec[] =>
  listAt(value, ...path).map(givenFieldSpec);
