import {
  addQuantities,
  compareQuantities,
  formatQuantity,
  readQuantity,
  subtractQuantities,
  type Quantity,
} from '../../src/base/quantity.ts';
import type { ResourceList } from '../kinds/core/v1/resource-list.ts';

/** How much of which resources. */
export type Amounts = ReadonlyMap<string, Quantity>;

export const NOTHING: Amounts = new Map();
export const ZERO: Quantity = Object.freeze({ nano: 0n, format: 'DecimalSI' });
export const ONE: Quantity = Object.freeze({ nano: 1_000_000_000n, format: 'DecimalSI' });

/** What is no quantity is left out. */
export function amountsOf(list: ResourceList | undefined): Amounts {
  if (list === undefined) return NOTHING;
  return new Map(
    Object.entries(list).flatMap(([name, text]) => {
      const amount = readQuantity(text);
      return amount === undefined ? [] : [[name, amount] as const];
    }),
  );
}

export const listOf = (amounts: Amounts): ResourceList =>
  Object.fromEntries([...amounts].map(([name, amount]) => [name, formatQuantity(amount)]));

export function sumOf(a: Amounts, b: Amounts): Amounts {
  const sum = new Map(a);
  for (const [name, amount] of b) {
    const before = sum.get(name);
    sum.set(name, before === undefined ? amount : addQuantities(before, amount));
  }
  return sum;
}

export function mostOf(a: Amounts, b: Amounts): Amounts {
  const most = new Map(a);
  for (const [name, amount] of b) {
    const before = most.get(name);
    if (before === undefined || compareQuantities(before, amount) < 0) most.set(name, amount);
  }
  return most;
}

/** How much more `a` is than `b`, resource by resource. */
export function growth(a: Amounts, b: Amounts): Amounts {
  const more = new Map<string, Quantity>();
  for (const [name, amount] of a) {
    const before = b.get(name);
    const difference = before === undefined ? amount : subtractQuantities(amount, before);
    if (difference.nano > 0n) more.set(name, difference);
  }
  return more;
}

export const ofNames = (amounts: Amounts, names: ReadonlySet<string>): Amounts =>
  new Map([...amounts].filter(([name]) => names.has(name)));

export const withoutZeros = (amounts: Amounts): Amounts => new Map([...amounts].filter(([, { nano }]) => nano !== 0n));

export const isEqual = (a: Amounts, b: Amounts): boolean =>
  a.size === b.size && [...a].every(([name, { nano }]) => b.get(name)?.nano === nano);

/** Names of what is more than `most` says; of what that says nothing there may be any amount. */
export const exceeding = (amounts: Amounts, most: Amounts): ReadonlySet<string> =>
  new Set(
    [...amounts].flatMap(([name, { nano }]) => {
      const limit = most.get(name);
      return limit !== undefined && nano > limit.nano ? [name] : [];
    }),
  );

/** `cpu=1,pods=2`. */
export const printAmounts = (amounts: Amounts): string =>
  [...amounts]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, amount]) => `${name}=${formatQuantity(amount)}`)
    .join(',');
