import { QuantityError, parseQuantity, wholeUnits } from '../../../src/base/quantity.ts';

/** What a node may run short of, as upstream's flags name it. */
export const SIGNALS = ['memory.available', 'nodefs.available', 'nodefs.inodesFree', 'pid.available'] as const;
export type Signal = (typeof SIGNALS)[number];

/** Below this a node is under pressure, and pods go at once: an amount, or a share of all there is. */
export interface Threshold {
  readonly signal: Signal;
  readonly limit: { readonly amount: number } | { readonly share: number };
}

export interface Observation {
  readonly signal: Signal;
  readonly available: number;
  readonly capacity: number;
}

/** One that is met. */
export interface Shortage extends Observation {
  readonly limit: number;
}

export const DEFAULT_EVICTION_HARD: Readonly<Record<string, string>> = {
  'memory.available': '100Mi',
  'nodefs.available': '10%',
  'nodefs.inodesFree': '5%',
  'pid.available': '10%',
};

/** Reads `evictionHard` of the configuration; throws where it makes no sense. */
export function readThresholds(given: Readonly<Record<string, string>>): readonly Threshold[] {
  for (const name of Object.keys(given)) {
    if (!SIGNALS.some(signal => signal === name)) throw new Error(`unsupported eviction signal ${name}`);
  }
  return SIGNALS.flatMap(signal => (given[signal] === undefined ? [] : [{ signal, limit: readLimit(given[signal]) }]));
}

function readLimit(text: string): Threshold['limit'] {
  const [, percent] = /^(\d{1,2}(?:\.\d+)?)%$/.exec(text) ?? [];
  if (percent !== undefined) return { share: Number(percent) / 100 };
  try {
    return { amount: wholeUnits(parseQuantity(text)) };
  } catch (error) {
    if (error instanceof QuantityError)
      throw new Error(`invalid eviction threshold ${JSON.stringify(text)}`, { cause: error });
    throw error;
  }
}

/** What the node is short of, memory first. */
export function shortages(thresholds: readonly Threshold[], observations: readonly Observation[]): readonly Shortage[] {
  return thresholds.flatMap(({ signal, limit }) => {
    const seen = observations.find(each => each.signal === signal);
    if (seen === undefined || seen.capacity === 0) return [];
    const least = 'amount' in limit ? limit.amount : Math.floor(seen.capacity * limit.share);
    return seen.available < least ? [{ ...seen, limit: least }] : [];
  });
}
