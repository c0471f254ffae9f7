import type { UserInfo } from '../../src/api/user-info.ts';
import { LruMap } from '../../src/base/lru-map.ts';
import type { RequestInfo } from '../apiserver/contract.ts';
import type { FlowSchemaSpec } from '../kinds/flowcontrol/v1/flow-schema-spec.ts';
import type { FlowCounts } from './flow-counts.ts';
import type { ConfiguredSchema } from './flow-configuration.ts';
import { KEPT_HANDS } from './limits.ts';
import type { PriorityLevel } from './priority-level.ts';
import { shuffleShard, flowHash } from './shuffle-shard.ts';

/** A FlowSchema in force, with the level of its requests. */
export class FlowKind {
  readonly name: string;
  readonly uid: string;
  readonly spec: FlowSchemaSpec;
  readonly level: PriorityLevel;
  readonly counts: FlowCounts;
  readonly #hands = new LruMap<string, readonly number[]>(KEPT_HANDS);

  constructor({ metadata, spec }: ConfiguredSchema, level: PriorityLevel, counts: FlowCounts) {
    this.name = metadata.name;
    this.uid = metadata.uid ?? '';
    this.spec = spec;
    this.level = level;
    this.counts = counts;
  }

  /** What tells its flows apart. */
  distinguisherOf({ name }: UserInfo, { namespace }: RequestInfo): string {
    if (this.level.queues.queueCount <= 1) return '';
    switch (this.spec.distinguisherMethod?.type) {
      case 'ByUser':
        return name;
      case 'ByNamespace':
        return namespace;
      default:
        return '';
    }
  }

  /** The queues of its level that a flow may use. */
  handOf(distinguisher: string): readonly number[] {
    const { handSize, queues } = this.level;
    if (queues.queueCount === 0) return NO_HAND;
    const known = this.#hands.get(distinguisher);
    if (known !== undefined) return known;
    const hand = shuffleShard(flowHash(this.name, distinguisher), queues.queueCount, handSize);
    this.#hands.set(distinguisher, hand);
    return hand;
  }
}

const NO_HAND: readonly number[] = [];
