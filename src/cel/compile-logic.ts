import { CelError, CelOptional, type CelResult, type CelValue } from './cel-value.ts';
import { OPERATORS, type Call } from './expr.ts';
import { isEqual, isEqualAtOnce } from './equals.ts';
import type { Code, Frame } from './frame.ts';
import { noted } from './journal.ts';
import { LongCall, type InSteps } from './long-call.ts';
import type { PartCompiler } from './part-compiler.ts';
import { equalityCost } from './call-cost.ts';
import type { Meter } from './meter.ts';
import { Paused } from './paused.ts';

/** What does not look at all of its operands, or at errors among them; undefined for all other calls. */
export function compileLogic(compiler: PartCompiler, expr: Call): Code | undefined {
  const { target } = expr;
  const isLogic = LOGIC.has(expr.name) || isOptionalCall(compiler, expr);
  if (!isLogic) return undefined;
  const [first, second, third] = expr.args.map(argument => compiler.code(argument));
  switch (expr.name) {
    case OPERATORS.conditional:
      return (
        first &&
        second &&
        third &&
        conditional(first, branch(compiler, expr, 1, second), branch(compiler, expr, 2, third))
      );
    case OPERATORS.and:
      return first && second && logical(first, second, false);
    case OPERATORS.or:
      return first && second && logical(first, second, true);
    case OPERATORS.notStrictlyFalse:
      return first && notStrictlyFalse(first);
    case OPERATORS.equals:
      return first && second && equality(compiler.site(), first, second, true);
    case OPERATORS.notEquals:
      return first && second && equality(compiler.site(), first, second, false);
    default:
      return target && first && orElse(compiler.code(target), first, expr.name === 'orValue');
  }
}

const LOGIC = new Set<string>([
  OPERATORS.conditional,
  OPERATORS.and,
  OPERATORS.or,
  OPERATORS.notStrictlyFalse,
  OPERATORS.equals,
  OPERATORS.notEquals,
]);

/** `or` and `orValue`: the other one is evaluated only where it is needed. */
const isOptionalCall = ({ checked }: PartCompiler, expr: Call): boolean =>
  expr.target !== undefined &&
  (checked.callOf(expr)?.overloads.some(({ id }) => id.startsWith('optional_or')) ?? false);

const conditional =
  (test: Code, then: Code, otherwise: Code): Code =>
  frame => {
    const value = test(frame);
    if (value === true) return then(frame);
    if (value === false) return otherwise(frame);
    return value instanceof CelError ? value : NO_OVERLOAD;
  };
/** A name that is chosen is not asked for on its own: its first part is free. */
function branch({ isName }: PartCompiler, { args }: Call, place: 1 | 2, code: Code): Code {
  const expr = args[place];
  const isFree = expr !== undefined && isName(expr) && !(expr.kind === 'call' && expr.name === OPERATORS.conditional);
  if (!isFree) return code;
  return frame => {
    const value = code(frame);
    frame.meter.refund(1);
    return value;
  };
}

const NO_OVERLOAD = new CelError('no such overload');

/** One side that settles it is enough, whatever the other is. */
const logical =
  (left: Code, right: Code, settles: boolean): Code =>
  frame => {
    const a = left(frame);
    if (a === settles) return settles;
    const b = right(frame);
    if (b === settles) return settles;
    if (a instanceof CelError) return a;
    if (b instanceof CelError) return b;
    return typeof a === 'boolean' && typeof b === 'boolean' ? !settles : NO_OVERLOAD;
  };

const notStrictlyFalse =
  (code: Code): Code =>
  frame => {
    const value = code(frame);
    frame.meter.charge(1);
    return typeof value === 'boolean' ? value : true;
  };

const equality = (site: number, left: Code, right: Code, isEquals: boolean): Code =>
  noted(site, frame => {
    const [a, b] = [left(frame), right(frame)];
    const { meter } = frame;
    if (a instanceof CelError || b instanceof CelError) {
      meter.charge(1);
      return a instanceof CelError ? a : b;
    }
    meter.charge(equalityCost(a, b, meter));
    if (meter.isTired) throw new Paused();
    const known = isEqualAtOnce(a, b);
    if (known !== undefined) return isEquals ? known : known !== true;
    return new LongCall(compared(a, b, meter, isEquals)).goOn(site, frame);
  });

function* compared(a: CelValue, b: CelValue, meter: Meter, isEquals: boolean): InSteps<CelResult> {
  const same = yield* isEqual(a, b, meter);
  return isEquals ? same : same !== true;
}

const orElse =
  (target: Code, other: Code, unwraps: boolean): Code =>
  (frame: Frame): CelResult => {
    const value = target(frame);
    if (value instanceof CelError) return value;
    if (!(value instanceof CelOptional)) return NO_OVERLOAD;
    if (value.value === undefined) return other(frame);
    return unwraps ? value.value : value;
  };
