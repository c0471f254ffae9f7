import { addQuantities, compareQuantities, formatQuantity, readQuantity } from '../../../../src/base/quantity.ts';
import type { Quantity } from '../../../../src/base/quantity.ts';
import type { Container } from './container.ts';
import type { PodSpec } from './pod-spec.ts';
import type { ResourceList } from './resource-list.ts';

type Kind = 'requests' | 'limits';
type Amounts = Map<string, Quantity>;

/** What the containers of a pod request or are limited to together; what is no quantity is left out. */
export function containersTogether({ containers, initContainers = [] }: PodSpec, kind: Kind): ResourceList {
  const sum: Amounts = new Map();
  for (const container of containers) add(sum, amountsOf(container, kind));
  const sidecars: Amounts = new Map();
  const before: Amounts = new Map();
  for (const container of initContainers) {
    const own = amountsOf(container, kind);
    if (container.restartPolicy === 'Always') {
      add(sum, own);
      add(sidecars, own);
      raise(before, sidecars);
    } else {
      add(own, sidecars);
      raise(before, own);
    }
  }
  raise(sum, before);
  return Object.fromEntries([...sum].map(([name, amount]) => [name, formatQuantity(amount)]));
}

/** The same for the whole pod: what it says itself goes before what its containers say, and its runtime adds to both. */
export function wholePod(spec: PodSpec, kind: Kind): ResourceList {
  const sum: Amounts = new Map(
    Object.entries({ ...containersTogether(spec, kind), ...spec.resources?.[kind] }).flatMap(([name, text]) => {
      const amount = readQuantity(text);
      return amount === undefined ? [] : [[name, amount]];
    }),
  );
  for (const [name, text] of Object.entries(spec.overhead ?? {})) {
    const amount = readQuantity(text);
    // What has no limit is not limited by what its runtime adds.
    if (amount !== undefined && (kind === 'requests' || sum.has(name))) add(sum, new Map([[name, amount]]));
  }
  return Object.fromEntries([...sum].map(([name, amount]) => [name, formatQuantity(amount)]));
}

function amountsOf({ resources }: Container, kind: Kind): Amounts {
  const amounts: Amounts = new Map();
  for (const [name, text] of Object.entries(resources?.[kind] ?? {})) {
    const amount = readQuantity(text);
    if (amount !== undefined) amounts.set(name, amount);
  }
  return amounts;
}

function add(sum: Amounts, others: Amounts): void {
  for (const [name, amount] of others) {
    const before = sum.get(name);
    sum.set(name, before === undefined ? amount : addQuantities(before, amount));
  }
}

function raise(most: Amounts, others: Amounts): void {
  for (const [name, amount] of others) {
    const before = most.get(name);
    if (before === undefined || compareQuantities(before, amount) < 0) most.set(name, amount);
  }
}
