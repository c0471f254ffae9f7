import { OPERATORS, type Comprehension, type Expr } from './expr.ts';
import type { ExprFactory } from './expr-factory.ts';

interface MacroCall {
  readonly make: ExprFactory;
  readonly offset: number;
  readonly target: Expr;
  readonly args: readonly Expr[];
}
type Macro = (call: MacroCall) => Expr;

/** Where comprehensions gather what they come to; no expression can name it. */
const ACCUMULATOR = '@result';
const OLD_ACCUMULATOR = '__result__';

/** `has(operand.field)`. */
export const expandHas = (make: ExprFactory, offset: number, argument: Expr): Expr =>
  argument.kind === 'select' && !argument.isTest
    ? make.make({ kind: 'select', operand: argument.operand, field: argument.field, isTest: true, offset })
    : make.wrong(argument.offset, 'invalid argument to has() macro');

/** `cel.bind(name, value, result)`. */
export function expandBind(make: ExprFactory, offset: number, [name, value, result]: readonly Expr[]): Expr {
  if (name?.kind !== 'ident' || value === undefined || result === undefined)
    return make.wrong(name?.offset ?? offset, 'cel.bind() variable names must be simple identifiers');
  return bind(make, offset, name.name, value, result);
}

/** The macro of that name and number of arguments that a value has; undefined where it is a function. */
export const memberMacro = (name: string, args: number): Macro | undefined => MACROS.get(`${name}/${args}`);

const MACROS: ReadonlyMap<string, Macro> = new Map<string, Macro>([
  ['all/2', call => quantifier(call, 'all')],
  ['all/3', call => quantifier(call, 'all')],
  ['exists/2', call => quantifier(call, 'exists')],
  ['exists/3', call => quantifier(call, 'exists')],
  ['existsOne/3', call => quantifier(call, 'one')],
  ['exists_one/2', call => quantifier(call, 'one')],
  ['exists_one/3', call => quantifier(call, 'one')],
  ['map/2', call => mapped(call, call.args[0], undefined, call.args[1])],
  ['map/3', call => mapped(call, call.args[0], call.args[1], call.args[2])],
  ['filter/2', call => mapped(call, call.args[0], call.args[1], call.args[0])],
  ['transformList/3', call => transform(call, 'list')],
  ['transformList/4', call => transform(call, 'list')],
  ['transformMap/3', call => transform(call, 'map')],
  ['transformMap/4', call => transform(call, 'map')],
  ['transformMapEntry/3', call => transform(call, 'entry')],
  ['transformMapEntry/4', call => transform(call, 'entry')],
  ['optMap/2', call => optMap(call, 'optMap')],
  ['optFlatMap/2', call => optMap(call, 'optFlatMap')],
  ['sortBy/2', sortBy],
]);

interface Variables {
  readonly variable: string;
  readonly variable2: string | undefined;
}

/** The names that come before what is done with them, or what stands in for the wrong ones. */
function variablesOf({ make, args }: MacroCall, count: number, complaint: string): Variables | Expr {
  const names: string[] = [];
  for (const argument of args.slice(0, count)) {
    if (argument.kind !== 'ident') return make.wrong(argument.offset, complaint);
    if (names.includes(argument.name)) return make.wrong(argument.offset, `duplicate variable name: ${argument.name}`);
    if (argument.name === ACCUMULATOR || argument.name === OLD_ACCUMULATOR)
      return make.wrong(argument.offset, 'iteration variable overwrites accumulator variable');
    names.push(argument.name);
  }
  return { variable: names[0] ?? '', variable2: names[1] };
}
const isExpr = (read: Variables | Expr): read is Expr => 'kind' in read;

function quantifier(call: MacroCall, kind: 'all' | 'exists' | 'one'): Expr {
  const { make, offset, args } = call;
  const names = variablesOf(call, args.length - 1, NOT_A_NAME);
  const body = args.at(-1);
  if (isExpr(names) || body === undefined) return isExpr(names) ? names : make.wrong(offset, NOT_AN_IDENT);
  const result = (): Expr => make.ident(offset, ACCUMULATOR);
  const literal = (value: boolean | bigint): Expr => make.make({ kind: 'literal', value, offset });
  const go = (test: Expr): Expr => make.call(offset, OPERATORS.notStrictlyFalse, test);
  switch (kind) {
    case 'all':
      return fold(call, names, {
        init: literal(true),
        condition: go(result()),
        step: make.call(offset, OPERATORS.and, result(), body),
      });
    case 'exists':
      return fold(call, names, {
        init: literal(false),
        condition: go(make.call(offset, OPERATORS.not, result())),
        step: make.call(offset, OPERATORS.or, result(), body),
      });
    default:
      return fold(call, names, {
        init: literal(0n),
        condition: literal(true),
        step: choose(call, body, make.call(offset, OPERATORS.add, result(), literal(1n))),
        result: make.call(offset, OPERATORS.equals, result(), literal(1n)),
      });
  }
}
const NOT_AN_IDENT = 'argument is not an identifier';
const NOT_A_NAME = 'argument must be a simple name';

function fold(
  { make, offset, target }: MacroCall,
  { variable, variable2 }: Variables,
  parts: Pick<Comprehension, 'init' | 'condition' | 'step'> & { readonly result?: Expr },
): Expr {
  const result = parts.result ?? make.ident(offset, ACCUMULATOR);
  return make.make({
    ...parts,
    kind: 'comprehension',
    range: target,
    variable,
    variable2,
    accumulator: ACCUMULATOR,
    result,
    offset,
  });
}

/** `filter ? step : what was gathered so far`. */
const choose = ({ make, offset }: MacroCall, filter: Expr | undefined, step: Expr): Expr =>
  filter === undefined ? step : make.call(offset, OPERATORS.conditional, filter, step, make.ident(offset, ACCUMULATOR));

function mapped(call: MacroCall, name: Expr | undefined, filter: Expr | undefined, item: Expr | undefined): Expr {
  const { make, offset } = call;
  const names = variablesOf(call, 1, NOT_AN_IDENT);
  if (isExpr(names)) return names;
  if (name === undefined || item === undefined) return make.wrong(offset, NOT_AN_IDENT);
  return fold(call, names, {
    init: make.make({ kind: 'list', items: [], offset }),
    condition: make.make({ kind: 'literal', value: true, offset }),
    step: choose(call, filter, append(call, item)),
  });
}

function append({ make, offset }: MacroCall, value: Expr): Expr {
  const item = make.make<Expr>({ kind: 'list', items: [{ value, isOptional: false }], offset });
  return make.call(offset, OPERATORS.add, make.ident(offset, ACCUMULATOR), item);
}

function transform(call: MacroCall, into: 'list' | 'map' | 'entry'): Expr {
  const { make, offset, args } = call;
  const names = variablesOf(call, 2, NOT_A_NAME);
  const body = args.at(-1);
  if (isExpr(names) || body === undefined) return isExpr(names) ? names : make.wrong(offset, NOT_AN_IDENT);
  const result = make.ident(offset, ACCUMULATOR);
  const step =
    into === 'list'
      ? append(call, body)
      : into === 'map'
        ? make.call(offset, 'cel.@mapInsert', result, make.ident(offset, names.variable), body)
        : make.call(offset, 'cel.@mapInsert', result, body);
  return fold(call, names, {
    init: make.make(into === 'list' ? { kind: 'list', items: [], offset } : { kind: 'map', entries: [], offset }),
    condition: make.make({ kind: 'literal', value: true, offset }),
    step: choose(call, args.length === 4 ? args[2] : undefined, step),
  });
}

/** A name for a value within `result`. */
function bind(make: ExprFactory, offset: number, name: string, value: Expr, result: Expr): Expr {
  return make.make({
    kind: 'comprehension',
    range: make.make({ kind: 'list', items: [], offset }),
    variable: '#unused',
    variable2: undefined,
    accumulator: name,
    init: value,
    condition: make.make({ kind: 'literal', value: false, offset }),
    step: make.ident(offset, name),
    result,
    offset,
  });
}

function optMap({ make, offset, target, args }: MacroCall, name: 'optMap' | 'optFlatMap'): Expr {
  const [variable, body] = args;
  if (variable?.kind !== 'ident' || body === undefined)
    return make.wrong(variable?.offset ?? offset, `${name}() variable name must be a simple identifier`);
  const member = (method: string): Expr => make.make({ kind: 'call', name: method, target, args: [], offset });
  const bound = bind(make, offset, variable.name, member('value'), body);
  return make.call(
    offset,
    OPERATORS.conditional,
    member('hasValue'),
    name === 'optMap' ? make.call(offset, 'optional.of', bound) : bound,
    make.call(offset, 'optional.none'),
  );
}

const SORT_INPUT = '@__sortBy_input__';

function sortBy(call: MacroCall): Expr {
  const { make, offset, target, args } = call;
  if (target.kind === 'literal' || target.kind === 'map' || target.kind === 'message') {
    const allowed = 'a list, identifier, comprehension, call or select expression';
    return make.wrong(target.offset, `sortBy can only be applied to ${allowed}`);
  }
  const input = make.ident(offset, SORT_INPUT);
  const keys = mapped({ ...call, target: input }, args[0], undefined, args[1]);
  const sorted = make.make<Expr>({
    kind: 'call',
    name: '@sortByAssociatedKeys',
    target: input,
    args: [keys],
    offset,
  });
  return bind(make, offset, SORT_INPUT, target, sorted);
}
