import type { Clock } from '../../../src/base/world.ts';
import { hostWorld } from '../../../src/kernel/host-world.ts';
import { silentLogger } from '../../../src/kernel/silent-logger.ts';
import { AuditCounts } from '../audit-counts.ts';
import { auditorOf } from '../auditor.ts';
import type { Auditor } from '../contract.ts';
import { encodeEvent, type AuditEvent } from '../event.ts';
import type { Policy, PolicyRule } from '../policy.ts';

/** An event as it would stand in a log. */
export interface ShownEvent extends Readonly<Record<string, unknown>> {
  readonly auditID?: string;
  readonly stage?: string;
  readonly user?: { readonly username?: string };
  readonly objectRef?: { readonly name?: string };
  readonly annotations?: Readonly<Record<string, string>>;
}

/** A record that is kept in memory. */
export interface MemoryRecord {
  readonly auditor: Auditor;
  readonly counts: AuditCounts;
  readonly events: readonly ShownEvent[];
  /** Whether further events are stored. */
  stores: boolean;
}

const EVERYTHING: PolicyRule = {
  level: 'RequestResponse',
  users: [],
  userGroups: [],
  verbs: [],
  resources: [],
  namespaces: [],
  nonResourceURLs: [],
  omitStages: [],
};

/** Of everything, unless rules say otherwise. */
export function memoryRecord(
  rules: readonly Partial<PolicyRule>[] = [{}],
  clock: Pick<Clock, 'now'> = hostWorld().clock,
): MemoryRecord {
  const told: AuditEvent[] = [];
  const counts = new AuditCounts(silentLogger);
  let stores = true;
  const sink = {
    process: async (events: readonly AuditEvent[]) => {
      if (stores) told.push(...events);
      return stores;
    },
    close: async () => undefined,
  };
  const policy: Policy = {
    rules: rules.map(rule => ({ ...EVERYTHING, ...rule })),
    omitStages: [],
    omitManagedFields: false,
  };
  return {
    auditor: auditorOf({ clock, log: silentLogger, sink, counts }, policy),
    counts,
    get events() {
      return told.map(event => JSON.parse(Buffer.concat(encodeEvent(event)).toString()) as ShownEvent);
    },
    get stores() {
      return stores;
    },
    set stores(value) {
      stores = value;
    },
  };
}
