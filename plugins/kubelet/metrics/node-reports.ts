import type { JsonRecord } from '../../../src/api/json-record.ts';
import { metricsText } from '../../../src/base/metrics-text.ts';
import type { World } from '../../../src/base/world.ts';
import type { Runtime } from '../../runtime/contract.ts';
import type { NodeMetricSource } from '../contract.ts';
import type { PodStorage } from '../eviction/pod-storage.ts';
import { type Machine, readMachine } from '../node/machine.ts';
import { nodeUsage } from '../node/node-usage.ts';
import type { ProbeCounts } from '../probes/probe-counts.ts';
import { cadvisorMetrics } from './cadvisor-metrics.ts';
import type { OperationCounts } from './operation-counts.ts';
import { claimMetrics, type ClaimFill } from './claim-fill.ts';
import { kubeletMetrics } from './kubelet-metrics.ts';
import { resourceMetrics } from './resource-metrics.ts';
import { statsSummary } from './stats-summary.ts';
import { UsageRates } from './usage-rates.ts';

export interface ReportDeps {
  readonly world: Pick<World, 'files' | 'clock'>;
  readonly runtime: Runtime;
  readonly nodeName: string;
  readonly dataDir: string;
  readonly probeCounts: Pick<ProbeCounts, 'metrics'>;
  /** Live: others add to it as they start. */
  readonly further: readonly NodeMetricSource[];
  readonly counts: Pick<OperationCounts, 'metrics'>;
  storage(this: void, podUid: string): Promise<PodStorage | undefined>;
  /** The pod's volumes of claims, as the summary tells of them. */
  claimed(this: void, podUid: string): readonly JsonRecord[];
  /** How full all volumes of claims are. */
  claims(this: void): readonly ClaimFill[];
}

/** What the kubelet tells of itself, its node and its pods to those who measure; nothing is kept up while nobody asks. */
export class NodeReports {
  readonly #deps: ReportDeps;
  readonly #rates = new UsageRates();
  #machine: Promise<Machine> | undefined;

  constructor(deps: ReportDeps) {
    this.#deps = deps;
  }

  /** `/metrics`. */
  own(): string {
    const { runtime, nodeName, world, claims, counts, further } = this.#deps;
    const own = kubeletMetrics(runtime, nodeName, world.clock.now());
    return metricsText([
      ...own,
      ...counts.metrics(),
      ...claimMetrics(claims()),
      ...further.flatMap(each => each.collect()),
    ]);
  }

  /** `/metrics/resource`. */
  async resource(): Promise<string> {
    const { runtime, world } = this.#deps;
    return metricsText(await resourceMetrics(runtime, await nodeUsage(world)));
  }

  /** `/metrics/cadvisor`. */
  async cadvisor(): Promise<string> {
    const { runtime, world } = this.#deps;
    return metricsText(
      await cadvisorMetrics({ runtime, files: world.files }, await this.#whatMachine(), await nodeUsage(world)),
    );
  }

  /** `/metrics/probes`. */
  probes(): string {
    return metricsText(this.#deps.probeCounts.metrics());
  }

  /** `/stats/summary`. */
  async summary(cpuAndMemoryOnly: boolean): Promise<JsonRecord> {
    const { world, ...deps } = this.#deps;
    const all = { ...deps, files: world.files, rates: this.#rates };
    return statsSummary(all, await this.#whatMachine(), await nodeUsage(world), cpuAndMemoryOnly);
  }

  #whatMachine(): Promise<Machine> {
    this.#machine ??= readMachine(this.#deps.world);
    return this.#machine;
  }
}
