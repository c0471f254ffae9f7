import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { printType } from '../../../../src/cel/cel-type.ts';
import { UNBOUNDED } from '../../../../src/cel/cost-range.ts';
import { estimateCost } from '../../../../src/cel/estimate.ts';
import { must } from '../../../../src/base/must.ts';
import { PER_CALL_LIMIT, compileCel } from '../../../../src/cel/program.ts';
import type { JsonSchemaProps } from '../v1/json-schema-props.ts';
import { celTypeOfSchema } from './cel-type-of-schema.ts';

/** What cel-go, set up as kube-apiserver 1.36 sets it up, answers to expressions over `self`. */
interface Golden {
  readonly schema: JsonSchemaProps;
  readonly self: unknown;
  readonly answers: readonly Answer[];
}
interface Answer {
  readonly expr: string;
  readonly issues?: string;
  readonly type?: string;
  readonly min?: number;
  readonly max?: number | 'unbounded';
  readonly cost?: number;
  readonly value?: string;
  readonly error?: string;
}

const { schema, self, answers } = JSON.parse(
  readFileSync(resolve(import.meta.dirname, '../../../../src/cel/testing/upstream-answers.json'), 'utf8'),
) as Golden;
const variables = { self: must(celTypeOfSchema(schema, false, 'selfType'), 'the schema has a type').type };
const all = { ...variables, oldSelf: variables.self };

/** The same of ours; costs that no schema bounds are only told to be that. */
function answerTo({ expr, issues }: Answer, told: Answer): Answer {
  const compiled = compileCel(expr, { variables: all });
  if (!compiled.ok) return { expr, issues: compiled.message };
  if (issues !== undefined) return { expr };
  const { program } = compiled;
  const { min, max } = estimateCost(program.expr, program.checked, all);
  const outcome = program.evaluate({ self, oldSelf: self }, PER_CALL_LIMIT);
  const common = { expr, type: printType(program.type), min, max: max >= UNBOUNDED ? 'unbounded' : max } as const;
  if (!outcome.ok) return { ...common, cost: outcome.cost, error: outcome.error.message };
  const { cost, value } = outcome;
  return told.value === undefined
    ? { ...common, cost }
    : { ...common, cost, value: typeof value === 'object' ? '' : String(value) };
}

const plainType = (type: string | undefined): string | undefined =>
  type?.replace(/google\.protobuf\.(Timestamp|Duration)/g, (_, name: string) => name.toLowerCase());

describe('expressions as kube-apiserver 1.36 answers them', () => {
  it.each(answers)('$expr', told => {
    const type = plainType(told.type);
    expect(answerTo(told, told)).toEqual(type === undefined ? told : { ...told, type });
  });
});
