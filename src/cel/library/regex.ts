import type { RE2JS } from 're2js';
import { LruMap } from '../../base/lru-map.ts';
import { re2 } from '../../base/re2.ts';
import { func, member, type CelFunction } from '../cel-function.ts';
import { INT, STRING, listOf } from '../cel-type.ts';
import { CelError, type CelResult } from '../cel-value.ts';
import { ItemList } from '../collections.ts';

const MAX_PATTERNS = 500;
const compiled = new LruMap<string, RE2JS>(MAX_PATTERNS);

/** In linear time, whatever the pattern: it is a user's. */
function compilePattern(pattern: string): RE2JS | { readonly problem: string } {
  const known = compiled.get(pattern);
  if (known !== undefined) return known;
  try {
    const expression = re2().RE2JS.compile(pattern);
    compiled.set(pattern, expression);
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

export function matches(text: string, pattern: string): CelResult {
  const expression = compilePattern(pattern);
  return 'problem' in expression ? new CelError(expression.problem) : expression.matcher(text).find();
}

function find(text: string, pattern: string): CelResult {
  const expression = compilePattern(pattern);
  if ('problem' in expression) return new CelError(`Illegal regex: ${expression.problem}`);
  const matcher = expression.matcher(text);
  return matcher.find() ? (matcher.group() ?? '') : '';
}

function findAll(text: string, pattern: string, limit: bigint): CelResult {
  const expression = compilePattern(pattern);
  if ('problem' in expression) return new CelError(`Illegal regex: ${expression.problem}`);
  const most = limit < 0n ? Number.POSITIVE_INFINITY : Number(limit);
  const found: string[] = [];
  const matcher = expression.matcher(text);
  while (found.length < most && matcher.find()) found.push(matcher.group() ?? '');
  return new ItemList(found);
}

export const REGEX_FUNCTIONS: readonly CelFunction[] = [
  func(
    'find',
    member('string_find_string', [STRING, STRING], STRING, ([text, pattern]) => find(text, pattern)),
  ),
  func(
    'findAll',
    member('string_find_all_string', [STRING, STRING], listOf(STRING), ([text, pattern]) =>
      findAll(text, pattern, -1n),
    ),
    member('string_find_all_string_int', [STRING, STRING, INT], listOf(STRING), ([text, pattern, limit]) =>
      findAll(text, pattern, limit),
    ),
  ),
];
