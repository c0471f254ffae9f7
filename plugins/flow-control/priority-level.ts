import type { PriorityLevelConfigurationSpec } from '../kinds/flowcontrol/v1/priority-level-configuration-spec.ts';
import type { ConcurrencyLimits } from './concurrency-limits.ts';
import { FairQueues, type Queuing } from './fair-queues.ts';
import type { ConfiguredLevel } from './flow-configuration.ts';
import { RetryAfter } from './retry-after.ts';
import type { DemandSeen } from './seat-demand.ts';

/** A priority level while it is configured, or still has requests. */
export class PriorityLevel {
  readonly name: string;
  uid = '';
  spec: PriorityLevelConfigurationSpec;
  limits: ConcurrencyLimits;
  /** No new requests come: it goes when it is idle. */
  isQuiescing = false;
  readonly queues: FairQueues;
  readonly retryAfter = new RetryAfter();
  /** Of the last period. */
  demand: DemandSeen = { average: 0, deviation: 0, highest: 0 };
  smoothed = 0;
  target = 0;

  constructor(configured: ConfiguredLevel, limits: ConcurrencyLimits, nowMs: number) {
    this.name = configured.metadata.name;
    this.spec = configured.spec;
    this.limits = limits;
    // Half of what it may lend is lent until more is known.
    const initial = limits.nominal - Math.floor((limits.nominal - limits.min) / 2);
    this.queues = new FairQueues(queuingOf(configured.spec), initial, nowMs);
    this.uid = configured.metadata.uid ?? '';
  }

  get isExempt(): boolean {
    return this.spec.type === 'Exempt';
  }

  get handSize(): number {
    return this.spec.limited?.limitResponse.queuing?.handSize ?? 0;
  }

  configure({ metadata, spec }: ConfiguredLevel, limits: ConcurrencyLimits): void {
    this.uid = metadata.uid ?? '';
    this.spec = spec;
    this.limits = limits;
  }

  /** With as many seats from now on; one at least where it has a share, so that a small server makes nobody wait for nothing. */
  allot(seats: number, nowMs: number): void {
    const least = this.isExempt ? 0 : Math.min(1, this.limits.nominal);
    this.queues.configure(queuingOf(this.spec), Math.max(least, seats), nowMs);
  }
}

function queuingOf({ limited }: PriorityLevelConfigurationSpec): Queuing {
  if (limited === undefined) return { type: 'exempt' };
  const { queuing } = limited.limitResponse;
  if (queuing === undefined) return { type: 'reject' };
  return { type: 'queue', queues: queuing.queues, queueLengthLimit: queuing.queueLengthLimit };
}
