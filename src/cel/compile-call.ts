import { costOfCalls } from './call-cost.ts';
import { fits, type Overload } from './cel-function.ts';
import { printType } from './cel-type.ts';
import { CelError, type CelResult, type CelValue } from './cel-value.ts';
import { keyOf } from './lists-and-maps.ts';
import { OPERATORS, type Call } from './expr.ts';
import type { Code, Frame } from './frame.ts';
import { noted } from './journal.ts';
import { LongCall } from './long-call.ts';
import type { PartCompiler } from './part-compiler.ts';
import { Paused } from './paused.ts';
import { typeOfValue } from './type-of-value.ts';

/** A call whose arguments are all evaluated first, and of which the form is chosen by what they are. */
export function compileCall(compiler: PartCompiler, expr: Call): Code {
  const call = compiler.checked.callOf(expr);
  if (call === undefined) return () => new CelError(`no such overload: ${expr.name}`);
  const member = (call.name === OPERATORS.in && membership(compiler, expr)) || undefined;
  if (member !== undefined) return member;
  const args = call.isMember && expr.target !== undefined ? [expr.target, ...expr.args] : expr.args;
  const codes = args.map(argument => compiler.code(argument));
  const { name, overloads } = call;
  const [only] = overloads;
  const id = overloads.length === 1 && only !== undefined ? only.id : '';
  const cost = costOfCalls(name, id);
  const site = compiler.site();
  const run = (values: readonly CelValue[], frame: Frame): CelResult => {
    const { meter } = frame;
    meter.charge(cost(values, meter));
    if (meter.isTired) throw new Paused();
    for (const overload of overloads) {
      if (!areFitting(values, overload)) continue;
      const result = overload.run(values, meter);
      return result instanceof LongCall ? result.goOn(site, frame) : result;
    }
    return noOverload(name, values);
  };
  return noted(site, frame => {
    const values: CelValue[] = [];
    for (const code of codes) {
      const value = code(frame);
      if (value instanceof CelError) {
        frame.meter.charge(1);
        return value;
      }
      values.push(value);
    }
    return run(values, frame);
  });
}

const areFitting = (values: readonly CelValue[], { args }: Overload): boolean =>
  args.every((type, index) => fits(values[index] ?? null, type));

const SILENT = new Set(['contains', 'startsWith', 'endsWith', 'size', 'matches']);

/** Operators, and some functions, do not tell of what they were applied to. */
function noOverload(name: string, values: readonly CelValue[]): CelError {
  if (/^[@_!-]/.test(name) || SILENT.has(name)) return new CelError('no such overload');
  const types = values.map(value => printType(typeOfValue(value)));
  return new CelError(`no such overload: ${name}(${types.join(', ')})`);
}

/** `value in [...]`, where the list is known: no more than the value costs. */
function membership(compiler: PartCompiler, { args }: Call): Code | undefined {
  const [value, list] = args;
  if (value === undefined || list?.kind !== 'list' || list.items.length === 0) return undefined;
  const keys = new Set<CelValue>();
  for (const item of list.items) {
    const constant = item.isOptional ? undefined : compiler.constant(item.value);
    const key = constant === undefined ? undefined : memberKey(constant);
    if (key === undefined) return undefined;
    keys.add(key);
  }
  const code = compiler.code(value);
  return frame => {
    const read = code(frame);
    if (read instanceof CelError) return read;
    const key = memberKey(read);
    return key !== undefined && keys.has(key);
  };
}

const memberKey = (value: CelValue): CelValue | undefined =>
  keyOf(value) ?? (typeof value === 'number' && !Number.isNaN(value) ? value : undefined);
