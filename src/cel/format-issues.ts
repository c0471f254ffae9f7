import type { CelKind } from './type-shape.ts';
import type { Checked } from './checker.ts';
import { partsOf, type Call, type Expr } from './expr.ts';
import type { CelIssue } from './issue.ts';
import { CLAUSE, MUST_BE } from './library/format-clause.ts';

const KINDS: Readonly<Record<string, readonly CelKind[]>> = {
  s: ['list', 'map', 'int', 'uint', 'double', 'bool', 'string', 'timestamp', 'bytes', 'duration', 'type', 'null'],
  d: ['int', 'uint'],
  f: ['double', 'string'],
  e: ['double', 'string'],
  b: ['int', 'uint', 'bool'],
  o: ['int', 'uint'],
  x: ['int', 'uint', 'string', 'bytes'],
  X: ['int', 'uint', 'string', 'bytes'],
};

/** What is wrong with a text that is formatted, where it and its arguments are written out. */
export function formatIssues(call: Call, checked: Checked): readonly CelIssue[] {
  const { name, target, args, offset } = call;
  const [list] = args;
  if (name !== 'format' || target?.kind !== 'literal' || typeof target.value !== 'string') return [];
  if (list?.kind !== 'list' || args.length !== 1) return [];
  const at = (message: string): readonly CelIssue[] => [{ offset, message }];
  let count = 0;
  for (const [clause, , letter] of target.value.matchAll(CLAUSE)) {
    if (clause === '%%') continue;
    const argument = list.items[count]?.value;
    if (letter === undefined) return at('unexpected end of string');
    if (argument === undefined) return at(`index ${count} out of range`);
    count += 1;
    const kinds = KINDS[letter];
    if (kinds === undefined) {
      return at(`could not parse formatting clause: unrecognized formatting clause ${JSON.stringify(letter)}`);
    }
    const wrong = letter === 's' ? unprintable(argument, checked) : wrongFor(argument, kinds, checked);
    if (wrong !== undefined) {
      const given = checked.typeOf(wrong).name;
      return [
        { offset: wrong.offset, message: `error during formatting: ${MUST_BE[letter] ?? ''}, was given ${given}` },
      ];
    }
  }
  const { length } = list.items;
  if (length <= count) return [];
  return at(`too many arguments supplied to string.format (expected ${count}, got ${length})`);
}

const wrongFor = (expr: Expr, kinds: readonly CelKind[], checked: Checked): Expr | undefined => {
  const { kind } = checked.typeOf(expr);
  return kind === 'dyn' || kinds.includes(kind) ? undefined : expr;
};

/** The first part of what is written out that has no text. */
function unprintable(expr: Expr, checked: Checked): Expr | undefined {
  const wrong = wrongFor(expr, KINDS['s'] ?? [], checked);
  if (wrong !== undefined || (expr.kind !== 'list' && expr.kind !== 'map')) return wrong;
  for (const part of partsOf(expr)) {
    const inner = unprintable(part, checked);
    if (inner !== undefined) return inner;
  }
  return undefined;
}
