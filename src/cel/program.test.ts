import { describe, expect, it } from 'vitest';
import { object, int64, list, map, recursive, string, time, intOrString } from '../schema/schema.ts';
import { BOOL, DYN, INT, STRING, listOf } from './cel-type.ts';
import { CelList } from './cel-value.ts';
import { AUTHORIZER, CelAuthorizer, type AuthorizationCheck } from './library/authorizer.ts';
import type { CelOutcome } from './evaluation.ts';
import { PER_CALL_LIMIT, compileCel, wrongResult, type CelProgram } from './program.ts';
import { typeOfNode } from './type-of-node.ts';

const object_ = DYN;

function program(
  text: string,
  variables = { object: object_ } as Parameters<typeof compileCel>[1]['variables'],
): CelProgram {
  const compiled = compileCel(text, { variables });
  if (!compiled.ok) throw new Error(compiled.message);
  return compiled.program;
}
const evaluate = (text: string, object: unknown): CelOutcome => program(text).evaluate({ object }, PER_CALL_LIMIT);

describe('expressions over plain objects', () => {
  it.each([
    ['object.spec.replicas > 2', { spec: { replicas: 3 } }, true],
    ['object.metadata.labels["a/b"] == "x"', { metadata: { labels: { 'a/b': 'x' } } }, true],
    ['has(object.spec) && has(object.spec.a)', { spec: {} }, false],
    ['object.?spec.?a.orValue(7)', {}, 7n],
    ['object.items.filter(i, i.on).map(i, i.name).join(",")', { items: [{ on: true, name: 'a' }, { on: false }] }, 'a'],
    ['object.n + 0.5', { n: 1.5 }, 2],
    ['type(object.n) == int', { n: 1 }, true],
    ['object.a == object.b', { a: [1, { x: null }], b: [1, { x: null }] }, true],
    ['object == null', null, true],
    ['"__proto__" in object', {}, false],
    ['object.?constructor.hasValue()', {}, false],
  ])('%s', (text, object, value) => {
    expect(evaluate(text, object)).toMatchObject({ ok: true, value });
  });

  it.each([
    [
      "object.t.lastIndexOf('a😀bcdefghijklmnopqrstuvw')",
      't',
      '😀a😀bcdefghijklmnopqrstuvw-a😀bcdefghijklmnopqrstuvw',
      26n,
    ],
    ["object.t.lastIndexOf('abcdefghijklmnopqrstuvw', 3)", 't', 'xabcdefghijklmnopqrstuvwabcdefghijklmnopqrstuvw', 1n],
    [
      "object.t.lastIndexOf('abcdefghijklmnopqrstuvw', 24)",
      't',
      'xabcdefghijklmnopqrstuvwabcdefghijklmnopqrstuvw',
      24n,
    ],
    ["object.t.lastIndexOf('zzzzzzzzzzzzzzzzzzzzzzzzzz')", 't', 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', -1n],
    ['object.t.substring(1, 3) + object.t.charAt(3)', 't', 'a😀b😀c', '😀b😀'],
    ["object.t.replace('', '-')", 't', 'a😀b', '-a-😀-b-'],
    ["object.t.replace('', '-', 2)", 't', 'a😀b', '-a-😀b'],
    ["object.t.replace('', '-', 9)", 't', '', '-'],
    ['object.t.trim()', 't', '\u0085 \t a b\ufeff \n', 'a b\ufeff'],
    ['object.t.upperAscii() + object.t.lowerAscii()', 't', 'aBÄäß', 'ABÄäßabÄäß'],
    ["object.t < object.t + 'a'", 't', 'x'.repeat(100), true],
    [`object.t + '\ue000' < object.t + '😀'`, 't', 'x'.repeat(100), true],
    ["url(object.t).getQuery()['a']", 't', 'https://x/?a=1&b=2&a=3', ['1', '3']],
  ])('of texts: %s', (text, name, value, expected) => {
    const { ok, ...outcome } = evaluate(text, { [name]: value });
    const found = 'value' in outcome ? outcome.value : outcome;
    expect(ok && found instanceof CelList ? [...found] : found).toEqual(expected);
  });

  it('tells what went wrong, and what it cost until then', () => {
    expect(evaluate('object.a.b == 1', { a: {} })).toEqual({
      ok: false,
      error: { code: 'EvaluationFailed', message: 'no such key: b' },
      cost: 4,
    });
    expect(evaluate('object.a + 1', { a: 'x' })).toMatchObject({ error: { message: 'no such overload' } });
  });

  it('absorbs errors where the other side settles it', () => {
    expect(evaluate('object.a || true', {})).toMatchObject({ value: true });
    expect(evaluate('false && object.a', {})).toMatchObject({ value: false });
    expect(evaluate('object.l.exists(x, 1 / x == 1)', { l: [0, 1] })).toMatchObject({ value: true });
  });

  it('ends when its budget is spent', () => {
    const costly = 'object.l.all(x, object.l.all(y, object.l.all(z, x + y + z >= 0)))';
    const l = Array.from({ length: 200 }, (_, index) => index);
    expect(evaluate(costly, { l })).toMatchObject({ ok: false, error: { code: 'BudgetExceeded' } });
    expect(program('object.l.all(x, x >= 0)').evaluate({ object: { l } }, 100)).toMatchObject({
      error: { code: 'BudgetExceeded', message: 'operation cancelled: actual cost limit exceeded' },
    });
  });

  it('misses variables that are not given', () => {
    expect(program('a == 1', { a: INT }).evaluate({}, PER_CALL_LIMIT)).toMatchObject({
      error: { message: 'no such attribute(s): a' },
    });
  });

  it('reads variables whose names have dots', () => {
    expect(program('a.b + a.c', { 'a.b': INT, a: DYN }).evaluate({ 'a.b': 1, a: { c: 2 } }, 100)).toMatchObject({
      value: 3n,
    });
  });
});

describe('types', () => {
  const part = recursive<unknown>('test.Part', '', self => ({ name: string(), parts: list(self) }));
  const node = object({
    count: int64(),
    since: time(),
    port: intOrString(),
    labels: map(string()),
    'a-b': string(),
    part,
  }).node;
  const variables = { self: typeOfNode(node, 'self') };

  it('come from schemas of ours', () => {
    const checks = `self.count > 1 && self.since < timestamp('2021-01-01T00:00:00Z') && self.port == 'http' &&
      self.labels.all(k, self.labels[k] == k) && self.a__dash__b == 'c' && self.part.parts.all(p, p.parts.size() == 0)`;
    const self = {
      count: 2,
      since: '2020-01-01T00:00:00Z',
      port: 'http',
      labels: { x: 'x' },
      'a-b': 'c',
      part: { parts: [{ parts: [] }] },
    };
    expect(program(checks, variables).evaluate({ self }, PER_CALL_LIMIT)).toMatchObject({ ok: true, value: true });
  });

  it('are checked before anything is evaluated', () => {
    const compiled = compileCel("self.count + 'a' == self.nope", { variables });
    expect(compiled).toMatchObject({
      ok: false,
      issues: [
        { message: "found no matching overload for '_+_' applied to '(int, string)'" },
        { message: "undefined field 'nope'" },
      ],
    });
  });

  it('tell whether a result is the one asked for', () => {
    expect(wrongResult(INT, [BOOL])).toBe('must evaluate to bool');
    expect(wrongResult(listOf(STRING), [BOOL, INT])).toBe('must evaluate to one of bool, int');
    expect(wrongResult(DYN, [BOOL])).toBeUndefined();
    expect(wrongResult(BOOL, [BOOL])).toBeUndefined();
  });
});

describe('authorization checks', () => {
  const text = "authorizer.group('apps').resource('deployments').namespace('a').name('b').check('get').allowed()";

  it('ask, and go on when they are answered', () => {
    const asked: AuthorizationCheck[] = [];
    const authorizer = new CelAuthorizer(check => {
      asked.push(check);
      return { allowed: true, reason: 'may' };
    });
    const outcome = program(text, { authorizer: AUTHORIZER }).evaluate({ authorizer }, PER_CALL_LIMIT);
    expect(outcome).toMatchObject({ ok: true, value: true, cost: 350_006 });
    expect(asked).toEqual([
      {
        verb: 'get',
        resource: {
          group: 'apps',
          resource: 'deployments',
          subresource: '',
          namespace: 'a',
          name: 'b',
          fieldSelector: '',
          labelSelector: '',
        },
      },
    ]);
  });

  it('tell what is to be decided before they can go on', () => {
    const authorizer = new CelAuthorizer(() => undefined);
    const outcome = program(`authorizer.serviceAccount('ns', 'sa').path('/x').check('get').allowed()`, {
      authorizer: AUTHORIZER,
    }).evaluate({ authorizer }, PER_CALL_LIMIT);
    expect(outcome).toMatchObject({
      error: { code: 'Undecided', check: { verb: 'get', path: '/x', serviceAccount: { namespace: 'ns', name: 'sa' } } },
    });
  });
});

describe('hostile expressions', () => {
  const chain = (text: string, count: number): string => text.repeat(count);
  const TOO_DEEP = /recursion limit exceeded/;

  it.each([
    ['brackets', `${chain('(', 5000)}1${chain(')', 5000)}`, TOO_DEEP],
    ['lists in lists', `${chain('[', 5000)}${chain(']', 5000)}`, TOO_DEEP],
    ['sums', `1${chain('+1', 5000)}`, TOO_DEEP],
    ['members', `a${chain('.b', 5000)}`, TOO_DEEP],
    ['signs', `${chain('!', 5000)}true`, undefined],
    ['alternatives', `true${chain('||true', 5000)}`, undefined],
    ['conditions', `${chain('true?1:', 5000)}1`, TOO_DEEP],
    ['macros that repeat what they are applied to', `object${chain('.optMap(x, x)', 60)}`, TOO_DEEP],
    ['sums in sums', `${chain('(', 200)}1${chain(`${chain('+1', 200)})`, 200)}`, TOO_DEEP],
    ['length', chain('1 ', 60_000), /code point size exceeds limit/],
    ['quotes', chain('"', 9999), undefined],
    ['nothing but signs', chain('-', 9999), undefined],
    ['fresh types', `[${chain('[],', 9000)}]`, undefined],
  ])('%s', (_, text, problem) => {
    const compiled = compileCel(text, { variables: { object: DYN } });
    if (problem !== undefined) expect(compiled).toMatchObject({ ok: false, message: expect.stringMatching(problem) });
    else if (compiled.ok) expect(compiled.program.evaluate({ object: 1 }, PER_CALL_LIMIT)).toBeDefined();
  });

  it.each([
    ['lists that double', `[1]${chain('.map(x, [x, x]).flatten()', 40)}.size()`],
    ['lists that are joined with themselves', `[[1]]${chain('.map(x, x + x)', 60)}.map(x, x == x)`],
    ['texts that double', `['a']${chain('.map(x, x + x)', 60)}.size()`],
    ['texts of no known type that double', `[dyn('a')]${chain('.map(x, x + x)', 60)}.size()`],
    ['bytes of no known type that double', `[dyn(b'a')]${chain('.map(x, x + x)', 60)}.size()`],
    ['joined texts', `object.l.map(x, [object.l.map(y, object.long).join('')].size())`],
    ['formatted texts', `object.l.all(x, '%s%s%s%s%s'.format(object.l.map(y, object.long)) != '')`],
    ['texts that grow by replacing', `'aaaaaaaaaa'${chain(".replace('a', 'aaaaaaaaaa')", 20)}.size()`],
    ['ranges', 'lists.range(100000000).size()'],
    ['sizes of what is long', 'object.l.all(x, size(object.long) > 0)'],
    ['comparisons of what is nested', 'object.l.all(x, [object.l] == [object.l])'],
    ['patterns', "object.l.all(x, !object.long.matches('(a*)*(a*)*b'))"],
    ['sorting what is not known', 'object.l.all(x, dyn(object.l).sort().size() > 0)'],
  ])('end: %s', (_, text) => {
    const l = Array.from({ length: 3000 }, (__, index) => index);
    const compiled = compileCel(text, { variables: { object: DYN } });
    const outcome = compiled.ok
      ? compiled.program.evaluate({ object: { l, long: 'a'.repeat(100_000) } }, PER_CALL_LIMIT)
      : compiled;
    expect(outcome.ok).toBe(false);
  });
});
