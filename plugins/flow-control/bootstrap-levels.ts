import type { InputOf } from '../../src/api/resource.ts';
import type { PriorityLevelConfiguration } from '../kinds/flowcontrol/v1/priority-level-configuration.ts';
import type { PriorityLevelConfigurationSpec } from '../kinds/flowcontrol/v1/priority-level-configuration-spec.ts';

export type BootstrapLevel = InputOf<typeof PriorityLevelConfiguration> & {
  readonly metadata: { readonly name: string };
  readonly spec: PriorityLevelConfigurationSpec;
};

/** Spec is upstream's again whatever is written over it, but what others may have of the exempt level. */
export const MANDATORY_LEVELS: readonly BootstrapLevel[] = [
  level('exempt', { type: 'Exempt', exempt: { nominalConcurrencyShares: 0, lendablePercent: 0 } }),
  level('catch-all', {
    type: 'Limited',
    limited: { nominalConcurrencyShares: 5, lendablePercent: 0, limitResponse: { type: 'Reject' } },
  }),
];

export const SUGGESTED_LEVELS: readonly BootstrapLevel[] = [
  queued('system', { shares: 30, lendable: 33, queues: 64, hand: 6 }),
  queued('node-high', { shares: 40, lendable: 25, queues: 64, hand: 6 }),
  queued('leader-election', { shares: 10, lendable: 0, queues: 16, hand: 4 }),
  queued('workload-high', { shares: 40, lendable: 50, queues: 128, hand: 6 }),
  queued('workload-low', { shares: 100, lendable: 90, queues: 128, hand: 6 }),
  queued('global-default', { shares: 20, lendable: 50, queues: 128, hand: 6 }),
];

interface Queued {
  readonly shares: number;
  /** Percent. */
  readonly lendable: number;
  readonly queues: number;
  readonly hand: number;
}

function queued(name: string, { shares, lendable, queues, hand }: Queued): BootstrapLevel {
  return level(name, {
    type: 'Limited',
    limited: {
      nominalConcurrencyShares: shares,
      lendablePercent: lendable,
      limitResponse: { type: 'Queue', queuing: { queues, handSize: hand, queueLengthLimit: 50 } },
    },
  });
}

function level(name: string, spec: PriorityLevelConfigurationSpec): BootstrapLevel {
  return { metadata: { name, annotations: { 'apf.kubernetes.io/autoupdate-spec': 'true' } }, spec };
}
