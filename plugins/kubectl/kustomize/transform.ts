import { isRecord } from '../../../src/base/is-record.ts';
import { dig, fieldsAt, listAt, numberAt, textAt, textsAt, withField, type Fields } from '../dig.ts';
import { Failure } from '../failures.ts';
import { nameOf } from '../kube-object.ts';
import { addingEntries, changeField, isOfSpec, specsAt, type Change, type FieldSpec } from './field-spec.ts';
import {
  ANNOTATION_FIELDS,
  COMMON_LABEL_FIELDS,
  METADATA_LABEL_FIELDS,
  NAMESPACE_FIELDS,
  REPLICA_FIELDS,
  TEMPLATE_LABEL_FIELDS,
} from './field-specs.ts';
import type { Folder } from './folder.ts';
import {
  allIds,
  currentId,
  idText,
  isSameId,
  kindText,
  originalId,
  remembering,
  withName,
  withObject,
  type Item,
} from './item.ts';
import { isKindOfCluster } from './known-kinds.ts';
import { patchItems, patchStrategically } from './patch-items.ts';
import { setImages } from './set-images.ts';

/** Changes items as a kustomization says, in kustomize's own order. */
export async function transform(folder: Folder, fields: Fields, items: readonly Item[]): Promise<readonly Item[]> {
  let all = await patchStrategically(folder, fields, items);
  all = await patchItems(folder, fields, 'patches', all);
  all = withNamespace(all, textAt(fields, 'namespace'));
  all = withAffix(all, 'prefixes', textAt(fields, 'namePrefix'));
  all = withAffix(all, 'suffixes', textAt(fields, 'nameSuffix'));
  all = withLabels(all, fields);
  all = changed(
    all,
    ANNOTATION_FIELDS,
    addingEntries(textsAt(fields, 'commonAnnotations')),
    dig(fields, 'commonAnnotations'),
  );
  all = await patchItems(folder, fields, 'patchesJson6902', all);
  all = listAt(fields, 'replicas').reduce<readonly Item[]>(withReplicas, all);
  return setImages(all, listAt(fields, 'images'));
}

/** With a field of each changed; as they are where there is nothing to change it by. */
function changed(items: readonly Item[], specs: readonly FieldSpec[], change: Change, by: unknown): readonly Item[] {
  if (!isRecord(by) || Object.keys(by).length === 0) return items;
  return items.map(item =>
    specs.reduce((each, spec) => withObject(each, changeField(each.object, spec, change)), item),
  );
}

function withLabels(items: readonly Item[], fields: Fields): readonly Item[] {
  const labelled = listAt(fields, 'labels').reduce<readonly Item[]>((all, label) => {
    const own = specsAt(label, 'fields');
    const selects = dig(label, 'includeSelectors') === true;
    const templates = dig(label, 'includeTemplates') === true ? TEMPLATE_LABEL_FIELDS : [];
    const specs = selects ? [...own, ...COMMON_LABEL_FIELDS] : [...own, ...templates, ...METADATA_LABEL_FIELDS];
    return changed(all, specs, addingEntries(textsAt(label, 'pairs')), dig(label, 'pairs'));
  }, items);
  return changed(
    labelled,
    COMMON_LABEL_FIELDS,
    addingEntries(textsAt(fields, 'commonLabels')),
    dig(fields, 'commonLabels'),
  );
}

function withNamespace(items: readonly Item[], namespace: string): readonly Item[] {
  if (namespace === '') return items;
  const placed = items.map(item => {
    const before = remembering(item);
    const { object } = item;
    let fields: Fields = isKindOfCluster(currentId(item))
      ? object
      : withField(object, ['metadata', 'namespace'], namespace);
    if (object.kind === 'RoleBinding' || object.kind === 'ClusterRoleBinding') {
      const subjects = listAt(object, 'subjects');
      const own = (subject: unknown): unknown =>
        textAt(subject, 'name') === 'default' ? { ...fieldsAt(subject), namespace } : subject;
      if (subjects.length > 0) fields = withField(fields, ['subjects'], subjects.map(own));
    }
    return NAMESPACE_FIELDS.reduce(
      (each, spec) =>
        withObject(
          each,
          changeField(each.object, spec, () => namespace),
        ),
      withObject(before, fields),
    );
  });
  for (const item of placed) {
    const same = placed.filter(each => isSameId(currentId(each), currentId(item)));
    if (same.length === 1) continue;
    const ids = same.map(each => idText(originalId(each)));
    throw new Failure(`namespace transformation produces ID conflict: [${ids.join(' ')}]`);
  }
  return placed;
}

/** Kinds whose names mean something by themselves. */
const NAMED_ELSEWHERE = [
  { kind: 'CustomResourceDefinition', group: '', version: '' },
  { kind: 'APIService', group: 'apiregistration.k8s.io', version: '' },
  { kind: 'Namespace', group: '', version: '' },
];

function withAffix(items: readonly Item[], which: 'prefixes' | 'suffixes', affix: string): readonly Item[] {
  if (affix === '') return items;
  return items.map(item => {
    if (NAMED_ELSEWHERE.some(spec => isOfSpec(spec, originalId(item)))) return item;
    const name = nameOf(item.object);
    const renamed = withName(remembering(item), which === 'prefixes' ? affix + name : name + affix);
    return { ...renamed, [which]: [...item[which], affix] };
  });
}

function withReplicas(items: readonly Item[], replica: unknown): readonly Item[] {
  const name = textAt(replica, 'name');
  let isFound = false;
  const set = items.map(item => {
    const spec = REPLICA_FIELDS.find(each => allIds(item).some(id => id.name === name && isOfSpec(each, id)));
    if (spec === undefined) return item;
    isFound = true;
    return withObject(
      item,
      changeField(item.object, spec, () => numberAt(replica, 'count') ?? 0),
    );
  });
  if (isFound) return set;
  throw new Failure(
    `resource with name ${name} does not match a config with the following GVK [${REPLICA_FIELDS.map(kindText).join(' ')}]`,
  );
}
