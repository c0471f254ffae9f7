import type { RE2JS } from 're2js';
import { LruMap } from '../../base/lru-map.ts';
import { re2 } from '../../base/re2.ts';
import { func, member, type CelFunction } from '../cel-function.ts';
import { INT, STRING, listOf } from '../cel-type.ts';
import { CelError, type CelResult } from '../cel-value.ts';
import { ItemList } from '../lists-and-maps.ts';
import { inSteps, type InSteps } from '../long-call.ts';
import type { Meter } from '../meter.ts';

const MAX_PATTERNS = 500;
const compiled = new LruMap<string, RE2JS>(MAX_PATTERNS);

/** In linear time, whatever the pattern: it is a user's. */
function compilePattern(pattern: string, meter?: Meter): RE2JS | { readonly problem: string } {
  const known = compiled.get(pattern);
  if (known !== undefined) return known;
  try {
    const expression = re2().RE2JS.compile(pattern);
    compiled.set(pattern, expression);
    meter?.strain(expression.programSize() * NEW_INSTRUCTION);
    return expression;
  } catch (error) {
    if (error instanceof re2().RE2JSSyntaxException) return { problem: error.message };
    throw error;
  }
}

/** Why a text is no regular expression. */
export function patternProblem(pattern: string): string | undefined {
  const read = compilePattern(pattern);
  return 'problem' in read ? read.problem : undefined;
}

/** What an instruction of a pattern is worth that was not known before. */
const NEW_INSTRUCTION = 20;
/** Each character may be held against each instruction, of which repetitions in a short pattern make very many. */
const COMPARISONS_A_STEP = 512;
const COMPARISONS_A_STRAIN = 64;

function countComparisons(text: string, expression: RE2JS, meter: Meter): void {
  const comparisons = (text.length + 1) * expression.programSize();
  meter.step(comparisons / COMPARISONS_A_STEP);
  meter.strain(comparisons / COMPARISONS_A_STRAIN);
}

export function matches(text: string, pattern: string, meter: Meter): CelResult {
  const expression = compilePattern(pattern, meter);
  if ('problem' in expression) return new CelError(expression.problem);
  countComparisons(text, expression, meter);
  return expression.test(text);
}

function find(text: string, pattern: string, meter: Meter): CelResult {
  const expression = compilePattern(pattern, meter);
  if ('problem' in expression) return new CelError(`Illegal regex: ${expression.problem}`);
  countComparisons(text, expression, meter);
  const matcher = expression.matcher(text);
  return matcher.find() ? (matcher.group() ?? '') : '';
}

function* findAll(text: string, pattern: string, limit: bigint, meter: Meter): InSteps<CelResult> {
  const expression = compilePattern(pattern, meter);
  if ('problem' in expression) return new CelError(`Illegal regex: ${expression.problem}`);
  countComparisons(text, expression, meter);
  const most = limit < 0n ? Number.POSITIVE_INFINITY : Number(limit);
  const found: string[] = [];
  const matcher = expression.matcher(text);
  while (found.length < most && matcher.find()) {
    // To look for the next one takes longer in a long text.
    meter.step(1 + text.length / FOUND_CHARACTERS_A_STEP);
    if (meter.isTired) yield undefined;
    found.push(matcher.group() ?? '');
  }
  return new ItemList(found);
}
const FOUND_CHARACTERS_A_STEP = 1024;

export const REGEX_FUNCTIONS: readonly CelFunction[] = [
  func(
    'find',
    member('string_find_string', [STRING, STRING], STRING, ([text, pattern], meter) => find(text, pattern, meter)),
  ),
  func(
    'findAll',
    member(
      'string_find_all_string',
      [STRING, STRING],
      listOf(STRING),
      inSteps(([text, pattern], meter) => findAll(text, pattern, -1n, meter)),
    ),
    member(
      'string_find_all_string_int',
      [STRING, STRING, INT],
      listOf(STRING),
      inSteps(([text, pattern, limit], meter) => findAll(text, pattern, limit, meter)),
    ),
  ),
];
