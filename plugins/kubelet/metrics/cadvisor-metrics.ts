import type { Metric, MetricSample } from '../../../src/base/metric.ts';
import type { Files } from '../../../src/base/world.ts';
import type { CgroupUsage, Container, Runtime, Sandbox } from '../../runtime/contract.ts';
import { containerRecord } from '../container/container-labels.ts';
import type { Machine } from '../node/machine.ts';
import { type Measure, NETWORK_MEASURES, USAGE_MEASURES } from './cadvisor-measures.ts';
import { networkCounters } from './network-counters.ts';
import type { NodeUsage } from './resource-metrics.ts';

interface CadvisorDeps {
  readonly runtime: Pick<Runtime, 'list' | 'usage' | 'sandboxUsage'>;
  readonly files: Files;
}

type Labels = MetricSample['labels'];

/** `/metrics/cadvisor`: what containers, pods and the node use, under cAdvisor's names and labels. */
export async function cadvisorMetrics(
  { runtime, files }: CadvisorDeps,
  machine: Machine,
  node: NodeUsage,
): Promise<readonly Metric[]> {
  const found = new Samples();
  found.addNode(machine, node);
  let failures = 0;
  for (const sandbox of runtime.list()) {
    if (sandbox.state !== 'ready') continue;
    const { id, config, containers, netnsPath } = sandbox;
    // What ends while it is asked has nothing to tell; that is counted, not thrown.
    const attempt = async (read: Promise<void>): Promise<void> => read.catch(() => void failures++);
    const pod = labelsOf(sandbox, undefined);
    for (const container of containers) {
      if (container.state !== 'running') continue;
      const labels = labelsOf(sandbox, container);
      found.add(STARTED, labels, container.startedAtMs);
      await attempt(runtime.usage(container.id).then(usage => found.addUsage(labels, usage)));
    }
    await attempt(runtime.sandboxUsage(id).then(usage => found.addUsage(pod, usage)));
    found.add(STARTED, pod, sandbox.createdAtMs);
    if (config.hostNetwork) continue;
    for (const counters of await networkCounters(files, netnsPath)) {
      const labels = { ...pod, interface: counters.interface };
      for (const measure of NETWORK_MEASURES) found.add(measure, labels, counters);
    }
  }
  return found.metrics(failures > 0);
}

const STARTED: Measure<number> = {
  name: 'container_start_time_seconds',
  type: 'gauge',
  help: 'Start time of the container since unix epoch in seconds.',
  of: startedAtMs => startedAtMs / 1000,
};

function labelsOf({ config }: Sandbox, container: Container | undefined): Labels {
  const cgroup = `/kubepods/${config.cgroupPath}`;
  return {
    container: container?.name ?? '',
    id: container === undefined ? cgroup : `${cgroup}/${container.id}`,
    image: container === undefined ? '' : containerRecord(container, true, '').image,
    name: container?.id ?? '',
    namespace: config.podNamespace,
    pod: config.podName,
  };
}

class Samples {
  readonly #metrics = new Map<string, Omit<Metric, 'samples'> & { readonly samples: MetricSample[] }>();

  add<T>({ name, type, help, labels: own, of }: Measure<T>, labels: Labels, from: T, atMs?: number): void {
    const value = of(from);
    if (value === undefined) return;
    const metric = this.#metrics.get(name) ?? { name, type, help, samples: [] };
    this.#metrics.set(name, metric);
    metric.samples.push({ labels: { ...own, ...labels }, value, ...(atMs === undefined ? {} : { atMs }) });
  }

  addUsage(labels: Labels, usage: CgroupUsage): void {
    for (const measure of USAGE_MEASURES) this.add(measure, labels, usage, usage.atMs);
  }

  addNode(machine: Machine, { cpuSeconds, memoryWorkingSetBytes, atMs }: NodeUsage): void {
    const root = { container: '', id: '/', image: '', name: '', namespace: '', pod: '' };
    const told: Readonly<Record<string, number>> = {
      container_cpu_usage_seconds_total: cpuSeconds,
      container_memory_working_set_bytes: memoryWorkingSetBytes,
    };
    for (const measure of USAGE_MEASURES) {
      const value = told[measure.name];
      if (value !== undefined) this.add({ ...measure, of: () => value }, root, undefined, atMs);
    }
    const { cpus, memoryBytes, bootId: boot_id, machineId: machine_id, systemUuid: system_uuid } = machine;
    const labels = { boot_id, machine_id, system_uuid };
    const gauge = (name: string, help: string): Measure<number> => ({ name, help, type: 'gauge', of: value => value });
    this.add(gauge('machine_cpu_cores', 'Number of logical CPU cores.'), labels, cpus);
    this.add(gauge('machine_memory_bytes', 'Amount of memory installed on the machine.'), labels, memoryBytes);
  }

  metrics(hasFailed: boolean): readonly Metric[] {
    return [
      ...this.#metrics.values(),
      {
        name: 'container_scrape_error',
        type: 'gauge',
        help: '1 if there was an error while getting container metrics, 0 otherwise',
        samples: [{ labels: {}, value: hasFailed ? 1 : 0 }],
      },
    ];
  }
}
