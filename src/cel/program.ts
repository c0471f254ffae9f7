import { adapt } from './adapt.ts';
import { DYN, isDynOrError, printType, type CelType } from './cel-type.ts';
import { CelError, type CelResult } from './cel-value.ts';
import type { CelFunction } from './cel-function.ts';
import { Checker, type Checked, type Names, type TypeNames } from './checker.ts';
import { compileExpr } from './compile.ts';
import { KUBERNETES_FUNCTIONS, NAMED_TYPES } from './kubernetes-functions.ts';
import { CelEvaluation, PIECE, type CelOutcome } from './evaluation.ts';
import type { Expr } from './expr.ts';
import { printIssues, type CelIssue } from './issue.ts';
import { literalIssues } from './literal-issues.ts';
import { Meter } from './meter.ts';
import { parse } from './parser.ts';

export interface CelDeclarations {
  /** Types of the variables there are, by name; names may have dots. */
  readonly variables: Readonly<Record<string, CelType>>;
  /** Types that messages may be made of, besides those that all know. */
  readonly types?: TypeNames;
  /** Functions besides those that all know. */
  readonly functions?: ReadonlyMap<string, CelFunction>;
  /** Lists and maps may hold values of several types. */
  readonly mixedLiterals?: boolean;
  /** Values may be named by `cel.bind`. */
  readonly binds?: boolean;
}

export type CelCompilation =
  | { readonly ok: true; readonly program: CelProgram }
  | { readonly ok: false; readonly issues: readonly CelIssue[]; readonly message: string };

/** An expression that was checked, ready to be evaluated. */
export interface CelProgram {
  /** What it comes to; `dyn` where only the evaluation can tell. */
  readonly type: CelType;
  readonly expr: Expr;
  readonly checked: Checked;
  /** Why its evaluation will fail at one place, whatever the variables are. */
  readonly failure: () => string | undefined;
  /** Variables by name: values of JSON, read by their declared types, or values already. */
  readonly begin: (variables: Readonly<Record<string, unknown>>, budget: number, piece?: number) => CelEvaluation;
  /** The same to the end at once. */
  readonly evaluate: (variables: Readonly<Record<string, unknown>>, budget: number) => CelOutcome;
}

/** Most that one evaluation may cost, whatever budget is left of more of them. */
export const PER_CALL_LIMIT = 1_000_000;

/** Reads and checks an expression; never throws. */
export function compileCel(text: string, declarations: CelDeclarations): CelCompilation {
  const read = parse(text, declarations.binds);
  if ('issues' in read) return failed(text, read.issues);
  const names = namesOf(declarations);
  const checker = new Checker(names);
  const checked = checker.check(read.expr);
  const issues =
    checker.issues.length > 0 ? checker.issues : literalIssues(read.expr, checked, declarations.mixedLiterals === true);
  if (issues.length > 0) return failed(text, issues);
  return { ok: true, program: programOf(read.expr, checked, names) };
}

const failed = (text: string, issues: readonly CelIssue[]): CelCompilation => ({
  ok: false,
  issues,
  message: printIssues(text, issues),
});

const namesOf = ({ variables, types, functions }: CelDeclarations): Names => ({
  variables: new Map(Object.entries(variables)),
  functions: functions === undefined ? KUBERNETES_FUNCTIONS : new Map([...KUBERNETES_FUNCTIONS, ...functions]),
  types: types === undefined ? NAMED_TYPES : { get: name => NAMED_TYPES.get(name) ?? types.get(name) },
});

/** Ready to be evaluated; its functions are made when it first is. */
export function programOf(expr: Expr, checked: Checked, names: Names): CelProgram {
  const declared = [...names.variables];
  const places = new Map(declared.map(([name], index) => [name, index]));
  let known: ReturnType<typeof compileExpr> | undefined;
  const compiled = (): ReturnType<typeof compileExpr> => (known ??= compileExpr(expr, checked, places, names.types));
  const begin: CelProgram['begin'] = (variables, budget, piece = PIECE) => {
    const meter = new Meter(Math.min(budget, PER_CALL_LIMIT));
    return new CelEvaluation(compiled(), readVariables(declared, variables), meter, piece);
  };
  return {
    type: checked.typeOf(expr),
    expr,
    checked,
    failure: () => compiled().problem,
    begin,
    evaluate: (variables, budget) => {
      const evaluation = begin(variables, budget, Number.POSITIVE_INFINITY);
      // What it asks for may rest, though it does not.
      for (;;) {
        const outcome = evaluation.next();
        if (outcome !== undefined) return outcome;
      }
    },
  };
}

/** Each is read when it is first asked for. */
function readVariables(
  declared: readonly (readonly [string, CelType])[],
  variables: Readonly<Record<string, unknown>>,
): (place: number) => CelResult {
  const read: (CelResult | undefined)[] = [];
  return place => {
    const known = read[place];
    if (known !== undefined) return known;
    const [name, type] = declared[place] ?? ['', DYN];
    const value = Object.hasOwn(variables, name)
      ? adapt(variables[name], type)
      : new CelError(`no such attribute(s): ${name}`);
    read[place] = value;
    return value;
  };
}

/** Why an expression of `found` may not stand where `expected` is asked for. */
export function wrongResult(found: CelType, expected: readonly CelType[]): string | undefined {
  if (isDynOrError(found) || expected.some(type => printType(type) === printType(found))) return undefined;
  const names = expected.map(printType);
  return names.length === 1 ? `must evaluate to ${names[0]}` : `must evaluate to one of ${names.join(', ')}`;
}
