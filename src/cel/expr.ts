import type { CelValue } from './cel-value.ts';

/** An expression as it was written, macros expanded. */
export type Expr = Literal | Ident | Select | Call | ListExpr | MapExpr | Message | Comprehension;

interface Part {
  /** Where in the text it is told of, in UTF-16 units. */
  readonly offset: number;
  /** How deep it is nested, itself included. */
  readonly depth: number;
  /** How many expressions it is made of, where macros repeat them too. */
  readonly weight: number;
}

export interface Literal extends Part {
  readonly kind: 'literal';
  readonly value: CelValue;
}
export interface Ident extends Part {
  readonly kind: 'ident';
  readonly name: string;
}
export interface Select extends Part {
  readonly kind: 'select';
  readonly operand: Expr;
  readonly field: string;
  /** `has(operand.field)`. */
  readonly isTest: boolean;
}
export interface Call extends Part {
  readonly kind: 'call';
  readonly name: string;
  readonly target: Expr | undefined;
  readonly args: readonly Expr[];
}
export interface ListExpr extends Part {
  readonly kind: 'list';
  readonly items: readonly Entry[];
}
/** `isOptional`: `?`, left out where its value is an optional without one. */
export interface Entry {
  readonly value: Expr;
  readonly isOptional: boolean;
}
export interface MapExpr extends Part {
  readonly kind: 'map';
  readonly entries: readonly MapEntry[];
}
export interface MapEntry extends Entry {
  readonly key: Expr;
}
export interface MessageField extends Entry {
  readonly name: string;
  readonly offset: number;
}
/** `Type{field: value}`. */
export interface Message extends Part {
  readonly kind: 'message';
  readonly name: string;
  readonly fields: readonly MessageField[];
}
/** What macros come to: a fold over a list or map. */
export interface Comprehension extends Part {
  readonly kind: 'comprehension';
  readonly range: Expr;
  readonly variable: string;
  /** Where it has two, `variable` is the index or key, and this the value. */
  readonly variable2: string | undefined;
  readonly accumulator: string;
  readonly init: Expr;
  readonly condition: Expr;
  readonly step: Expr;
  readonly result: Expr;
}

/** Without what is computed of its parts. */
export type Bare<E extends Expr> = E extends Expr ? Omit<E, 'depth' | 'weight'> : never;

export function partsOf(expr: Bare<Expr>): readonly Expr[] {
  switch (expr.kind) {
    case 'literal':
    case 'ident':
      return [];
    case 'select':
      return [expr.operand];
    case 'call':
      return expr.target === undefined ? expr.args : [expr.target, ...expr.args];
    case 'list':
      return expr.items.map(({ value }) => value);
    case 'map':
      return expr.entries.flatMap(({ key, value }) => [key, value]);
    case 'message':
      return expr.fields.map(({ value }) => value);
    case 'comprehension':
      return [expr.range, expr.init, expr.condition, expr.step, expr.result];
  }
}

/** The dotted name that a chain of selections spells. */
export function dottedName(expr: Expr): string | undefined {
  if (expr.kind === 'ident') return expr.name;
  if (expr.kind !== 'select' || expr.isTest) return undefined;
  const before = dottedName(expr.operand);
  return before === undefined ? undefined : `${before}.${expr.field}`;
}

/** The operators, by the names that functions of theirs go by. */
export const OPERATORS = {
  conditional: '_?_:_',
  and: '_&&_',
  or: '_||_',
  not: '!_',
  negate: '-_',
  equals: '_==_',
  notEquals: '_!=_',
  add: '_+_',
  index: '_[_]',
  optionalIndex: '_[?_]',
  optionalSelect: '_?._',
  in: '@in',
  notStrictlyFalse: '@not_strictly_false',
} as const;
