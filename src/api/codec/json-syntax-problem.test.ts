import fc from 'fast-check';
import { expect, it } from 'vitest';
import { jsonSyntaxProblem } from './json-syntax-problem.ts';

it.each([
  ['', 'unexpected end of JSON input'],
  ['{"a":[1,', 'unexpected end of JSON input'],
  ['"a', 'unexpected end of JSON input'],
  ['not json', "invalid character 'o' in literal null (expecting 'u')"],
  ['tr', "invalid character ' ' in literal true (expecting 'u')"],
  ['xx', "invalid character 'x' looking for beginning of value"],
  ['[1,]', "invalid character ']' looking for beginning of value"],
  ['{a:1}', "invalid character 'a' looking for beginning of object key string"],
  ['{"a" 1}', "invalid character '1' after object key"],
  ['{"a":1 "b"', `invalid character '"' after object key:value pair`],
  ['[1 2]', "invalid character '2' after array element"],
  ['{} {}', "invalid character '{' after top-level value"],
  ['01', "invalid character '1' after top-level value"],
  ['-x', "invalid character 'x' in numeric literal"],
  ['1.', "invalid character ' ' after decimal point in numeric literal"],
  ['1e+', "invalid character ' ' in exponent of numeric literal"],
  ['"\\q"', "invalid character 'q' in string escape code"],
  ['"\\u12\'4"', "invalid character '\\'' in \\u hexadecimal character escape"],
  ['"a\nb"', "invalid character '\\n' in string literal"],
  ['"\u0001"', "invalid character '\\x01' in string literal"],
  ['[😀]', "invalid character 'ð' looking for beginning of value"],
])('says of %j: %s', (text, problem) => {
  expect(jsonSyntaxProblem(text)).toBe(problem);
});

it('says something of every text that is no JSON', () => {
  const parts = fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"a"',
    '"',
    '\\',
    '1',
    '-',
    '.5',
    'e',
    'true',
    'nul',
    ' ',
  );
  fc.assert(
    fc.property(fc.array(parts, { maxLength: 12 }), words => {
      const text = words.join('');
      if (isJson(text)) return;
      expect(jsonSyntaxProblem(text)).toMatch(/^(unexpected end of JSON input|invalid character )/);
    }),
  );
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
