import { readDuration, readTimestamp } from './cel-time.ts';
import { isSameType, printType, unwrapped, type CelType } from './cel-type.ts';
import type { Checked } from './checker.ts';
import { partsOf, type Call, type Expr, type ListExpr, type MapExpr } from './expr.ts';
import { formatIssues } from './format-issues.ts';
import type { CelIssue } from './issue.ts';
import { patternProblem } from './library/regex.ts';

/**
 * What is wrong with literals: durations, timestamps, regular expressions and formats that functions read, and,
 * unless they may be mixed, lists and maps of several types of values.
 */
export function literalIssues(expr: Expr, checked: Checked, mayBeMixed: boolean): readonly CelIssue[] {
  const issues: CelIssue[] = [];
  const seen = new Set<Expr>();
  const walk = (part: Expr, isFormatted: boolean): void => {
    if (seen.has(part)) return;
    seen.add(part);
    if (part.kind === 'call') issues.push(...callIssues(part, checked), ...formatIssues(part, checked));
    if (!mayBeMixed && !isFormatted) {
      if (part.kind === 'list') issues.push(...listIssues(part, checked));
      if (part.kind === 'map') issues.push(...mapIssues(part, checked));
    }
    const isFormat = part.kind === 'call' && part.name === 'format';
    for (const inner of partsOf(part)) walk(inner, isFormatted || isFormat);
  };
  walk(expr, false);
  return issues;
}

function callIssues(call: Call, checked: Checked): readonly CelIssue[] {
  const name = checked.callOf(call)?.name;
  const argument = name === 'matches' && call.target === undefined ? call.args[1] : call.args[0];
  if (argument?.kind !== 'literal' || typeof argument.value !== 'string') return [];
  return isWrong(name ?? '', argument.value) ? [{ offset: argument.offset, message: `invalid ${name} argument` }] : [];
}

function isWrong(name: string, text: string): boolean {
  switch (name) {
    case 'duration':
      return readDuration(text) === undefined;
    case 'timestamp':
      return readTimestamp(text) === undefined;
    case 'matches':
      return patternProblem(text) !== undefined;
    default:
      return false;
  }
}

function listIssues({ items }: ListExpr, checked: Checked): readonly CelIssue[] {
  const typed = items.map(({ value, isOptional }) => ({ value, type: typeIn(value, isOptional, checked) }));
  const [first] = typed;
  const other = typed.find(({ type }) => first !== undefined && !isSameType(first.type, type));
  return first === undefined || other === undefined ? [] : [mismatch(other.value, first.type, other.type)];
}

function mapIssues({ entries }: MapExpr, checked: Checked): readonly CelIssue[] {
  const [first] = entries;
  if (first === undefined) return [];
  const key = checked.typeOf(first.key);
  const value = typeIn(first.value, first.isOptional, checked);
  return entries.flatMap(entry => {
    const [keyType, valueType] = [checked.typeOf(entry.key), typeIn(entry.value, entry.isOptional, checked)];
    return [
      ...(isSameType(key, keyType) ? [] : [mismatch(entry.key, key, keyType)]),
      ...(isSameType(value, valueType) ? [] : [mismatch(entry.value, value, valueType)]),
    ];
  });
}

const typeIn = (value: Expr, isOptional: boolean, checked: Checked): CelType =>
  isOptional ? unwrapped(checked.typeOf(value)) : checked.typeOf(value);

const mismatch = ({ offset }: Expr, expected: CelType, found: CelType): CelIssue => ({
  offset,
  message: `expected type '${printType(expected)}' but found '${printType(found)}'`,
});
