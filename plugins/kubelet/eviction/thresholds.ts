import { goDurationMs } from '../../../src/base/go-duration.ts';
import { readQuantity, wholeUnits } from '../../../src/base/quantity.ts';

/** What a node may run short of, as upstream's flags name it; memory goes before all else. */
export const SIGNALS = [
  'memory.available',
  'nodefs.available',
  'nodefs.inodesFree',
  'imagefs.available',
  'imagefs.inodesFree',
  'pid.available',
] as const;
/** What pods together may still take of the memory that is theirs; nobody sets it, upstream derives it as well. */
export const ALLOCATABLE_MEMORY = 'allocatableMemory.available';
export type Signal = (typeof SIGNALS)[number] | typeof ALLOCATABLE_MEMORY;

type Amount = { readonly amount: number } | { readonly share: number };

/** Below this a node is under pressure: an amount, or a share of all there is. */
export interface Threshold {
  readonly signal: Signal;
  readonly limit: Amount;
  /** Pods go once it was met for so long; at once where this is 0, as upstream's hard ones. */
  readonly graceMs: number;
  /** Once pods had to go, it is met until so much more is free. */
  readonly reclaim?: Amount;
}

export interface Observation {
  readonly signal: Signal;
  readonly available: number;
  readonly capacity: number;
}

/** A threshold that is met. */
export interface Shortage extends Observation {
  readonly threshold: Threshold;
  readonly limit: number;
}

type Given = Readonly<Record<string, string>>;

/** As the kubelet's configuration names them, by signal. */
export interface EvictionSettings {
  readonly evictionHard: Given;
  readonly evictionSoft: Given;
  readonly evictionSoftGracePeriod: Given;
  readonly evictionMinimumReclaim: Given;
}

export const DEFAULT_EVICTION_HARD: Given = {
  'memory.available': '100Mi',
  'nodefs.available': '10%',
  'nodefs.inodesFree': '5%',
  'imagefs.available': '15%',
  'imagefs.inodesFree': '5%',
  'pid.available': '10%',
};

/** Throws where the settings make no sense. */
export function readThresholds(settings: EvictionSettings): readonly Threshold[] {
  const { evictionHard, evictionSoft, evictionSoftGracePeriod, evictionMinimumReclaim } = settings;
  const all = { ...evictionHard, ...evictionSoft, ...evictionSoftGracePeriod, ...evictionMinimumReclaim };
  for (const name of Object.keys(all)) {
    if (!SIGNALS.some(signal => signal === name)) throw new Error(`unsupported eviction signal ${name}`);
  }
  const read = (given: Given, graceOf: (signal: Signal) => number): readonly Threshold[] =>
    SIGNALS.flatMap(signal => {
      const text = given[signal];
      // Upstream's words for "never".
      if (text === undefined || text === '0%' || text === '100%') return [];
      const limit = readAmount('threshold', text);
      const least = evictionMinimumReclaim[signal];
      const reclaim = least === undefined ? {} : { reclaim: readAmount('minimum reclaim', least) };
      return [{ signal, limit, graceMs: graceOf(signal), ...reclaim }];
    });
  return [
    ...read(evictionHard, () => 0),
    ...read(evictionSoft, signal => readGracePeriod(signal, evictionSoftGracePeriod[signal])),
  ];
}

/** Where the kernel holds pods to what is theirs, they are evicted before it kills them. */
export const withPodsMemory = (thresholds: readonly Threshold[]): readonly Threshold[] => [
  ...thresholds,
  ...thresholds
    .filter(({ signal, graceMs }) => signal === 'memory.available' && graceMs === 0)
    .map(threshold => ({ ...threshold, signal: ALLOCATABLE_MEMORY }) as const),
];

function readGracePeriod(signal: Signal, text: string | undefined): number {
  if (text === undefined) throw new Error(`grace period must be specified for the soft eviction threshold ${signal}`);
  const graceMs = goDurationMs(text);
  if (graceMs === undefined || graceMs < 0) {
    throw new Error(`invalid eviction grace period specified: ${text}, must be a positive value`);
  }
  return graceMs;
}

function readAmount(what: string, text: string): Amount {
  const [, percent] = /^(\d{1,2}(?:\.\d+)?)%$/.exec(text) ?? [];
  if (percent !== undefined) return { share: Number(percent) / 100 };
  const quantity = readQuantity(text);
  if (quantity === undefined || quantity.nano <= 0n)
    throw new Error(`invalid eviction ${what} ${JSON.stringify(text)}`);
  return { amount: wholeUnits(quantity) };
}

/** What the node is short of, memory first. Those that `isHeld` knows have to see more than their limit free again. */
export function shortages(
  thresholds: readonly Threshold[],
  observations: readonly Observation[],
  isHeld: (threshold: Threshold) => boolean,
): readonly Shortage[] {
  return thresholds
    .flatMap(threshold => {
      const seen = observations.find(({ signal }) => signal === threshold.signal);
      if (seen === undefined || seen.capacity === 0) return [];
      const least = amountOf(threshold.limit, seen.capacity);
      const more =
        threshold.reclaim !== undefined && isHeld(threshold) ? amountOf(threshold.reclaim, seen.capacity) : 0;
      return seen.available < least + more ? [{ ...seen, threshold, limit: least }] : [];
    })
    .toSorted((a, b) => Number(isOfMemory(b)) - Number(isOfMemory(a)));
}

const isOfMemory = ({ signal }: Shortage): boolean => signal === 'memory.available' || signal === ALLOCATABLE_MEMORY;

export const amountOf = (amount: Amount, capacity: number): number =>
  'amount' in amount ? amount.amount : Math.floor(capacity * amount.share);
