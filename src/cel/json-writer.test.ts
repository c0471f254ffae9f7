import { describe, expect, it } from 'vitest';
import { MAX_JSON_DEPTH } from '../base/scan-json.ts';
import { DYN, objectOf, typeOf } from './cel-type.ts';
import { CelError, type CelValue } from './cel-value.ts';
import { ItemList } from './lists-and-maps.ts';
import { JsonWriter, MAX_JSON_PARTS, type JsonForms } from './json-writer.ts';
import { JSON_PATCH_FUNCTIONS } from './library/json-patch.ts';
import { PER_CALL_LIMIT, compileCel } from './program.ts';

const anything = objectOf('Thing', () => ({
  get: property => ({ property, type: DYN }),
  [Symbol.iterator]: () => [][Symbol.iterator](),
}));
const types = { get: (name: string) => (name === 'Thing' ? typeOf(anything) : undefined) };

function valueOf(expression: string, forms?: JsonForms): unknown {
  const compiled = compileCel(expression, {
    variables: {},
    types,
    functions: JSON_PATCH_FUNCTIONS,
    mixedLiterals: true,
  });
  if (!compiled.ok) return compiled.message;
  const outcome = compiled.program.evaluate({}, PER_CALL_LIMIT);
  const json = outcome.ok ? new JsonWriter(forms).write(outcome.value) : outcome.error.message;
  return json instanceof CelError ? `error: ${json.message}` : json;
}

describe('JSON of a value', () => {
  it.each([
    ['[1, 2u, 1.5, "a", true, null]', [1, 2, 1.5, 'a', true, null]],
    ['{"a": {"b": [1]}}', { a: { b: [1] } }],
    ['b"abc"', 'YWJj'],
    ['timestamp("2020-01-02T03:04:05Z")', '2020-01-02T03:04:05Z'],
    ['duration("90s")', '90s'],
    ['Thing{a: 1, b: [Thing{c: "d"}]}', { a: 1, b: [{ c: 'd' }] }],
    ['Thing{?a: optional.of(1), ?b: optional.none()}', { a: 1 }],
    ['Thing{a: optional.of(1)}', "error: type conversion error from 'optional_type(dyn)' to 'google.protobuf.Value'"],
    ['{1: 2}', 'error: map key of type int is no string'],
    ['1.0 / 0.0', "error: type conversion error from 'double' to 'google.protobuf.Value'"],
    ['jsonpatch.escapeKey("a/b~c")', 'a~1b~0c'],
  ])('%s', (expression, json) => {
    expect(valueOf(expression)).toEqual(json);
  });

  it('keeps integers that a double cannot hold, or says them otherwise', () => {
    expect(JSON.stringify(valueOf('[9007199254740993, 9007199254740991]'))).toBe('[9007199254740993,9007199254740991]');
    const forms: JsonForms = { nothing: 'none', wide: digits => digits };
    expect(valueOf('[9007199254740993, null]', forms)).toEqual(['9007199254740993', 'none']);
  });

  it('is bounded, however cheap the value was', () => {
    let value: CelValue = new ItemList([1n]);
    for (let times = 1; times < MAX_JSON_PARTS; times *= 2) value = new ItemList([value, value]);
    expect(new JsonWriter().write(value)).toEqual(new CelError('the value has too many parts to be written as JSON'));
    for (let depth = 0; depth < 100_000; depth += 1) value = new ItemList([value]);
    expect(new JsonWriter().write(value)).toEqual(new CelError(`the value is nested deeper than ${MAX_JSON_DEPTH}`));
  });

  it('an optional member is an optional', () => {
    expect(valueOf('Thing{?a: 1}')).toContain("expected type 'optional_type(int)' but found 'int'");
  });
});
