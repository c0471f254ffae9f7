import { jsonPatch } from '../../../src/api/json-patch.ts';
import { JsonPatchError } from '../../../src/api/json-patch-error.ts';
import { isRecord } from '../../../src/base/is-record.ts';
import { documentsOf } from '../builder/documents.ts';
import { dig, listAt, textAt, withField, type Fields } from '../dig.ts';
import { Failure } from '../failures.ts';
import { nameOf, namespaceOf, type KubeObject } from '../kube-object.ts';
import type { Folder } from './folder.ts';
import { allIds, currentId, idOf, idText, isSameId, remembering, withObject, type Item } from './item.ts';
import { schemaOfKind } from './known-kinds.ts';
import { mergeStrategically } from './merge-strategically.ts';
import { objectsIn } from './parse-objects.ts';
import { selectItems } from './select-items.ts';

/** Strategic merge patches by files or in place: `patchesStrategicMerge`. */
export async function patchStrategically(
  folder: Folder,
  fields: Fields,
  items: readonly Item[],
): Promise<readonly Item[]> {
  let all = items;
  for (const each of listAt(fields, 'patchesStrategicMerge').map(String)) {
    const inPlace = await documentsOf(each, each, { hasPlainWords: true });
    const documents = inPlace.every(isRecord)
      ? inPlace
      : await documentsOf(await folder.text(each), each, { hasPlainWords: true });
    for (const patch of objectsIn(documents)) all = patchTarget(all, patch, NO_OPTIONS);
  }
  return all;
}

/** Patches of either kind: `patches`, and the JSON patches of `patchesJson6902`. */
export async function patchItems(
  folder: Folder,
  fields: Fields,
  field: 'patches' | 'patchesJson6902',
  items: readonly Item[],
): Promise<readonly Item[]> {
  let all = items;
  for (const entry of listAt(fields, field)) all = await patchEntry(folder, entry, all);
  return all;
}

interface PatchOptions {
  readonly allowNameChange: boolean;
  readonly allowKindChange: boolean;
}
const NO_OPTIONS: PatchOptions = { allowNameChange: false, allowKindChange: false };

async function patchEntry(folder: Folder, entry: unknown, items: readonly Item[]): Promise<readonly Item[]> {
  const { text, source } = await patchText(folder, entry);
  const documents = (await documentsOf(text, source, { hasPlainWords: true })).filter(
    each => each !== null && each !== undefined,
  );
  const target = dig(entry, 'target');
  const [first] = documents;
  if (Array.isArray(first)) {
    if (target === undefined) throw new Failure(`must specify a target for JSON patch ${source}`);
    const selected = new Set(selectItems(items, target));
    return items.map(item => (selected.has(item) ? withJsonPatch(item, first) : item));
  }
  if (documents.some(each => !isRecord(each))) throw new Failure(`unable to parse SM or JSON patch from ${source}`);
  const patches = objectsIn(documents);
  const options = {
    allowNameChange: dig(entry, 'options', 'allowNameChange') === true,
    allowKindChange: dig(entry, 'options', 'allowKindChange') === true,
  };
  if (target === undefined) return patches.reduce((all, patch) => patchTarget(all, patch, options), items);
  const [patch, ...more] = patches;
  if (patch === undefined) return items;
  if (more.length > 0) {
    throw new Failure(
      `Multiple Strategic-Merge Patches in one \`patches\` entry is not allowed to set \`patches.target\` field: ${source}`,
    );
  }
  const selected = new Set(selectItems(items, target));
  return items.flatMap(item => (selected.has(item) ? merged(item, patch, options) : [item]));
}

async function patchText(folder: Folder, entry: unknown): Promise<{ readonly text: string; readonly source: string }> {
  const [patch, path] = [textAt(entry, 'patch').trim(), textAt(entry, 'path')];
  if (patch !== '' && path !== '') throw new Failure(`patch and path can't be set at the same time`);
  if (patch !== '') return { text: patch, source: `[patch: ${JSON.stringify(patch)}]` };
  if (path === '') throw new Failure('must specify one of patch and path');
  try {
    return { text: await folder.text(path), source: `[path: ${JSON.stringify(path)}]` };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    throw new Failure(`failed to get the patch file from path(${path}): ${error.message}`);
  }
}

/** Patches the one object that the patch itself names, by any name it has had. */
function patchTarget(items: readonly Item[], patch: KubeObject, options: PatchOptions): readonly Item[] {
  const id = idOf(patch);
  const [found, ...more] = items.filter(item => allIds(item).some(each => isSameId(each, id)));
  if (found === undefined || more.length > 0) {
    const matches = found === undefined ? 'no matches' : 'multiple matches';
    throw new Failure(
      `no resource matches strategic merge patch ${JSON.stringify(idText(id))}: ${matches} for Id ${idText(id)}; failed to find unique target for patch ${idText(id)}`,
    );
  }
  return items.flatMap(item => (item === found ? merged(item, patch, options) : [item]));
}

/** The item patched; none where the patch deletes it. */
function merged(item: Item, patch: KubeObject, options: PatchOptions): readonly Item[] {
  const { object } = item;
  const changed = mergeStrategically(schemaOfKind(currentId(item)), object, patch);
  if (changed === undefined || Object.keys(changed).length === 0) return [];
  const before = options.allowNameChange || options.allowKindChange ? remembering(item) : item;
  let settled: Fields = { ...changed, apiVersion: object.apiVersion };
  if (options.allowKindChange) settled = { ...settled, apiVersion: textAt(changed, 'apiVersion') };
  else settled = { ...settled, kind: object.kind };
  if (!options.allowNameChange) settled = withField(settled, ['metadata', 'name'], nameOf(object));
  settled = withField(settled, ['metadata', 'namespace'], namespaceOf(object) || undefined);
  return [withObject(before, settled)];
}

const LIMITS = { operations: 10_000, copyBytes: 10_000_000, shiftedItems: 10_000_000, depth: 1000 };

function withJsonPatch(item: Item, operations: readonly unknown[]): Item {
  try {
    const changed = jsonPatch(item.object, operations, LIMITS);
    return withObject(remembering(item), isRecord(changed) ? changed : {});
  } catch (error) {
    if (error instanceof JsonPatchError) throw new Failure(`${idText(currentId(item))}: ${error.message}`);
    throw error;
  }
}
