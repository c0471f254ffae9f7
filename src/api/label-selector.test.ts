import { describe, expect, it } from 'vitest';
import { labelMatcher, labelSelectorText, parseLabelSelector, validateLabelSelector } from './label-selector.ts';

describe('parseLabelSelector', () => {
  const labels = { app: 'web', tier: 'front', count: '5', empty: '' };
  it.each([
    ['', true],
    ['app=web', true],
    ['app == web', true],
    ['app=db', false],
    ['app!=db,missing!=x', true],
    ['app in (db, web)', true],
    ['app notin (db,cache)', true],
    ['missing notin (a)', true],
    ['tier', true],
    ['missing', false],
    ['!missing', true],
    ['!app', false],
    ['count>4,count<6', true],
    ['count>5', false],
    ['app>1', false],
    ['empty=', true],
    ['empty in (,a)', true],
    ['app in (db,)', false],
    ['in=web', false],
    ['toString', false],
  ])('%j selects: %j', (text, selected) => {
    expect(parseLabelSelector(text).matches(labels)).toBe(selected);
  });

  it.each([
    ['app=web=x', "found '=', expected: ',' or 'end of string'"],
    ['app,,b', "found ',', expected: identifier after ','"],
    ['=x', "found '=', expected: !, identifier, or 'end of string'"],
    ['app in web', "unable to parse requirement: found 'web' expected: '('"],
    [
      'app in ()',
      `unable to parse requirement: values: Invalid value: []: for 'in', 'notin' operators, values set can't be empty`,
    ],
    ['app web', "unable to parse requirement: found 'web', expected: in, notin, =, ==, !=, gt, lt"],
    ['!', "unable to parse requirement: found '', expected: identifier"],
    [
      'app>x',
      `unable to parse requirement: values[0]: Invalid value: "x": for 'Gt', 'Lt' operators, the value must be an integer`,
    ],
    ['/b=c', 'unable to parse requirement: <nil>: Invalid value: "/b": prefix part must be non-empty'],
  ])('%j is refused', (text, message) => {
    expect(() => parseLabelSelector(text)).toThrow(message);
  });

  it('names the bad value as upstream does', () => {
    expect(() => parseLabelSelector('app=a@b')).toThrow(
      'unable to parse requirement: values[0][app]: Invalid value: "a@b": a valid label must be an empty string or ' +
        "consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character " +
        "(e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is " +
        "'(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')",
    );
  });
});

describe('labelMatcher', () => {
  it('selects nothing when absent and everything when empty', () => {
    expect(labelMatcher(undefined).matches({})).toBe(false);
    expect(labelMatcher({}).matches({ a: 'b' })).toBe(true);
    expect(labelMatcher({}).everything).toBe(true);
  });

  it('joins labels and expressions, and prints as a parameter', () => {
    const matcher = labelMatcher({
      matchLabels: { app: 'web' },
      matchExpressions: [
        { key: 'tier', operator: 'NotIn', values: ['z', 'back'] },
        { key: 'old', operator: 'DoesNotExist' },
      ],
    });
    expect(matcher.matches({ app: 'web' })).toBe(true);
    expect(matcher.matches({ app: 'web', tier: 'back' })).toBe(false);
    expect(labelSelectorText(matcher)).toBe('app=web,!old,tier notin (back,z)');
    expect(parseLabelSelector(labelSelectorText(matcher)).matches({ app: 'web', old: '' })).toBe(false);
  });
});

describe('validateLabelSelector', () => {
  it.each([
    [{ matchExpressions: [{ key: 'a', operator: 'In' }] }, 's.matchExpressions[0].values', 'FieldValueRequired'],
    [
      { matchExpressions: [{ key: 'a', operator: 'Exists', values: ['b'] }] },
      's.matchExpressions[0].values',
      'FieldValueForbidden',
    ],
    [{ matchExpressions: [{ key: 'a', operator: '=' }] }, 's.matchExpressions[0].operator', 'FieldValueInvalid'],
    [{ matchExpressions: [{ key: '-', operator: 'Exists' }] }, 's.matchExpressions[0].key', 'FieldValueInvalid'],
    [{ matchLabels: { a: 'x'.repeat(64) } }, 's.matchLabels', 'FieldValueInvalid'],
  ])('%j', (selector, field, type) => {
    expect(validateLabelSelector(selector, 's')).toMatchObject([{ field, type }]);
  });

  it('accepts what is right', () => {
    expect(validateLabelSelector({ matchLabels: { 'example.com/a': 'b' } }, 's')).toEqual([]);
  });
});
