import { DYN, isOptional, unwrapped, type CelType } from './cel-type.ts';
import type { Checked } from './checker.ts';
import { ANY_SIZE, NOTHING, ONE, UNBOUNDED, add, fixed, multiply, union, type Range } from './cost-range.ts';
import { estimateCall, type CallEstimate, type Operand } from './estimate-call.ts';
import { OPERATORS, type Call, type Comprehension, type Expr, type ListExpr, type MapExpr } from './expr.ts';
import { LIST_COST, MAP_COST, OBJECT_COST } from './meter.ts';

/**
 * What an expression may cost before anything is known but how large values can be, as upstream estimates it: by
 * this, rules are refused that may become too dear.
 */
export const estimateCost = (expr: Expr, checked: Checked, variables: Readonly<Record<string, CelType>>): Range =>
  new Estimator(checked, variables).cost(expr);

/** How large keys (or indices) and values of a list or map are. */
interface EntrySizes {
  readonly isList: boolean;
  readonly key: Range;
  readonly value: Range;
}

interface Local {
  readonly origin: CelType | undefined;
  readonly size: Range | undefined;
  readonly entries: EntrySizes | undefined;
}

class Estimator {
  readonly #checked: Checked;
  readonly #variables: Readonly<Record<string, CelType>>;
  readonly #locals = new Map<string, Local[]>();
  readonly #sizes = new Map<Expr, Range>();
  readonly #entries = new Map<Expr, EntrySizes>();
  /** The declared type that a part was read from, which tells how large it can be. */
  readonly #origins = new Map<Expr, CelType>();

  constructor(checked: Checked, variables: Readonly<Record<string, CelType>>) {
    this.#checked = checked;
    this.#variables = variables;
  }

  cost(expr: Expr): Range {
    switch (expr.kind) {
      case 'literal':
        return NOTHING;
      case 'ident':
        return ONE;
      case 'select': {
        if (this.#checked.nameOf(expr) !== undefined) return ONE;
        const operand = this.cost(expr.operand);
        if (expr.isTest) return operand;
        const { kind } = this.#checked.typeOf(expr.operand);
        const read = kind === 'map' || kind === 'object' ? ONE : NOTHING;
        this.#origins.set(
          expr,
          this.#part(this.#originOf(expr.operand), type => fieldOf(type, expr.field)),
        );
        return add(operand, read);
      }
      case 'call':
        return this.#call(expr);
      case 'list':
        return this.#list(expr);
      case 'map':
        return this.#map(expr);
      case 'message':
        return add(...expr.fields.map(({ value }) => this.cost(value)), fixed(OBJECT_COST));
      case 'comprehension':
        return isBind(expr) ? this.#bind(expr) : this.#comprehension(expr);
    }
  }

  #local(name: string): Local | undefined {
    return this.#locals.get(name)?.at(-1);
  }

  #originOf(expr: Expr): CelType | undefined {
    const name = expr.kind === 'ident' ? expr.name : this.#checked.nameOf(expr);
    if (name === undefined) return this.#origins.get(expr);
    const local = this.#local(name);
    return local === undefined ? (this.#variables[name] ?? this.#root) : local.origin;
  }

  /** What has no origin is taken for a part of the whole, as upstream takes it: its limits count in what is refused. */
  #part(of: CelType | undefined, pick: (type: CelType) => CelType | undefined): CelType {
    return of === undefined ? this.#root : (pick(unwrapped(of)) ?? DYN);
  }

  get #root(): CelType {
    return this.#variables['self'] ?? DYN;
  }

  /** Undefined where nothing tells it. */
  #sizeOf(expr: Expr): Range | undefined {
    const known = this.#sizes.get(expr) ?? literalSize(expr) ?? declaredSize(this.#originOf(expr));
    if (known !== undefined) return known;
    if (isScalar(this.#checked.typeOf(expr))) return ONE;
    return expr.kind === 'ident' ? this.#local(expr.name)?.size : undefined;
  }

  #entriesOf(expr: Expr): EntrySizes | undefined {
    return this.#entries.get(expr) ?? (expr.kind === 'ident' ? this.#local(expr.name)?.entries : undefined);
  }

  #operand(expr: Expr): Operand {
    return {
      type: this.#checked.typeOf(expr),
      size: this.#sizeOf(expr),
      items: this.#itemsOf(expr),
      literal: expr.kind === 'literal' ? expr.value : undefined,
    };
  }

  #itemsOf(expr: Expr): CelType | undefined {
    const origin = this.#originOf(expr);
    return origin === undefined ? undefined : itemsOf(unwrapped(origin));
  }

  #call(expr: Call): Range {
    const call = this.#checked.callOf(expr);
    const [first] = expr.args;
    if (call?.name === 'dyn' && first !== undefined) {
      const cost = add(ONE, this.cost(first));
      this.#copySizes(expr, first);
      return cost;
    }
    const costs = expr.args.map(argument => this.cost(argument));
    if (call === undefined) return NOTHING;
    const target = call.isMember ? expr.target : undefined;
    const targetCost = target === undefined ? NOTHING : this.cost(target);
    if (expr.name === OPERATORS.optionalSelect) return add(ONE, ...costs);
    const args = expr.args.map(argument => this.#operand(argument));
    const of = target === undefined ? undefined : this.#operand(target);
    let cost: Range | undefined;
    let size: Range | undefined;
    for (const { id } of call.overloads) {
      const estimate = this.#form(expr, { name: call.name, id, target: of, args, costs });
      cost = cost === undefined ? estimate.cost : union(cost, estimate.cost);
      if (estimate.size !== undefined) size = size === undefined ? estimate.size : union(size, estimate.size);
      if (first !== undefined && (id === 'index_list' || id === 'index_map')) {
        size = this.#entriesOf(first)?.value;
        this.#origins.set(expr, this.#part(this.#originOf(first), itemsOf));
      }
      size ??= this.#sizeOf(expr);
    }
    if (size !== undefined) this.#sizes.set(expr, size);
    return add(targetCost, cost ?? NOTHING);
  }

  #form(expr: Call, call: Parameters<typeof estimateCall>[0]): CallEstimate {
    const { id } = call;
    const [first, second, third] = expr.args;
    if (id === 'conditional' && second !== undefined && third !== undefined)
      this.#joinEntries(expr, this.#entriesOf(second), this.#entriesOf(third));
    if (/^add_(list|string|bytes)$/.test(id) && first !== undefined && second !== undefined)
      this.#joinEntries(expr, this.#entriesOf(first), this.#entriesOf(second));
    return estimateCall(call);
  }

  #joinEntries(expr: Expr, a: EntrySizes | undefined, b: EntrySizes | undefined): void {
    if (a === undefined || b === undefined) return;
    this.#entries.set(expr, { isList: a.isList, key: union(a.key, b.key), value: union(a.value, b.value) });
  }

  #copySizes(to: Expr, from: Expr): void {
    const [size, entries] = [this.#sizeOf(from), this.#entriesOf(from)];
    if (size !== undefined) this.#sizes.set(to, size);
    if (entries !== undefined) this.#entries.set(to, entries);
  }

  #unionOfSizes(exprs: readonly Expr[]): Range {
    if (exprs.length === 0) return NOTHING;
    return exprs.map(expr => this.#sizeOf(expr) ?? ANY_SIZE).reduce(union, { min: UNBOUNDED, max: 0 });
  }

  #list(expr: ListExpr): Range {
    const items = expr.items.map(({ value }) => value);
    const cost = add(...items.map(item => this.cost(item)), fixed(LIST_COST));
    this.#entries.set(expr, { isList: true, key: ONE, value: this.#unionOfSizes(items) });
    return cost;
  }

  #map(expr: MapExpr): Range {
    const costs = expr.entries.flatMap(({ key, value }) => [this.cost(key), this.cost(value)]);
    this.#entries.set(expr, {
      isList: false,
      key: this.#unionOfSizes(expr.entries.map(({ key }) => key)),
      value: this.#unionOfSizes(expr.entries.map(({ value }) => value)),
    });
    return add(...costs, fixed(MAP_COST));
  }

  #within<T>(names: readonly (readonly [string, Local])[], run: () => T): T {
    for (const [name, local] of names) this.#locals.set(name, [...(this.#locals.get(name) ?? []), local]);
    const result = run();
    for (const [name] of names) this.#locals.get(name)?.pop();
    return result;
  }

  #bound(expr: Expr): Local {
    return { origin: this.#originOf(expr), size: this.#sizeOf(expr), entries: this.#entriesOf(expr) };
  }

  #bind(expr: Comprehension): Range {
    const { init, accumulator, range, result } = expr;
    const before = add(this.cost(range), this.cost(init));
    return this.#within([[accumulator, this.#bound(init)]], () => {
      const after = this.cost(result);
      this.#copySizes(expr, result);
      return add(before, after);
    });
  }

  #comprehension(expr: Comprehension): Range {
    const { range, init, accumulator, condition, step, result } = expr;
    const before = add(this.cost(range), this.cost(init));
    const [each, after] = this.#within([[accumulator, this.#bound(init)]], () => {
      const once = this.#within(this.#iterated(expr), () => add(this.cost(condition), this.cost(step)));
      return [once, this.cost(result)] as const;
    });
    const count = this.#sizeOf(range) ?? ANY_SIZE;
    const size = init.kind === 'literal' ? this.#sizeOf(init) : count;
    if (size !== undefined && (init.kind === 'literal' || init.kind === 'list' || init.kind === 'map'))
      this.#sizes.set(expr, size);
    const entries = this.#entriesOf(step);
    if (entries !== undefined && (init.kind === 'list' || init.kind === 'map')) this.#entries.set(expr, entries);
    return add(before, after, multiply(count, each));
  }

  #iterated({ range, variable, variable2 }: Comprehension): readonly (readonly [string, Local])[] {
    const entries = this.#entriesOf(range);
    const origin = this.#originOf(range);
    const isList = entries?.isList ?? this.#checked.typeOf(range).kind === 'list';
    const keys: Local = {
      origin: this.#part(origin, type => (isList ? undefined : keysOf(type))),
      size: entries?.key,
      entries: undefined,
    };
    const values: Local = { origin: this.#part(origin, itemsOf), size: entries?.value, entries: undefined };
    if (variable2 === undefined) return [[variable, isList ? values : keys]];
    return [
      [variable, keys],
      [variable2, values],
    ];
  }
}

const isBind = ({ range, condition, accumulator }: Comprehension): boolean =>
  range.kind === 'list' &&
  range.items.length === 0 &&
  condition.kind === 'literal' &&
  condition.value === false &&
  accumulator !== '@result';

const fieldOf = (type: CelType, name: string): CelType | undefined => type.fields?.().get(name)?.type;
const itemsOf = (type: CelType): CelType | undefined => type.params[type.kind === 'map' ? 1 : 0];
const keysOf = (type: CelType): CelType | undefined => (type.kind === 'map' ? type.params[0] : undefined);

function declaredSize(origin: CelType | undefined): Range | undefined {
  const max = origin === undefined ? undefined : unwrapped(origin).maxSize;
  return max === undefined ? undefined : { min: 0, max };
}

function literalSize(expr: Expr): Range | undefined {
  switch (expr.kind) {
    case 'literal': {
      const { value } = expr;
      return fixed(
        typeof value === 'string' ? Array.from(value).length : value instanceof Uint8Array ? value.length : 1,
      );
    }
    case 'list':
      return fixed(expr.items.length);
    case 'map':
      return fixed(expr.entries.length);
    default:
      return undefined;
  }
}

const SCALARS = new Set(['bool', 'double', 'duration', 'int', 'timestamp', 'uint']);
const isScalar = (type: CelType): boolean => SCALARS.has(type.kind) || (isOptional(type) && isScalar(unwrapped(type)));
