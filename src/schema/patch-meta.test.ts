import { expect, it } from 'vitest';
import { isAtomic, listMeta, nodeAt } from './patch-meta.ts';
import { list, listMap, listSet, map, object, string } from './schema.ts';

const item = object({ name: string(), kind: string() });
const { node } = object({
  plain: list(item),
  merged: listMap(item, 'name', 'kind').retainKeys(),
  replaced: listMap(item, 'name').patchKey(null),
  byName: list(item).patchKey('name'),
  set: listSet(string()),
  selector: map(string()).atomic(),
  nested: object({ list: listMap(item, 'name') }),
});

it.each([
  ['plain', null, 'atomic', false],
  ['merged', 'name', 'map', true],
  ['replaced', null, 'map', false],
  ['byName', 'name', 'atomic', false],
  ['set', '', 'set', false],
])('%s merges by %s and is %s', (field, mergeKey, listType, retainKeys) => {
  expect(listMeta(nodeAt(node, [field]) ?? node)).toMatchObject({ mergeKey, listType, retainKeys });
});

it('finds nodes by path', () => {
  expect(nodeAt(node, ['nested', 'list', '0', 'name'])?.kind).toBe('string');
  expect(nodeAt(node, ['nested', 'constructor'])).toBeUndefined();
  expect([['plain'], ['selector'], ['set'], ['nested']].map(path => isAtomic(nodeAt(node, path) ?? node))).toEqual([
    true,
    true,
    false,
    false,
  ]);
});
