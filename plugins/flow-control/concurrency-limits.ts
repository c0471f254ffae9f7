import type { PriorityLevelConfigurationSpec } from '../kinds/flowcontrol/v1/priority-level-configuration-spec.ts';
import { SEATS_OF_ONE_REQUEST } from './limits.ts';

/** Seats of one level. What it has at a time lies between `min` and `max`. */
export interface ConcurrencyLimits {
  readonly nominal: number;
  /** What it never lends. */
  readonly min: number;
  /** With all that it may borrow. */
  readonly max: number;
  /** What one request of it may take; 0 where there is no such limit. */
  readonly ofOneRequest: number;
}

/** Divides a server's seats by the shares of its levels, each rounded up. */
export function concurrencyLimits(
  seats: number,
  specs: readonly PriorityLevelConfigurationSpec[],
): readonly ConcurrencyLimits[] {
  const all = specs.map(sharesOf);
  const sum = all.reduce((total, { shares }) => total + shares, 0);
  return all.map(({ shares, lendablePercent, borrowingLimitPercent, handSize }) => {
    const nominal = sum === 0 ? 0 : Math.ceil((seats * shares) / sum);
    const lendable = Math.round((nominal * lendablePercent) / 100);
    const borrowed = borrowingLimitPercent === undefined ? seats : Math.round((nominal * borrowingLimitPercent) / 100);
    const ofOneRequest =
      handSize === undefined
        ? 0
        : Math.max(1, Math.min(Math.ceil(nominal * SEATS_OF_ONE_REQUEST), Math.floor(nominal / handSize)));
    return { nominal, min: nominal - lendable, max: nominal + borrowed, ofOneRequest };
  });
}

function sharesOf({ limited, exempt }: PriorityLevelConfigurationSpec) {
  const { nominalConcurrencyShares: shares = 0, lendablePercent = 0 } = limited ?? exempt ?? {};
  return {
    shares,
    lendablePercent,
    borrowingLimitPercent: limited?.borrowingLimitPercent,
    handSize: limited?.limitResponse.queuing?.handSize,
  };
}
