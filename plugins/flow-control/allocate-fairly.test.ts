import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allocateFairly, type Claim } from './allocate-fairly.ts';

const claim = (target: number, lower: number, upper: number): Claim => ({ target, lower, upper });

describe('parts', () => {
  it.each<[string, number, readonly Claim[], readonly number[], number]>([
    ['by their targets', 60, [claim(10, 0, 100), claim(20, 0, 100)], [20, 40], 2],
    ['one at its upper bound', 60, [claim(10, 0, 15), claim(20, 0, 100)], [15, 45], 2.25],
    ['one at its lower bound', 30, [claim(20, 20, 100), claim(20, 0, 100)], [20, 10], 0.5],
    ['where nobody asked for anything', 10, [claim(0, 0, 100), claim(0, 0, 100)], [5, 5], 5000],
    ['all at their upper bounds', 30, [claim(5, 0, 10), claim(7, 0, 20)], [10, 20], 2.857_142_857],
    ['all at their lower bounds', 12, [claim(5, 5, 10), claim(9, 7, 20)], [5, 7], 0.777_777_778],
  ])('are divided %s', (_name, sum, claims, parts, fraction) => {
    const allocation = allocateFairly(sum, claims);
    expect(allocation?.parts.map(part => Math.round(part * 1e6) / 1e6)).toEqual(parts);
    expect(allocation?.fairFraction).toBeCloseTo(fraction, 5);
  });

  it('are none where bounds do not let them', () => {
    expect(allocateFairly(10, [claim(20, 20, 30)])).toBeUndefined();
    expect(allocateFairly(50, [claim(20, 20, 30)])).toBeUndefined();
  });

  it('make up the sum, keep within bounds, and differ from the fair part only where a bound is', () => {
    const claims = fc.array(
      fc
        .tuple(fc.nat(50), fc.nat(50), fc.nat(200))
        .map(([lower, more, room]) => claim(lower + more, lower, lower + room)),
      { minLength: 1, maxLength: 8 },
    );
    fc.assert(
      fc.property(claims, fc.double({ min: 0, max: 1, noNaN: true }), (all, where) => {
        const least = all.reduce((sum, { lower }) => sum + lower, 0);
        const most = all.reduce((sum, { upper }) => sum + upper, 0);
        const sum = least + (most - least) * where;
        const { parts = [], fairFraction = 0 } = allocateFairly(sum, all) ?? {};
        expect(parts.reduce((so, part) => so + part, 0)).toBeCloseTo(sum, 4);
        for (const [index, { target, lower, upper }] of all.entries()) {
          const part = parts[index] ?? 0;
          const fair = fairFraction * Math.max(target, 0.001);
          expect(part).toBeCloseTo(Math.min(upper, Math.max(lower, fair)), 5);
        }
      }),
    );
  });
});
