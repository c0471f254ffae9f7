import type { Key } from '../../../src/api/client.ts';
import { timeMs, timeOf } from '../../../src/base/timestamp.ts';
import type { Pod } from '../../kinds/core/v1/pod.ts';
import type { Service } from '../../kinds/core/v1/service.ts';
import { turnedReadyOrNotAtMs } from '../pod-facts.ts';

/** On Endpoints and EndpointSlices: when what they tell of changed. Proxies measure from it how late they are. */
export const TRIGGER_TIME = 'endpoints.kubernetes.io/last-change-trigger-time';

interface Seen {
  readonly serviceMs: number;
  readonly podsMs: ReadonlyMap<string, number>;
}

/** Tells which change a pass over a service is late for: the earliest that no pass before has seen. */
export class TriggerTimes {
  readonly #seen = new Map<string, Seen>();

  /**
   * `pods` are all that the service selects. Counts as seen what it is given, whatever comes of the pass. Of a service
   * that is seen for the first time it is its creation; `undefined` where nothing is new.
   */
  next({ metadata }: Service, pods: readonly Pod[]): number | undefined {
    const key = keyOf(metadata);
    const before = this.#seen.get(key);
    const createdMs = timeMs(metadata.creationTimestamp) ?? 0;
    const podsMs = new Map(
      pods.flatMap(pod => {
        const ms = turnedReadyOrNotAtMs(pod);
        return ms === undefined ? [] : [[pod.metadata.name, ms] as const];
      }),
    );
    this.#seen.set(key, { serviceMs: createdMs, podsMs });
    if (before === undefined) return createdMs;
    const fresh = [...podsMs].flatMap(([name, ms]) => (ms > (before.podsMs.get(name) ?? 0) ? [ms] : []));
    if (createdMs > before.serviceMs) fresh.push(createdMs);
    return fresh.length === 0 ? undefined : Math.min(...fresh);
  }

  forget(key: Key): void {
    this.#seen.delete(keyOf(key));
  }
}

const keyOf = ({ namespace = '', name }: Key): string => `${namespace}/${name}`;

/** What else is said in annotations, and the time where there is one. */
export function withTriggerTime(
  annotations: Readonly<Record<string, string>> | undefined,
  changedMs: number | undefined,
): Readonly<Record<string, string>> {
  const { [TRIGGER_TIME]: _, ...others } = annotations ?? {};
  return changedMs === undefined ? others : { ...others, [TRIGGER_TIME]: timeOf(changedMs) };
}
