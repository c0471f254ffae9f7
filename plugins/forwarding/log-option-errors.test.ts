import { describe, expect, it } from 'vitest';
import { fieldErrorBody } from '../../src/api/field-error.ts';
import { logOptionErrors } from './log-option-errors.ts';

describe('of a log', () => {
  it.each<readonly [string, readonly string[]]>([
    ['', []],
    ['tailLines=0&limitBytes=1&sinceSeconds=1&follow=true', []],
    ['limitBytes=0', ['limitBytes: Invalid value: 0: must be greater than 0']],
    [
      'sinceSeconds=-1&tailLines=-5&limitBytes=-1',
      [
        'tailLines: Invalid value: -5: must be greater than or equal to 0',
        'limitBytes: Invalid value: -1: must be greater than 0',
        'sinceSeconds: Invalid value: -1: must be greater than 0',
      ],
    ],
    [
      'sinceSeconds=1&sinceTime=2020-01-01T00:00:00Z',
      ['[]: Forbidden: at most one of `sinceTime` or `sinceSeconds` may be specified'],
    ],
  ])('%s', (query, texts) => {
    const errors = logOptionErrors(new URLSearchParams(query));
    expect(errors.map(error => `${error.field}: ${fieldErrorBody(error)}`)).toEqual(texts);
  });

  it('a number is asked for', () => {
    expect(() => logOptionErrors(new URLSearchParams('tailLines=x'))).toThrow(
      'strconv.ParseInt: parsing "x": invalid syntax',
    );
  });
});
