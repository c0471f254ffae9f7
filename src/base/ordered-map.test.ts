import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareUtf8 } from './compare-utf8.ts';
import { OrderedMap } from './ordered-map.ts';

describe('compareUtf8', () => {
  it('orders as the bytes do', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (a, b) => {
        expect(Math.sign(compareUtf8(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
      }),
      { examples: [['\u{ff5e}', '\u{1f600}']] },
    );
  });
});

describe('OrderedMap', () => {
  // Some of the units that order otherwise than their bytes.
  const key = fc
    .tuple(fc.integer({ min: 0, max: 400 }), fc.constantFrom('', '', '', '\u{ff5e}', '\u{1f600}'))
    .map(([n, end]) => `/k/${end}${n}`);
  const step = fc.oneof(
    { weight: 3, arbitrary: fc.record({ set: key, value: fc.nat() }) },
    { weight: 2, arbitrary: fc.record({ remove: key }) },
  );

  it('is a sorted Map, whatever is done to it, and older versions stay as they were', () => {
    const steps = fc.array(step, { minLength: 0, maxLength: 1500, size: 'max' });
    fc.assert(
      fc.property(steps, fc.boolean(), (steps, isLoaded) => {
        const loaded = isLoaded ? Array.from({ length: 200 }, (_, n) => `/k/${n}`).sort() : [];
        const model = new Map(loaded.map((key, n) => [key, n]));
        let map = OrderedMap.fromSorted([...model.keys()], [...model.values()]);
        const middle = { map, content: [...model] };
        for (const [index, step] of steps.entries()) {
          if ('set' in step) {
            map = map.set(step.set, step.value);
            model.set(step.set, step.value);
          } else {
            map = map.delete(step.remove);
            model.delete(step.remove);
          }
          if (index === steps.length >> 1) Object.assign(middle, { map, content: [...model] });
        }
        expectSame(map, [...model]);
        expectSame(middle.map, middle.content);
      }),
      { numRuns: 40 },
    );
  });

  it('empties and fills again', () => {
    const keys = Array.from({ length: 2000 }, (_, n) => `/k/${n}`).sort();
    let map = OrderedMap.fromSorted(
      keys,
      keys.map((_, n) => n),
    );
    for (const key of keys) map = map.delete(key);
    expect(map.size).toBe(0);
    expectSame(map.set('/b', 1).set('/a', 2), [
      ['/a', 2],
      ['/b', 1],
    ]);
  });
});

function expectSame(map: OrderedMap<number>, content: readonly (readonly [string, number])[]): void {
  const sorted = content.toSorted(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  const values = sorted.map(([, value]) => value);
  expect(map.size).toBe(sorted.length);
  expect(map.slice(0, map.size)).toEqual(values);
  expect(map.slice(3, 40)).toEqual(values.slice(3, 40));
  for (const [index, [key, value]] of sorted.entries()) {
    expect(map.get(key)).toBe(value);
    if (index % 7 === 0) expect(map.rank(other => compareUtf8(other, key) < 0)).toBe(index);
  }
  expect(map.get('/k/absent')).toBeUndefined();
}
