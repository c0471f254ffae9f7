import { describe, expect, it } from 'vitest';
import { DYN, printType, type CelType } from './cel-type.ts';
import { CelTypeValue } from './cel-value.ts';
import { isEqual } from './equals.ts';
import { Meter } from './meter.ts';
import { parse } from './parser.ts';
import { PER_CALL_LIMIT, compileCel } from './program.ts';
import { loadSuite, loadVectors, readType, readValue, type Vector } from './testing/conformance-vectors.ts';

/** What of the official suite Kubernetes does not have, and hence is not asked here. */
const LEFT_OUT: readonly (readonly [why: string, is: (vector: Vector) => boolean])[] = [
  [
    'libraries that Kubernetes does not have',
    ({ suite, section }) =>
      ['math_ext', 'encoders_ext', 'block_ext', 'network_ext'].includes(suite) ||
      (suite === 'string_ext' && section === 'reverse'),
  ],
  [
    'messages of protobuf',
    ({ suite, expr }) =>
      ['proto2', 'proto2_ext', 'proto3', 'enums', 'wrappers', 'dynamic'].includes(suite) ||
      /TestAllTypes|TestRequired|proto[23]|GlobalEnum|google\.protobuf\.(?!Timestamp|Duration)/.test(expr) ||
      /cel\.\s*expr\s*\./.test(expr.replaceAll(/\/\/.*\n/g, '')),
  ],
  ['expressions that are not checked', ({ test }) => test.disableCheck === true],
  ['switches that Kubernetes does not use', ({ test }) => test.disableMacros === true || test.container !== undefined],
  ['names in backticks, which Kubernetes does not switch on', ({ section }) => section === 'quoted_map_fields'],
  [
    'a later version of the strings library than Kubernetes has',
    ({ suite, section, expr, name }) =>
      suite === 'string_ext' &&
      ((section.startsWith('format') && /scientific|infinity|NaN|list support|map support|lists|maps/.test(name)) ||
        (section === 'format_errors' && /fixed|scientific/.test(name)) ||
        /^'tacocat'\.(lastI|i)ndexOf\('a', 30\) == -1$/.test(expr)),
  ],
  [
    'types with null that the checker of Kubernetes infers otherwise',
    ({ section }) => section === 'legacy_nullable_types',
  ],
];

const reasonOf = (vector: Vector): string | undefined => LEFT_OUT.find(([, is]) => is(vector))?.[0];

/** What is wrong with the answer to a vector; undefined where it is right, `null` where it needs protobuf. */
function problemOf({ test }: Vector): string | null | undefined {
  const variables: Record<string, CelType> = {};
  const values: Record<string, unknown> = {};
  for (const { name, ident } of test.typeEnv ?? []) {
    const type = ident === undefined ? undefined : readType(ident.type);
    if (type === undefined) return null;
    variables[name] = type;
  }
  for (const [name, { value }] of Object.entries(test.bindings ?? {})) {
    const read = readValue(value);
    if (read === undefined) return null;
    values[name] = read;
    variables[name] ??= DYN;
  }
  return judged({ variables, values }, test);
}

function judged(
  { variables, values }: { readonly variables: Record<string, CelType>; readonly values: Record<string, unknown> },
  test: Vector['test'],
): string | null | undefined {
  const compiled = compileCel(test.expr, { variables, mixedLiterals: true, binds: true });
  const wantsError = test.evalError !== undefined || test.anyEvalErrors !== undefined;
  if (!compiled.ok) return wantsError ? undefined : compiled.message;
  const deduced = test.typedResult?.deducedType;
  const type = deduced === undefined ? undefined : readType(deduced);
  if (type !== undefined && printType(type) !== printType(compiled.program.type))
    return printType(compiled.program.type);
  if (test.typedResult !== undefined && test.typedResult.result === undefined) return undefined;
  const outcome = compiled.program.evaluate(values, PER_CALL_LIMIT);
  if (wantsError) return outcome.ok ? 'no error' : undefined;
  const said = test.value ?? test.typedResult?.result;
  const wanted = said === undefined ? true : readValue(said);
  if (wanted === undefined) return null;
  if (!outcome.ok) return outcome.error.message;
  const { value } = outcome;
  if (typeof wanted === 'object' && wanted !== null && 'typeName' in wanted)
    return value instanceof CelTypeValue && value.type.name === wanted.typeName ? undefined : 'another type';
  if (typeof wanted === 'number' && Number.isNaN(wanted)) return Number.isNaN(value) ? undefined : 'not NaN';
  const isSame =
    typeof wanted === typeof value && isEqual(wanted, value, new Meter(PER_CALL_LIMIT)).next().value === true;
  return isSame ? undefined : `another value than ${test.expr} comes to`;
}

describe('the official conformance suite', () => {
  it('passes all that Kubernetes has', async () => {
    const vectors = await loadVectors();
    const asked = vectors.filter(vector => reasonOf(vector) === undefined);
    const answers = asked.map(
      vector => [`${vector.suite}/${vector.section}/${vector.name}`, problemOf(vector)] as const,
    );
    expect(answers.filter(([, problem]) => typeof problem === 'string')).toEqual([]);
    expect(vectors.length).toBe(2344);
    expect(answers.filter(([, problem]) => problem === undefined).length).toBeGreaterThan(1250);
  });

  it('leaves nothing out without a reason that holds for something', async () => {
    const vectors = await loadVectors();
    const used = new Set(vectors.map(reasonOf));
    expect(LEFT_OUT.map(([why]) => why).filter(why => !used.has(why))).toEqual([]);
  });

  it('reads what the reference parser reads', async () => {
    const { tests = [] } = await loadSuite('parsing');
    // Read there with a lower limit of depth, without optionals, and with a macro that Kubernetes does not have.
    const asked = tests.filter(
      ({ error = '', original }) =>
        !original.expr.includes('existsOne') && !/exceeded: 32|unsupported syntax '(\.|\[)?\?'/.test(error),
    );
    const wrong = asked.filter(({ original, error }) => {
      const isRead = 'expr' in parse(original.expr);
      return (
        isRead !== (error === undefined || !/Syntax error|invalid|reserved|unsupported|argument|overwrites/.test(error))
      );
    });
    expect(asked.length).toBeGreaterThan(170);
    expect(wrong.map(({ original }) => original.expr)).toEqual([]);
  });

  it('comes to what the comprehensions of two variables come to', async () => {
    const { tests = [] } = await loadSuite('comprehension');
    const wrong = tests.filter(({ original: { expr } }) => {
      const compiled = compileCel(expr, { variables: {}, mixedLiterals: true });
      const outcome = compiled.ok ? compiled.program.evaluate({}, PER_CALL_LIMIT) : undefined;
      return compiled.ok && outcome?.ok === true && outcome.value === false;
    });
    expect(wrong.map(({ original }) => original.expr)).toEqual([]);
  });
});
