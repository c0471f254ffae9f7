import { describe, expect, it } from 'vitest';
import { DYN } from './cel-type.ts';
import { CelMap, type CelResult, type CelValue } from './cel-value.ts';
import type { CelEvaluation, CelOutcome } from './evaluation.ts';
import { PER_CALL_LIMIT, compileCel, type CelProgram } from './program.ts';

function program(text: string): CelProgram {
  const compiled = compileCel(text, { variables: { object: DYN }, mixedLiterals: true });
  if (!compiled.ok) throw new Error(compiled.message);
  return compiled.program;
}

/** What it comes to, and in how many pieces. */
function drained(evaluation: CelEvaluation): { readonly outcome: CelOutcome; readonly pieces: number } {
  for (let pieces = 1; ; pieces += 1) {
    const outcome = evaluation.next();
    if (outcome !== undefined) return { outcome, pieces };
  }
}

const numbers = (length: number): readonly number[] => Array.from({ length }, (_, index) => index);
const object = {
  l: numbers(12),
  many: numbers(3000),
  s: numbers(12).map(index => `item-${index}`),
  m: Object.fromEntries(numbers(12).map(index => [`k${index}`, { v: index, l: [index, [index]] }])),
  o: numbers(12).map(index => ({ name: `n${index % 5}`, v: index })),
};

describe('an evaluation that rests', () => {
  it.each([
    'object.l.all(x, object.l.all(y, object.l.exists(z, z == x) && x + y >= 0))',
    'object.l.map(x, object.l.filter(y, y > x).map(z, z * x)).map(l, l.size())',
    'object.l.exists_one(x, object.l.all(y, y <= x))',
    'object.m.map(k, object.m[k].l.map(i, type(i) == int))',
    'object.m.transformMap(k, v, object.l.filter(x, x > v.v)).transformList(k, l, l.size())',
    'object.m.transformMapEntry(k, v, {v.v: object.l.map(x, x + v.v)}).size()',
    'object.o.sortBy(e, e.name).map(e, e.v)',
    'object.l.map(x, [x]).map(x, x + x) == object.l.map(x, [x, x])',
    'object == object && [object, [object]] == [object, [object]] && object != object.m',
    '[object.m, object.o] in [[object.m, object.o], [object.o, object.m]]',
    'sets.contains(object.o, object.o) && sets.equivalent(object.l, object.l.reverse())',
    'sets.intersects(object.o, [object.o[11]]) && !sets.intersects(object.l, [77])',
    'object.o.map(e, e.name).distinct().sort().join(",")',
    '[object.l, [object.l, object.l]].flatten(3).sum() + object.l.max() - dyn(object.l).min()',
    '(object.o + object.o).distinct().size() == object.o.size() && object.o.indexOf(object.o[7]) == 7',
    'object.l.slice(2, 9).reverse().isSorted() || lists.range(100).isSorted()',
    'optional.of(object.m) == optional.of(object.m) && object.?m.optMap(m, m.all(k, m[k].v >= 0)).orValue(false)',
    'object.l.all(x, object.l.map(y, y / x).size() > 0) || object.l.exists(x, 10 / x == 5)',
    'object.l.map(x, object.nope)',
    'object.many.all(x, object.many.all(y, x + y >= 0))',
    'object.l.all(x, size(object.l.map(y, object.s.map(s, s + string(x)))) > x ? x in object.l : x == -1)',
  ])('comes to the same, and costs as much: %s', text => {
    const whole = program(text).evaluate({ object }, PER_CALL_LIMIT);
    for (const piece of [0, 1, 7, 50]) {
      const budget = piece < 50 && text.includes('many') ? 2000 : PER_CALL_LIMIT;
      const expected = budget === PER_CALL_LIMIT ? whole : program(text).evaluate({ object }, budget);
      const { outcome, pieces } = drained(program(text).begin({ object }, budget, piece));
      expect(shown(outcome)).toEqual(shown(expected));
      if (piece < 50) expect(pieces).toBeGreaterThan(2);
    }
  });

  it('does not do again what it has done', () => {
    class Counted extends CelMap {
      readonly size = 1;
      reads = 0;
      get(key: CelValue): CelResult | undefined {
        this.reads += 1;
        return key === 'one' ? 1n : undefined;
      }
      keys(): readonly CelValue[] {
        return ['one'];
      }
    }
    const side = '[1, 2, 3].map(x, [1, 2, 3].map(y, string(c.one + y)).size()).size() > 0';
    const text = `object.c.optMap(c, ${Array.from({ length: 20 }, () => side).join(' && ')}).value()`.replace(
      'object.c.',
      'optional.of(object.c).',
    );
    const [once, inPieces] = [new Counted(), new Counted()];
    expect(program(text).evaluate({ object: { c: once } }, PER_CALL_LIMIT)).toMatchObject({ value: true });
    const evaluation = program(text).begin({ object: { c: inPieces } }, PER_CALL_LIMIT, 40);
    const { pieces } = drained(evaluation);
    expect(once.reads).toBe(180);
    expect(pieces).toBeGreaterThan(30);
    // Its first piece is done twice; what is no call is read again, once in a piece.
    expect(inPieces.reads).toBeLessThan(once.reads + 2 * pieces);
  });

  const l = numbers(300);
  const wide = Object.fromEntries(numbers(20_000).map(index => [`k${index}`, index]));
  const astral = '\u{1f600}'.repeat(50_000);
  const long = 'a'.repeat(100_000);
  const hostile = {
    l,
    wide,
    astral,
    long,
    almost: `${long}b`,
    s: l.map(index => `item-${index}`),
    lists: l.map(() => []),
  };
  const NESTED = 'object.l.all(x, object.l.all(y, object.l.all(z, EACH)))';
  it.each([
    'x + y >= 0',
    'object.wide.size() > 0',
    'object.wide.exists(k, true)',
    'object.long < object.almost',
    'object.astral.charAt(5) != ""',
    'object.astral.contains("")',
    'object.long.matches("")',
    '!(object.long in ["a", "b"]) && !(object.long in {"a": 1})',
    'object == object',
    'sets.contains(object.l, object.l)',
    'sets.equivalent(object.lists, object.lists)',
    'lists.range(1000).reverse().slice(0, 900).size() > 0',
    'dyn(object.s).sort().size() > 0',
    'object.s.distinct().size() > 0',
    '!(-1 in object.l)',
    'dyn(object.lists).indexOf(1) == -1',
    'semver("1.2.3-a.b").isLessThan(semver("1.2.3-a.c"))',
    'url("https://example.com/a?b=c").getQuery().size() > 0',
    '"%.3e %s".format([1.5, object.l]) != ""',
    'timestamp(x) < timestamp("2020-01-01T00:00:00Z")',
    'quantity("100Mi").isGreaterThan(quantity("1"))',
  ])('is cut into pieces, whatever is hostile of it: %s', each => {
    const evaluation = program(NESTED.replace('EACH', each)).begin({ object: hostile }, PER_CALL_LIMIT);
    const { outcome, pieces } = drained(evaluation);
    expect(outcome).toMatchObject({ error: { code: 'BudgetExceeded' } });
    // What is charged before it is done counts as done.
    expect(pieces).toBeGreaterThan(6);
  });
});

/** Values as they compare, whatever holds them. */
const shown = (outcome: CelOutcome): unknown => ({
  ...outcome,
  ...(outcome.ok ? { value: plain(outcome.value) } : {}),
});
function plain(value: CelResult): unknown {
  if (value instanceof CelMap) return value.keys().map(key => [key, plain(value.get(key) ?? null)]);
  return typeof value === 'object' && value !== null && Symbol.iterator in value
    ? [...value].map(each => plain(each))
    : value;
}
