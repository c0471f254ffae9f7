import type { ContainerCounters, Counters } from './read-usage.ts';
import type { ReadingPair } from './usage-window.ts';

/** What was used between two moments. */
export interface Usage {
  readonly usage: Readonly<Record<'cpu' | 'memory', string>>;
  readonly atMs: number;
  readonly windowMs: number;
}

/** Of the node itself; `undefined` where it was not seen twice. */
export const nodeUsage = ({ earlier, later }: ReadingPair): Usage | undefined =>
  earlier.node === undefined || later.node === undefined ? undefined : between(earlier.node, later.node);

/**
 * Of the containers of a pod (`<namespace>/<name>`), by name; `undefined` where one of them was not seen long enough,
 * as metrics-server leaves such pods out. One that began meanwhile is measured from its start.
 */
export function podUsage({ earlier, later }: ReadingPair, pod: string): ReadonlyMap<string, Usage> | undefined {
  const before = new Map((earlier.pods.get(pod) ?? []).map(each => [each.name, each]));
  const used = new Map<string, Usage>();
  for (const now of later.pods.get(pod) ?? []) {
    const from = startOf(now, before.get(now.name));
    const usage = from && between(from, now);
    if (usage === undefined) return undefined;
    used.set(now.name, usage);
  }
  return used.size === 0 ? undefined : used;
}

function startOf(now: ContainerCounters, before: ContainerCounters | undefined): Counters | undefined {
  const { startedAtMs } = now;
  const isSame = before !== undefined && before.startedAtMs === startedAtMs && before.cpuSeconds <= now.cpuSeconds;
  if (isSame) return before;
  return startedAtMs === undefined ? undefined : { atMs: startedAtMs, cpuSeconds: 0, memoryBytes: 0 };
}

function between(earlier: Counters, later: Counters): Usage | undefined {
  const windowMs = later.atMs - earlier.atMs;
  if (windowMs <= 0) return undefined;
  const nanoCores = Math.max(0, Math.round(((later.cpuSeconds - earlier.cpuSeconds) * 1e12) / windowMs));
  return { usage: { cpu: `${nanoCores}n`, memory: inKibibytes(later.memoryBytes) }, atMs: later.atMs, windowMs };
}

const inKibibytes = (bytes: number): string => `${Math.round(bytes / 1024)}Ki`;
