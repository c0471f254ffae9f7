import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { int32, list, listMap, listSet, map, object, string } from '../schema/schema.ts';
import { isDeepEqual } from '../base/deep-equal.ts';
import { jsonPatch } from './json-patch.ts';
import { mergePatch } from './merge-patch.ts';
import type { AnyObject } from './object-meta.ts';
import { defineResource } from './resource.ts';
import { strategicMergePatch } from './strategic-merge-patch.ts';

const LIMITS = { operations: 100, copyBytes: 1000, shiftedItems: 1000, depth: 100 };
const item = object({ name: string(), value: int32().optional(), ports: list(int32()).optional() });
const Thing = defineResource({
  group: '',
  version: 'v1',
  kind: 'Thing',
  plural: 'things',
  scope: 'Cluster',
  openapiName: 'Thing',
  columns: [],
  fields: {
    items: listMap(item, 'name').optional(),
    tags: listSet(string()).optional(),
    words: list(string()).optional(),
    labels: map(string()).optional(),
    strategy: object({ type: string().optional(), rolling: map(string()).optional() })
      .retainKeys()
      .optional(),
    chosen: map(string()).replaced().optional(),
  },
});

const thing = (fields: object): AnyObject => fields as AnyObject;
const strategic = (current: object, patch: unknown): unknown => strategicMergePatch(Thing, thing(current), patch);

describe('JSON patch (RFC 6902)', () => {
  it.each([
    [{ a: 1 }, [{ op: 'add', path: '/b', value: 2 }], { a: 1, b: 2 }],
    [{ a: [1, 3] }, [{ op: 'add', path: '/a/1', value: 2 }], { a: [1, 2, 3] }],
    [{ a: [1] }, [{ op: 'add', path: '/a/-', value: 2 }], { a: [1, 2] }],
    [{ a: { b: 1 } }, [{ op: 'remove', path: '/a/b' }], { a: {} }],
    [
      { 'a/b': 1, 'm~n': 2 },
      [
        { op: 'replace', path: '/a~1b', value: 9 },
        { op: 'remove', path: '/m~0n' },
      ],
      { 'a/b': 9 },
    ],
    [{ a: { b: 1 } }, [{ op: 'move', from: '/a/b', path: '/c' }], { a: {}, c: 1 }],
    [
      { a: [1] },
      [
        { op: 'copy', from: '/a', path: '/b' },
        { op: 'test', path: '/b', value: [1] },
      ],
      { a: [1], b: [1] },
    ],
    [{ a: 1 }, [{ op: 'add', path: '', value: 5 }], 5],
    [{ a: 1 }, [{ op: 'replace', path: '/b', value: 2 }], { a: 1, b: 2 }],
  ])('%j and %j', (document, patch, result) => {
    expect(jsonPatch(document, patch, LIMITS)).toEqual(result);
  });

  it.each([
    [[{ op: 'remove', path: '/none' }], 'DoesNotApply'],
    [[{ op: 'test', path: '/a', value: 2 }], 'TestFailed'],
    [[{ op: 'add', path: '/list/3', value: 1 }], 'DoesNotApply'],
    [[{ op: 'add', path: '/list/01', value: 1 }], 'DoesNotApply'],
    [[{ op: 'remove', path: '/toString' }], 'DoesNotApply'],
    [[{ op: 'add', path: '/constructor/prototype/x', value: 1 }], 'DoesNotApply'],
    [[{ op: 'move', from: '/a', path: '/a/b' }], 'DoesNotApply'],
    [[{ op: 'add', path: 'a', value: 1 }], 'DoesNotApply'],
    [[{ op: 'add', path: '/a~2', value: 1 }], 'DoesNotApply'],
    [[{ op: 'add', path: '/a' }], 'DoesNotApply'],
    [[{ op: 'grow', path: '/a' }], 'DoesNotApply'],
    [{}, 'Malformed'],
    [[1], 'Malformed'],
    [Array.from({ length: 101 }, () => ({ op: 'test', path: '/a', value: 1 })), 'TooLarge'],
  ])('refuses %j as %s', (patch, code) => {
    expect(() => jsonPatch({ a: 1, list: [1] }, patch, LIMITS)).toThrow(expect.objectContaining({ code }));
  });

  it.each([
    [{ op: 'add', path: '/x/y', value: 1 }, 'add operation does not apply: doc is missing path: "/x/y": missing value'],
    [
      { op: 'add', path: '/list/7', value: 1 },
      "error in add for path: '/list/7': Unable to access invalid index: 7: invalid index referenced",
    ],
    [
      { op: 'remove', path: '/none' },
      "error in remove for path: '/none': Unable to remove nonexistent key: none: missing value",
    ],
    [
      { op: 'replace', path: '/list/7', value: 1 },
      'replace operation does not apply: doc is missing key: /list/7: missing value',
    ],
    [
      { op: 'copy', from: '/x/y', path: '/z' },
      'copy operation does not apply: doc is missing from path: /x/y: missing value',
    ],
    [{ op: 'test', path: '/x/y', value: 1 }, 'test operation does not apply: is missing path: /x/y: missing value'],
    [{ op: 'test', path: '/none', value: 1 }, 'testing value /none failed: test failed'],
  ])('tells what %j lacks as upstream does', (operation, message) => {
    expect(() => jsonPatch({ a: 1, list: [1] }, [operation], LIMITS)).toThrow(message);
  });

  it('takes __proto__ for a member, and bounds what copies add', () => {
    const patched = jsonPatch({}, [{ op: 'add', path: '/__proto__', value: { polluted: 1 } }], LIMITS);
    expect(JSON.stringify(patched)).toBe('{"__proto__":{"polluted":1}}');
    expect('polluted' in {}).toBe(false);
    const copies = [
      { op: 'add', path: '/a', value: 'x'.repeat(600) },
      ...['/b', '/c'].map(path => ({ op: 'copy', from: '/a', path })),
    ];
    expect(() => jsonPatch({}, copies, LIMITS)).toThrow(expect.objectContaining({ code: 'TooLarge' }));
  });
});

describe('merge patch (RFC 7386)', () => {
  it.each([
    [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
    [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
    [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
    [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
    [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  ])('%j and %j', (target, patch, result) => {
    expect(mergePatch(target, patch)).toEqual(result);
  });

  const json = fc.jsonValue({ maxDepth: 3 });
  it('changes nothing when applied twice, and nothing in place', () => {
    fc.assert(
      fc.property(json, json, (target, patch) => {
        const before = JSON.stringify(target);
        const once = mergePatch(target, patch);
        return isDeepEqual(mergePatch(once, patch), once) && JSON.stringify(target) === before;
      }),
    );
  });
});

describe('strategic merge patch', () => {
  it.each([
    [
      'merges items by key',
      { items: [{ name: 'a', value: 1 }, { name: 'b' }] },
      { items: [{ name: 'b', value: 2 }, { name: 'c' }] },
      { items: [{ name: 'a', value: 1 }, { name: 'b', value: 2 }, { name: 'c' }] },
    ],
    [
      'deletes an item',
      { items: [{ name: 'a' }, { name: 'b' }] },
      { items: [{ name: 'a', $patch: 'delete' }] },
      { items: [{ name: 'b' }] },
    ],
    [
      'replaces a list',
      { items: [{ name: 'a' }] },
      { items: [{ $patch: 'replace' }, { name: 'z' }] },
      { items: [{ name: 'z' }] },
    ],
    ['replaces an object', { labels: { a: '1' } }, { labels: { b: '2', $patch: 'replace' } }, { labels: { b: '2' } }],
    ['takes an object as a whole', { chosen: { a: '1' } }, { chosen: { b: '2' } }, { chosen: { b: '2' } }],
    ['deletes an object', { labels: { a: '1' }, words: [] }, { labels: { $patch: 'delete' } }, { words: [] }],
    ['replaces atomic lists', { words: ['a'] }, { words: ['b'] }, { words: ['b'] }],
    ['joins sets', { tags: ['a', 'b'] }, { tags: ['b', 'c'] }, { tags: ['a', 'b', 'c'] }],
    ['takes values out of sets', { tags: ['a', 'b'] }, { '$deleteFromPrimitiveList/tags': ['a'] }, { tags: ['b'] }],
    [
      'retains keys',
      { strategy: { type: 'Rolling', rolling: { a: '1' } } },
      { strategy: { $retainKeys: ['type'], type: 'Recreate' } },
      { strategy: { type: 'Recreate' } },
    ],
    [
      'orders items',
      { items: [{ name: 'a' }, { name: 'x' }, { name: 'b' }] },
      { '$setElementOrder/items': [{ name: 'b' }, { name: 'a' }] },
      { items: [{ name: 'x' }, { name: 'b' }, { name: 'a' }] },
    ],
    [
      'orders new items before those that it does not know',
      { items: [{ name: 'a' }, { name: 'x' }] },
      { '$setElementOrder/items': [{ name: 'n' }, { name: 'a' }], items: [{ name: 'n' }] },
      { items: [{ name: 'n' }, { name: 'a' }, { name: 'x' }] },
    ],
    [
      'merges the known lists of metadata',
      { metadata: { finalizers: ['a'] } },
      { metadata: { finalizers: ['b'] } },
      { metadata: { finalizers: ['b', 'a'] } },
    ],
    [
      'drops nulls and directives of what is new',
      {},
      { labels: { a: null, b: '1' }, items: [{ name: 'a', $patch: 'delete' }] },
      { labels: { b: '1' }, items: [] },
    ],
  ] as const)('%s', (_title, current, patch, result) => {
    expect(strategic(current, patch)).toEqual(result);
  });

  it('refuses items without their key, and unknown directives', () => {
    expect(() => strategic({ items: [] }, { items: [{ value: 1 }] })).toThrow(
      'does not contain declared merge key: name',
    );
    expect(() => strategic({ labels: {} }, { labels: { $patch: 'fold' } })).toThrow(
      'unknown patch type: fold in map: map[$patch:fold]',
    );
  });

  it('keeps each item once, whatever is patched in whatever order', () => {
    const items = fc.uniqueArray(fc.record({ name: fc.constantFrom('a', 'b', 'c', 'd', 'e'), value: fc.nat(3) }), {
      selector: x => x.name,
    });
    fc.assert(
      fc.property(items, items, (before, patched) => {
        const order = patched.map(({ name }) => ({ name }));
        const result = strategic({ items: before }, { items: patched, '$setElementOrder/items': order }) as {
          items: { name: string }[];
        };
        const names = result.items.map(({ name }) => name);
        expect(new Set(names)).toEqual(new Set([...before, ...patched].map(({ name }) => name)));
        expect(names.length).toBe(new Set(names).size);
        expect(names.filter(name => patched.some(x => x.name === name))).toEqual(patched.map(({ name }) => name));
      }),
    );
  });
});
