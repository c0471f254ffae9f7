import {
  BOOL,
  BYTES,
  DOUBLE,
  DYN,
  ERROR,
  INT,
  NULL,
  STRING,
  UINT,
  isDynOrError,
  isOptional,
  listOf,
  mapOf,
  optionalOf,
  printSignature,
  printType,
  unwrapped,
  type CelType,
} from './cel-type.ts';
import type { CelFunction, Overload } from './cel-function.ts';
import { CelUint, type CelValue } from './cel-value.ts';
import {
  OPERATORS,
  dottedName,
  type Call,
  type Comprehension,
  type Entry,
  type Expr,
  type MapExpr,
  type Message,
  type Select,
} from './expr.ts';
import type { CelIssue } from './issue.ts';
import { Substitutions, mostGeneral } from './substitutions.ts';

/** Names of types, and what `type(...)` such a name is. */
export interface TypeNames {
  get(name: string): CelType | undefined;
}

/** What names stand for. */
export interface Names {
  readonly variables: ReadonlyMap<string, CelType>;
  readonly functions: ReadonlyMap<string, CelFunction>;
  readonly types: TypeNames;
}

/** What was found out about each part of an expression. */
export interface Checked {
  readonly typeOf: (expr: Expr) => CelType;
  /** The variable that a name or dotted name is; undefined where it is none. */
  readonly nameOf: (expr: Expr) => string | undefined;
  /** The function that is called, and the forms of it that it may come to. */
  readonly callOf: (
    expr: Call,
  ) => { readonly name: string; readonly isMember: boolean; readonly overloads: readonly Overload[] } | undefined;
}

interface Scope {
  readonly names: ReadonlyMap<string, CelType>;
  readonly outer: Scope | undefined;
}

/** Finds the type of each part, and which forms of functions are called. */
export class Checker {
  readonly issues: CelIssue[] = [];
  readonly #names: Names;
  readonly #known = new Substitutions();
  readonly #types = new Map<Expr, CelType>();
  readonly #idents = new Map<Expr, string>();
  readonly #calls = new Map<Expr, { name: string; isMember: boolean; overloads: readonly Overload[] }>();
  #scope: Scope | undefined;

  constructor(names: Names) {
    this.#names = names;
  }

  check(expr: Expr): Checked {
    this.#check(expr);
    return {
      typeOf: part => this.#known.apply(this.#types.get(part) ?? DYN, true),
      nameOf: part => this.#idents.get(part),
      callOf: part => this.#calls.get(part),
    };
  }

  #tell({ offset }: { readonly offset: number }, message: string): void {
    this.issues.push({ offset, message });
  }

  #mismatch(expr: Expr, expected: CelType, found: CelType): void {
    const [a, b] = [this.#known.apply(expected), this.#known.apply(found)];
    this.#tell(expr, `expected type '${printType(a)}' but found '${printType(b)}'`);
  }

  #check(expr: Expr): CelType {
    const type = this.#typeOf(expr);
    this.#types.set(expr, type);
    return type;
  }

  #typeOf(expr: Expr): CelType {
    switch (expr.kind) {
      case 'literal':
        return literalType(expr.value);
      case 'ident':
        return this.#named(expr, expr.name) ?? this.#undeclared(expr, expr.name);
      case 'select':
        return this.#select(expr);
      case 'call':
        return this.#call(expr);
      case 'list':
        return this.#list(expr.items);
      case 'map':
        return this.#map(expr);
      case 'message':
        return this.#message(expr);
      case 'comprehension':
        return this.#comprehension(expr);
    }
  }

  #undeclared(expr: Expr, name: string): CelType {
    this.#tell(expr, `undeclared reference to '${name}' (in container '')`);
    return ERROR;
  }

  #named(expr: Expr, written: string): CelType | undefined {
    const name = written.replace(/^\./, '');
    if (name === written) {
      for (let scope = this.#scope; scope !== undefined; scope = scope.outer) {
        const local = scope.names.get(name);
        if (local !== undefined) {
          this.#idents.set(expr, name);
          return local;
        }
      }
    }
    const type = this.#names.variables.get(name) ?? this.#names.types.get(name);
    if (type !== undefined) this.#idents.set(expr, name);
    return type;
  }

  #select(expr: Select): CelType {
    const name = dottedName(expr);
    const whole = name === undefined ? undefined : this.#named(expr, name);
    if (whole !== undefined) return whole;
    const type = this.#field(expr, expr.operand, expr.field, false);
    return expr.isTest ? BOOL : this.#known.apply(type);
  }

  #field(expr: Expr, operand: Expr, field: string, asOptional: boolean): CelType {
    const whole = this.#known.apply(this.#check(operand));
    const type = unwrapped(whole);
    const found = this.#fieldOf(expr, type, field);
    return asOptional || isOptional(whole) ? optionalOf(found) : found;
  }

  #fieldOf(expr: Expr, type: CelType, field: string): CelType {
    switch (type.kind) {
      case 'map':
        return type.params[1] ?? DYN;
      case 'object': {
        const declared = type.fields?.().get(field);
        if (declared !== undefined) return declared.type;
        this.#tell(expr, `undefined field '${field}'`);
        return ERROR;
      }
      case 'param':
        this.#known.assign([DYN], [type]);
        return DYN;
      default:
        if (!isDynOrError(type)) this.#tell(expr, `type '${printType(type)}' does not support field selection`);
        return DYN;
    }
  }

  #call(expr: Call): CelType {
    const { name, target, args } = expr;
    if (name === OPERATORS.optionalSelect) return this.#optionalSelect(expr);
    for (const argument of args) this.#check(argument);
    if (target === undefined) return this.#resolve(expr, name.replace(/^\./, ''), undefined);
    const space = dottedName(target);
    const dotted = space === undefined ? undefined : `${space}.${name}`.replace(/^\./, '');
    if (dotted !== undefined && this.#names.functions.has(dotted)) return this.#resolve(expr, dotted, undefined);
    this.#check(target);
    return this.#resolve(expr, name, target);
  }

  #optionalSelect(expr: Call): CelType {
    const [operand, field] = expr.args;
    if (operand === undefined || field?.kind !== 'literal' || typeof field.value !== 'string') return ERROR;
    this.#types.set(field, STRING);
    this.#calls.set(expr, { name: expr.name, isMember: false, overloads: [] });
    return this.#known.apply(this.#field(expr, operand, field.value, true));
  }

  #resolve(expr: Call, name: string, target: Expr | undefined): CelType {
    const declared = this.#names.functions.get(name);
    if (declared === undefined) return this.#undeclared(expr, name);
    const args = target === undefined ? expr.args : [target, ...expr.args];
    const types = args.map(argument => this.#types.get(argument) ?? DYN);
    const isMember = target !== undefined;
    if (name === OPERATORS.and || name === OPERATORS.or) return this.#logical(expr, declared);
    const matching: Overload[] = [];
    let result: CelType | undefined;
    for (const overload of declared.overloads) {
      if (overload.isMember !== isMember) continue;
      const form = this.#instance(overload);
      if (!this.#known.assign(types, form.args)) continue;
      matching.push(overload);
      const type = this.#known.apply(form.result);
      result = result === undefined ? type : joined(result, type);
    }
    if (result === undefined) {
      const signature = printSignature(
        types.map(type => this.#known.apply(type, true)),
        isMember,
      );
      this.#tell(expr, `found no matching overload for '${name}' applied to '${signature}'`);
      return ERROR;
    }
    this.#calls.set(expr, { name, isMember, overloads: matching });
    return result;
  }

  #logical(expr: Call, { name, overloads }: CelFunction): CelType {
    let isWrong = false;
    for (const argument of expr.args) {
      const type = this.#types.get(argument) ?? DYN;
      if (this.#known.assign([type], [BOOL])) continue;
      this.#mismatch(argument, BOOL, type);
      isWrong = true;
    }
    this.#calls.set(expr, { name, isMember: false, overloads });
    return isWrong ? ERROR : BOOL;
  }

  /** With parameters of its own, so that each call may mean other types by them. */
  #instance({ args, result }: Overload): { readonly args: readonly CelType[]; readonly result: CelType } {
    const fresh = new Map<string, CelType>();
    const instance = (type: CelType): CelType => {
      if (type.kind !== 'param')
        return type.params.length === 0 ? type : { ...type, params: type.params.map(instance) };
      const param = fresh.get(type.name) ?? this.#known.newParam();
      fresh.set(type.name, param);
      return param;
    };
    return { args: args.map(instance), result: instance(result) };
  }

  #list(items: readonly Entry[]): CelType {
    let item: CelType | undefined;
    for (const entry of items) item = this.#join(item, this.#entry(entry));
    return listOf(item ?? this.#known.newParam());
  }

  #entry({ value, isOptional: mayBeLeftOut }: Entry): CelType {
    const type = this.#check(value);
    if (!mayBeLeftOut) return type;
    const whole = this.#known.apply(type);
    if (!isOptional(whole) && !isDynOrError(whole)) this.#mismatch(value, optionalOf(whole), whole);
    return unwrapped(whole);
  }

  #map(expr: MapExpr): CelType {
    let [key, value]: (CelType | undefined)[] = [];
    for (const entry of expr.entries) {
      key = this.#join(key, this.#check(entry.key));
      value = this.#join(value, this.#entry(entry));
    }
    return mapOf(key ?? this.#known.newParam(), value ?? this.#known.newParam());
  }

  #join(before: CelType | undefined, type: CelType): CelType {
    if (before === undefined) return type;
    if (this.#known.assign([before], [type])) return mostGeneral(before, type);
    return DYN;
  }

  #message(expr: Message): CelType {
    const name = expr.name.replace(/^\./, '');
    const type = this.#names.types.get(name)?.params[0];
    for (const member of expr.fields) {
      const { name: field, offset } = member;
      const found = this.#entry(member);
      if (type?.kind !== 'object') continue;
      const declared = type.fields?.().get(field)?.type;
      if (declared === undefined) this.#tell({ offset }, `undefined field '${field}'`);
      else if (!this.#known.assign([declared], [found])) this.#wrongField(offset, field, declared, found);
    }
    if (type === undefined) return this.#undeclared(expr, name);
    if (type.kind === 'object') return type;
    this.#tell(expr, `'${printType(type)}' is not a message type`);
    return ERROR;
  }

  #wrongField(offset: number, field: string, declared: CelType, found: CelType): void {
    const provided = printType(this.#known.apply(found));
    const message = `expected type of field '${field}' is '${printType(declared)}' but provided type is '${provided}'`;
    this.#tell({ offset }, message);
  }

  #comprehension(expr: Comprehension): CelType {
    this.#check(expr.range);
    const gathered = this.#check(expr.init);
    const range = this.#known.apply(this.#types.get(expr.range) ?? DYN);
    const outer = this.#scope;
    this.#scope = { names: new Map([[expr.accumulator, gathered]]), outer };
    const inner = this.#scope;
    this.#scope = { names: this.#variables(expr, range), outer: inner };
    this.#assert(expr.condition, BOOL);
    this.#assert(expr.step, gathered);
    this.#scope = inner;
    const type = this.#check(expr.result);
    this.#scope = outer;
    return this.#known.apply(type);
  }

  #assert(expr: Expr, type: CelType): void {
    const found = this.#check(expr);
    if (!this.#known.assign([type], [found])) this.#mismatch(expr, type, found);
  }

  #variables({ range, variable, variable2 }: Comprehension, type: CelType): ReadonlyMap<string, CelType> {
    const two = (first: CelType, second: CelType): ReadonlyMap<string, CelType> =>
      new Map(
        variable2 === undefined
          ? [[variable, first]]
          : [
              [variable, first],
              [variable2, second],
            ],
      );
    switch (type.kind) {
      case 'list': {
        const item = type.params[0] ?? DYN;
        return variable2 === undefined ? two(item, item) : two(INT, item);
      }
      case 'map':
        return two(type.params[0] ?? DYN, type.params[1] ?? DYN);
      case 'dyn':
      case 'error':
      case 'param':
        this.#known.assign([DYN], [type]);
        return two(DYN, DYN);
      default: {
        const must = 'must be list, map, or dynamic';
        this.#tell(range, `expression of type '${printType(type)}' cannot be range of a comprehension (${must})`);
        return two(ERROR, ERROR);
      }
    }
  }
}

const joined = (a: CelType, b: CelType): CelType => (a.kind === 'dyn' || printType(a) === printType(b) ? a : DYN);

function literalType(value: CelValue): CelType {
  if (value === null) return NULL;
  if (typeof value === 'boolean') return BOOL;
  if (typeof value === 'bigint') return INT;
  if (typeof value === 'number') return DOUBLE;
  if (typeof value === 'string') return STRING;
  return value instanceof CelUint ? UINT : BYTES;
}
