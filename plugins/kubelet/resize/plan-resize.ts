import type { Resources } from '../../runtime/contract.ts';
import { containerResources } from '../container/cgroup-numbers.ts';
import type { ContainerSpec } from '../pod.ts';
import { isSameAmounts, type Requirements } from './allocation.ts';

/** A container that runs, what was set on it, and what it was granted since. */
export interface RunningContainer {
  readonly id: string;
  readonly container: ContainerSpec;
  readonly actual: Requirements;
}

export interface ResizeInput {
  readonly running: readonly RunningContainer[];
  /** Of the pod's own cgroup, as it is and as it shall be. */
  readonly podIs: Resources;
  readonly podShall: Resources;
}

/** One write of limits; `id` is empty for the pod's own. */
export interface ResizeStep {
  readonly id: string;
  readonly resources: Resources;
}

export interface ResizePlan {
  /** In this order: the kernel keeps a whole at least as large as its parts. */
  readonly steps: readonly ResizeStep[];
  /** By name: their policy wants them started anew instead. */
  readonly restarts: ReadonlySet<string>;
}

/** What it takes until containers have what they were granted. */
export function planResize({ running, podIs, podShall }: ResizeInput): ResizePlan {
  const changed = running.filter(({ container, actual }) => !isSameAmounts(container.resources, actual));
  const restarts = new Set(changed.filter(restartsFor).map(({ container }) => container.name));
  const updated = changed.filter(({ container }) => !restarts.has(container.name));
  const steps: ResizeStep[] = [];
  for (const { of, amount } of ASPECTS) {
    const was = amount(podIs);
    const shall = amount(podShall);
    const pod = { id: '', resources: of(podShall) };
    if (shall > was) steps.push(pod);
    const updates = updated
      .map(({ id, container, actual }) => {
        const before = containerResources({ ...container, resources: actual });
        const after = containerResources(container);
        return {
          id,
          resources: of(after),
          isSame: isSame(of(before), of(after)),
          growth: amount(after) - amount(before),
        };
      })
      .filter(update => !update.isSame)
      .toSorted((a, b) => (a.growth > 0 ? 1 : 0) - (b.growth > 0 ? 1 : 0));
    steps.push(...updates.map(({ id, resources }) => ({ id, resources })));
    // What is started anew holds on to what it has until it has ended.
    if (shall < was && restarts.size === 0) steps.push(pod);
    if (shall === was && !isSame(of(podIs), of(podShall))) steps.push(pod);
  }
  return { steps, restarts };
}

interface Aspect {
  /** These alone; all else stays as it is. */
  readonly of: (resources: Resources) => Resources;
  /** How much may be used; no limit is more than any. */
  readonly amount: (resources: Resources) => number;
}

const NOTHING: Resources = { cpuShares: null, cpuQuotaUs: null, cpuPeriodUs: null, memoryBytes: null, pids: null };

const ASPECTS: readonly Aspect[] = [
  {
    of: ({ memoryBytes }) => ({ ...NOTHING, memoryBytes }),
    amount: ({ memoryBytes }) => memoryBytes ?? Number.MAX_SAFE_INTEGER,
  },
  {
    of: ({ cpuShares, cpuQuotaUs, cpuPeriodUs }) => ({ ...NOTHING, cpuShares, cpuQuotaUs, cpuPeriodUs }),
    amount: ({ cpuQuotaUs }) => cpuQuotaUs ?? Number.MAX_SAFE_INTEGER,
  },
];

const isSame = (a: Resources, b: Resources): boolean =>
  a.cpuShares === b.cpuShares && a.cpuQuotaUs === b.cpuQuotaUs && a.memoryBytes === b.memoryBytes;

function restartsFor({ container, actual }: RunningContainer): boolean {
  return (container.resizePolicy ?? []).some(({ resourceName, restartPolicy }) => {
    if (restartPolicy !== 'RestartContainer') return false;
    const only = ({ requests = {}, limits = {} }: Requirements): Requirements => ({
      requests: pick(requests, resourceName),
      limits: pick(limits, resourceName),
    });
    return !isSameAmounts(only(container.resources), only(actual));
  });
}

const pick = (amounts: Readonly<Record<string, string>>, name: string): Record<string, string> =>
  amounts[name] === undefined ? {} : { [name]: amounts[name] };
