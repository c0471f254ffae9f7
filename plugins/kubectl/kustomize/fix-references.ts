import { isRecord } from '../../../src/base/is-record.ts';
import { dig, listAt, textAt, withField } from '../dig.ts';
import { Failure } from '../failures.ts';
import { nameOf, namespaceOf } from '../kube-object.ts';
import { changeField, fieldSpec, isOfSpec, type FieldSpec } from './field-spec.ts';
import { currentId, effectiveNamespace, idText, originalId, withObject, type Id, type Item } from './item.ts';
import { isKindOfCluster } from './known-kinds.ts';
import { NAME_REFERENCES, type NameReference } from './name-references.ts';

/** All items, with what they call one another by made what it is called now. */
export const fixReferences = (items: readonly Item[]): readonly Item[] =>
  items.map(item => {
    const original = originalId(item);
    const reachable = reachableFrom(item, items);
    return NAME_REFERENCES.reduce((fixed, reference) => {
      const fields = reference.fields.filter(field => isOfSpec(field, original));
      return fields.reduce((each, field) => fixField(each, field, reference, reachable), fixed);
    }, item);
  });

function fixField(referrer: Item, field: FieldSpec, { target }: NameReference, reachable: readonly Item[]): Item {
  const find = (name: string, candidates: readonly Item[], withNamespace: boolean): Item | undefined =>
    selected(referrer, field, target, name, candidates, withNamespace);
  const fixed = (value: unknown): unknown => {
    if (typeof value === 'string') {
      const found = find(value, reachable, false);
      return found === undefined ? value : nameOf(found.object);
    }
    if (Array.isArray(value)) return value.map(fixed);
    if (!isRecord(value)) return value;
    const name = textAt(value, 'name');
    if (dig(value, 'name') === undefined) throw new Failure(`path config error; no 'name' field in node`);
    const found = find(name, inNamespace(value, reachable), true);
    if (found === undefined) return value;
    const renamed = withField(value, ['name'], nameOf(found.object));
    const namespace = namespaceOf(found.object);
    return namespace === '' ? renamed : withField(renamed, ['namespace'], namespace);
  };
  // Which kind refers has been decided by what it was at first.
  return withObject(referrer, changeField(referrer.object, fieldSpec(field.path), fixed));
}

const inNamespace = (value: unknown, candidates: readonly Item[]): readonly Item[] => {
  const namespace = textAt(value, 'namespace');
  if (namespace === '') return candidates;
  const named = (id: (item: Item) => Id): readonly Item[] =>
    candidates.filter(each => !isKindOfCluster(id(each)) && effectiveNamespace(id(each)) === namespace);
  const before = named(originalId);
  return before.length > 0 ? before : named(currentId);
};

/** What of the same namespace or of none can be meant; a binding may mean accounts of others. */
function reachableFrom(referrer: Item, items: readonly Item[]): readonly Item[] {
  const id = currentId(referrer);
  if (isKindOfCluster(id)) return items;
  const others = new Set(
    (referrer.object.kind === 'RoleBinding' ? listAt(referrer.object, 'subjects') : [])
      .filter(subject => textAt(subject, 'kind') === 'ServiceAccount')
      .map(subject => textAt(subject, 'namespace')),
  );
  return items.filter(each => {
    const other = currentId(each);
    return (
      isKindOfCluster(other) ||
      effectiveNamespace(other) === effectiveNamespace(id) ||
      others.has(namespaceOf(each.object))
    );
  });
}

function selected(
  referrer: Item,
  field: FieldSpec,
  target: NameReference['target'],
  name: string,
  candidates: readonly Item[],
  withNamespace: boolean,
): Item | undefined {
  const id = currentId(referrer);
  const role = field.path.endsWith('roleRef/name') ? roleOf(referrer) : undefined;
  const meant = candidates.filter(
    each =>
      each.before.some(earlier => earlier.name === name) &&
      each.before.some(earlier => isOfSpec(target, earlier)) &&
      (role === undefined || each.before.some(earlier => isOfSpec(role, earlier))) &&
      (isKindOfCluster(id) ||
        isKindOfCluster(currentId(each)) ||
        each.object.kind === 'ServiceAccount' ||
        effectiveNamespace(currentId(each)) === effectiveNamespace(id)),
  );
  if (meant.length === 1) return meant[0];
  const alike = meant.filter(each => hasSameAffixes(each, referrer, true));
  const left = alike.length > 1 ? alike.filter(each => hasSameAffixes(each, referrer, false)) : alike;
  const [first] = left;
  if (first === undefined || left.length === 1) return first;
  const key = ({ object }: Item): string => `${nameOf(object)}/${withNamespace ? namespaceOf(object) : ''}`;
  if (left.every(each => key(each) === key(first))) return first;
  throw new Failure(
    `updating name reference in '${field.path}' field of '${idText(id)}': found multiple possible referrals: ${left.map(each => idText(currentId(each))).join(', ')}`,
  );
}

function roleOf({ object }: Item): NameReference['target'] | undefined {
  const [group, kind] = [textAt(object, 'roleRef', 'apiGroup'), textAt(object, 'roleRef', 'kind')];
  return dig(object, 'roleRef', 'apiGroup') === undefined || kind === '' ? undefined : { group, kind, version: '' };
}

/** Whether both were given the same names by the same overlays; `loosely`: or one of them was given none. */
const hasSameAffixes = (a: Item, b: Item, loosely: boolean): boolean =>
  (['prefixes', 'suffixes'] as const).every(
    of => (loosely && (a[of].length === 0 || b[of].length === 0)) || endSame(a[of], b[of]),
  );

function endSame(a: readonly string[], b: readonly string[]): boolean {
  const [short, long] = a.length > b.length ? [b, a] : [a, b];
  if (short.length === 0) return long.length === 0;
  return short.every((each, i) => each === long[i + long.length - short.length]);
}
