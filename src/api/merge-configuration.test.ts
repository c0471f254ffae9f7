import { describe, expect, it } from 'vitest';
import { list, listMap, listSet, map, object, string } from '../schema/schema.ts';
import { atomicParts } from './atomic-parts.ts';
import { mergeConfiguration } from './merge-configuration.ts';

const item = object({ name: string(), image: string().optional(), args: list(string()).optional() });
const { node } = object({
  items: listMap(item, 'name').optional(),
  tags: listSet(string()).optional(),
  args: list(string()).optional(),
  labels: map(string()).optional(),
  whole: object({ a: string().optional(), b: string().optional() }).atomic().optional(),
});
const items = (names: string) => ({ items: names === '' ? [] : names.split('').map(name => ({ name })) });

describe('a configuration', () => {
  it.each([
    ['members', { labels: { a: '1', b: '2' } }, { labels: { b: '3' } }, { labels: { a: '1', b: '3' } }],
    ['atomic lists', { args: ['a'] }, { args: ['b'] }, { args: ['b'] }],
    ['atomic objects', { whole: { a: '1' } }, { whole: { b: '2' } }, { whole: { b: '2' } }],
    ['sets', { tags: ['a', 'b'] }, { tags: ['c', 'a'] }, { tags: ['c', 'a', 'b'] }],
    [
      'items, member by member',
      { items: [{ name: 'a', image: 'i' }] },
      { items: [{ name: 'a', args: ['x'] }] },
      { items: [{ name: 'a', image: 'i', args: ['x'] }] },
    ],
    [
      'items that are there twice',
      { items: [{ name: 'a', image: 'i' }, { name: 'a', image: 'j' }, { name: 'b' }] },
      { items: [{ name: 'a', args: [] }] },
      { items: [{ name: 'a', args: [] }, { name: 'b' }] },
    ],
  ])('merges %s', (_what, live, applied, merged) => {
    expect(mergeConfiguration(node, live, applied)).toEqual(merged);
  });

  it.each([
    ['ab', 'ba', 'ba'],
    ['ab', 'xa', 'xab'],
    ['ab', 'xb', 'axb'],
    ['abc', 'cxa', 'bcxa'],
    ['ab', 'x', 'abx'],
    ['', 'ab', 'ab'],
    ['abcd', 'dxb', 'acdxb'],
  ])('puts items of %s as %s says them: %s', (live, applied, merged) => {
    expect(mergeConfiguration(node, items(live), items(applied))).toEqual(items(merged));
  });
});

it('parts that apply owns as a whole are told by their paths', () => {
  const value = {
    args: ['a'],
    whole: { a: '1' },
    labels: { a: 'b' },
    tags: ['a'],
    items: [{ name: 'a', args: ['x'] }],
  };
  expect(atomicParts(node, value)).toEqual(['.args', '.whole', '.items[0].args']);
});
