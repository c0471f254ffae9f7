import { access, accessOptional, hasMember } from './access.ts';
import { fits } from './cel-function.ts';
import { printType, type CelType } from './cel-type.ts';
import { CelError, CelOptional, CelTypeValue, NONE, type CelResult, type CelValue } from './cel-value.ts';
import type { Checked, TypeNames } from './checker.ts';
import { EntryMap, GrowingList, GrowingMap, ItemList, type Key } from './lists-and-maps.ts';
import { compileCall } from './compile-call.ts';
import { compileLogic } from './compile-logic.ts';
import {
  OPERATORS,
  type Call,
  type Comprehension,
  type Expr,
  type ListExpr,
  type MapExpr,
  type Message,
  type Select,
} from './expr.ts';
import { fold } from './fold.ts';
import type { Code, Frame } from './frame.ts';
import { noted } from './journal.ts';
import { LongCall } from './long-call.ts';
import type { PartCompiler } from './part-compiler.ts';
import { LIST_COST, MAP_COST, Meter, OBJECT_COST } from './meter.ts';
import { typeOfValue } from './type-of-value.ts';

export interface CompiledExpr {
  readonly code: Code;
  /** How many slots its frames have. */
  readonly slots: number;
  /** Parts whose outcomes are noted where its evaluation rests. */
  readonly sites: number;
  /** Why it will always fail, where that is known already. */
  readonly problem: string | undefined;
}

/** Makes functions of an expression that was checked. */
export function compileExpr(
  expr: Expr,
  checked: Checked,
  variables: ReadonlyMap<string, number>,
  types: TypeNames,
): CompiledExpr {
  const compiler = new Compiler(checked, variables, types);
  const code = compiler.code(expr);
  return { code, slots: compiler.slots, sites: compiler.sites, problem: compiler.problem };
}

class Compiler implements PartCompiler {
  readonly checked: Checked;
  readonly #variables: ReadonlyMap<string, number>;
  readonly #types: TypeNames;
  /** Names of comprehensions around, innermost last. */
  readonly #locals: (readonly [name: string, slot: number])[] = [];
  #slots = 0;
  #sites = 0;
  /** Of a conversion that is known to fail. */
  problem: string | undefined;

  constructor(checked: Checked, variables: ReadonlyMap<string, number>, types: TypeNames) {
    this.checked = checked;
    this.#variables = variables;
    this.#types = types;
  }

  get slots(): number {
    return this.#slots;
  }

  get sites(): number {
    return this.#sites;
  }

  readonly site = (): number => {
    this.#sites += 1;
    return this.#sites - 1;
  };

  code(expr: Expr): Code {
    const constant = this.constant(expr);
    if (constant !== undefined) return () => constant;
    switch (expr.kind) {
      case 'select':
        return this.#select(expr);
      case 'call':
        return this.#call(expr);
      case 'list':
        return this.#list(expr);
      case 'map':
        return this.#map(expr);
      case 'message':
        return this.#message(expr);
      case 'comprehension':
        return this.#comprehension(expr);
      default:
        return this.#ident(expr, expr.kind === 'ident' ? expr.name : '');
    }
  }

  constant(expr: Expr): CelValue | undefined {
    if (expr.kind === 'literal') return expr.value;
    if (expr.kind === 'ident' || expr.kind === 'select') return this.#typeNamed(expr);
    if (expr.kind === 'list') {
      const items = expr.items.map(({ value, isOptional }) => (isOptional ? undefined : this.constant(value)));
      return items.every(item => item !== undefined) ? new ItemList(items) : undefined;
    }
    return expr.kind === 'map' ? this.#constantMap(expr) : expr.kind === 'call' ? this.#constantCall(expr) : undefined;
  }

  #constantMap({ entries }: MapExpr): CelValue | undefined {
    const map = new GrowingMap();
    for (const { key, value, isOptional } of entries) {
      const [name, read] = [this.constant(key), this.constant(value)];
      if (isOptional || name === undefined || read === undefined) return undefined;
      if (map.insert(name, read) instanceof CelError) return undefined;
    }
    return map.sealed();
  }

  /** A conversion of what is known. */
  #constantCall(expr: Call): CelValue | undefined {
    const [argument] = expr.args;
    const call = CONVERSIONS.has(expr.name) && argument !== undefined ? this.checked.callOf(expr) : undefined;
    const value = argument === undefined || call === undefined ? undefined : this.constant(argument);
    if (value === undefined || call === undefined) return undefined;
    const overload = call.overloads.find(({ args: [type] }) => type !== undefined && fits(value, type));
    const result = overload?.run([value], new Meter(0));
    if (result instanceof CelError) this.problem ??= result.message;
    return result instanceof CelError || result instanceof LongCall ? undefined : result;
  }

  #typeNamed(expr: Expr): CelValue | undefined {
    const name = this.checked.nameOf(expr);
    if (name === undefined || this.#variables.has(name) || this.#localOf(name) !== undefined) return undefined;
    const type = this.#types.get(name)?.params[0];
    return type === undefined ? undefined : new CelTypeValue(type);
  }

  #localOf(name: string): number | undefined {
    return this.#locals.findLast(([local]) => local === name)?.[1];
  }

  #ident(expr: Expr, written: string): Code {
    const name = this.checked.nameOf(expr) ?? written;
    const slot = written.startsWith('.') ? undefined : this.#localOf(name);
    if (slot !== undefined) return frame => charged(frame, 1).slots[slot] ?? null;
    const place = this.#variables.get(name);
    if (place === undefined) return () => new CelError(`no such attribute(s): ${name}`);
    return frame => charged(frame, 1).variable(place);
  }

  readonly isName = (expr: Expr): boolean => {
    if (expr.kind === 'ident') return true;
    if (expr.kind === 'select') return !expr.isTest;
    return expr.kind === 'call' && NAME_LIKE.has(expr.name);
  };

  #select(expr: Select): Code {
    if (this.checked.nameOf(expr) !== undefined) return this.#ident(expr, '');
    const operand = this.code(expr.operand);
    const { field } = expr;
    const cost = this.isName(expr.operand) ? 1 : 2;
    if (expr.isTest) {
      return onValue(operand, (value, frame) => {
        frame.meter.charge(cost - 1);
        return hasMember(value, field);
      });
    }
    return onValue(operand, (value, frame) => {
      frame.meter.charge(cost);
      return access(value, field);
    });
  }

  #call(expr: Call): Code {
    const { name, args } = expr;
    if (name === OPERATORS.optionalSelect || name === OPERATORS.optionalIndex || name === OPERATORS.index) {
      const [operand, key] = args as [Expr, Expr];
      const read = name === OPERATORS.index ? access : accessOptional;
      const [value, at] = [this.code(operand), this.code(key)];
      // A name that is the index is not asked for on its own: its first part is free.
      const isFree = this.isName(key) && !(key.kind === 'call' && key.name === OPERATORS.conditional);
      const cost = (this.isName(operand) ? 1 : 2) - (isFree ? 1 : 0);
      return onValue(value, (whole, frame) => {
        const index = at(frame);
        const found = index instanceof CelError ? index : read(whole, index);
        // What is not there costs nothing.
        frame.meter.charge(found === NONE ? cost - 1 : cost);
        return found;
      });
    }
    return compileLogic(this, expr) ?? compileCall(this, expr);
  }

  #list({ items }: ListExpr): Code {
    const codes = items.map(({ value, isOptional }) => ({ code: this.code(value), isOptional }));
    return frame => {
      const values: CelValue[] = [];
      for (const { code, isOptional } of codes) {
        const value = code(frame);
        if (value instanceof CelError) return value;
        if (!isOptional) values.push(value);
        else if (!(value instanceof CelOptional)) return notOptional(value);
        else if (value.value !== undefined) values.push(value.value);
      }
      frame.meter.charge(LIST_COST);
      return new ItemList(values);
    };
  }

  #map({ entries }: MapExpr): Code {
    const codes = entries.map(({ key, value, isOptional }) => ({
      key: this.code(key),
      value: this.code(value),
      isOptional,
    }));
    return frame => {
      const map = new GrowingMap();
      for (const { key, value, isOptional } of codes) {
        const [name, read] = [key(frame), value(frame)];
        if (name instanceof CelError) return name;
        if (read instanceof CelError) return read;
        if (isOptional && !(read instanceof CelOptional)) return notOptional(read);
        const whole = isOptional && read instanceof CelOptional ? read.value : read;
        const problem = whole === undefined ? map : map.insert(name, whole);
        if (problem instanceof CelError) {
          return problem.message.startsWith('insert') ? new CelError('Failed with repeated key') : problem;
        }
      }
      frame.meter.charge(MAP_COST);
      return map.sealed();
    };
  }

  #message(expr: Message): Code {
    const type = this.checked.typeOf(expr);
    const codes = expr.fields.map(({ name, value, isOptional }) => ({ name, code: this.code(value), isOptional }));
    return frame => {
      const fields = new Map<Key, readonly [CelValue, CelResult]>();
      for (const { name, code, isOptional } of codes) {
        const value = code(frame);
        if (value instanceof CelError) return value;
        if (isOptional && !(value instanceof CelOptional)) return notOptional(value);
        const whole = isOptional && value instanceof CelOptional ? value.value : value;
        if (whole !== undefined) fields.set(name, [name, whole]);
      }
      frame.meter.charge(OBJECT_COST);
      return new DeclaredMap(fields, type);
    };
  }

  #comprehension(expr: Comprehension): Code {
    const range = this.code(expr.range);
    const isEmpty = isEmptyLiteral(expr.init);
    const isBind = isEmptyLiteral(expr.range);
    const init = isEmpty && !isBind ? growing(expr.init) : this.code(expr.init);
    const [gathered, first, second] = [this.#slots, this.#slots + 1, this.#slots + 2];
    this.#slots += 3;
    this.#locals.push([expr.accumulator, gathered], [expr.variable, first]);
    if (expr.variable2 !== undefined) this.#locals.push([expr.variable2, second]);
    const from = this.#sites;
    const [condition, step] = [this.code(expr.condition), this.code(expr.step)];
    const inner = { from, to: this.#sites };
    this.#locals.length -= expr.variable2 === undefined ? 1 : 2;
    const result = this.code(expr.result);
    this.#locals.length -= 1;
    const hasTwo = expr.variable2 !== undefined;
    const site = this.site();
    const parts = { range, init, condition, step, result, gathered, first, second, hasTwo, site, inner };
    return noted(this.site(), fold(parts));
  }
}

const CONVERSIONS = new Set([
  'bool',
  'bytes',
  'double',
  'duration',
  'dyn',
  'int',
  'string',
  'timestamp',
  'type',
  'uint',
]);

const NAME_LIKE = new Set<string>([
  OPERATORS.index,
  OPERATORS.optionalIndex,
  OPERATORS.optionalSelect,
  OPERATORS.conditional,
]);

class DeclaredMap extends EntryMap {
  override readonly declared: CelType;

  constructor(entries: ReadonlyMap<Key, readonly [CelValue, CelResult]>, declared: CelType) {
    super(entries);
    this.declared = declared;
  }
}

function charged(frame: Frame, cost: number): Frame {
  frame.meter.charge(cost);
  return frame;
}

const onValue =
  (code: Code, read: (value: CelValue, frame: Frame) => CelResult): Code =>
  frame => {
    const value = code(frame);
    return value instanceof CelError ? value : read(value, frame);
  };

const notOptional = (value: CelValue): CelError =>
  new CelError(`cannot initialize optional element from non-optional value of type ${printType(typeOfValue(value))}`);

const isEmptyLiteral = (expr: Expr): boolean =>
  (expr.kind === 'list' && expr.items.length === 0) || (expr.kind === 'map' && expr.entries.length === 0);

const growing = (init: Expr): Code => (init.kind === 'map' ? () => new GrowingMap() : () => new GrowingList());
