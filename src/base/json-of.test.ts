import { expect, it } from 'vitest';
import { jsonOf } from './json-of.ts';

it.each([
  ['{"a":[1]}', { a: [1] }],
  ['null', null],
  ['', undefined],
  ['{', undefined],
  ["{'a':1}", undefined],
])('%j says %j', (text, value) => {
  expect(jsonOf(text)).toEqual(value);
});
