/** What has been used up to a moment, in all. */
export interface Counters {
  readonly atMs: number;
  readonly cpuSeconds: number;
  readonly memoryBytes: number;
}

export interface ContainerCounters extends Counters {
  readonly name: string;
  /** Absent where the kubelet does not say. */
  readonly startedAtMs?: number;
}

/** One node at one moment. */
export interface NodeReading {
  readonly node: Counters | undefined;
  /** By `<namespace>/<name>` of their pod. */
  readonly pods: ReadonlyMap<string, readonly ContainerCounters[]>;
}

/** What a kubelet tells by `/metrics/resource`. Containers of which it does not know all are left out. */
export function readUsage(text: string): NodeReading {
  const node: Partial<Found> = {};
  const containers = new Map<string, Map<string, Partial<Found>>>();
  for (const line of text.split('\n')) {
    const match = LINE.exec(line);
    if (match === null) continue;
    const [, what = '', field = '', labels = '', value = '', at = ''] = match;
    let found = node;
    if (what === 'container') {
      const { namespace = '', pod = '', container = '' } = labelsOf(labels);
      const ofPod = containers.get(`${namespace}/${pod}`) ?? new Map<string, Partial<Found>>();
      containers.set(`${namespace}/${pod}`, ofPod);
      found = ofPod.get(container) ?? {};
      ofPod.set(container, found);
    }
    found[FIELDS[field] ?? 'cpuSeconds'] = Number(value);
    if (field === 'cpu_usage_seconds_total') found.atMs = Number(at);
  }
  return {
    node: countersOf(node),
    pods: new Map(
      [...containers].map(([pod, all]) => [
        pod,
        [...all].flatMap(([name, found]) => {
          const counters = countersOf(found);
          if (counters === undefined) return [];
          const { startedAt } = found;
          return [{ name, ...counters, ...(startedAt === undefined ? {} : { startedAtMs: startedAt * 1000 }) }];
        }),
      ]),
    ),
  };
}

interface Found {
  atMs: number;
  cpuSeconds: number;
  memoryBytes: number;
  startedAt: number;
}

const FIELDS: Readonly<Record<string, Exclude<keyof Found, 'atMs'>>> = {
  cpu_usage_seconds_total: 'cpuSeconds',
  memory_working_set_bytes: 'memoryBytes',
  start_time_seconds: 'startedAt',
};

const LINE =
  /^(container|node)_(cpu_usage_seconds_total|memory_working_set_bytes|start_time_seconds)(?:\{([^}]*)\})? (\S+)(?: (\d+))?$/;

const labelsOf = (text: string): Readonly<Record<string, string>> =>
  Object.fromEntries([...text.matchAll(/(\w+)="([^"]*)"/g)].map(([, name = '', value = '']) => [name, value]));

function countersOf({ atMs, cpuSeconds, memoryBytes }: Partial<Found>): Counters | undefined {
  if (atMs === undefined || cpuSeconds === undefined || memoryBytes === undefined) return undefined;
  return [atMs, cpuSeconds, memoryBytes].every(Number.isFinite) ? { atMs, cpuSeconds, memoryBytes } : undefined;
}
