import type { JsonRecord } from '../../../src/api/json-record.ts';
import type { Files } from '../../../src/base/world.ts';
import { timeOf } from '../../../src/base/timestamp.ts';
import type { CgroupUsage, Runtime, Sandbox } from '../../runtime/contract.ts';
import type { PodStorage } from '../eviction/pod-storage.ts';
import type { Machine } from '../node/machine.ts';
import { networkCounters, type NetworkCounters } from './network-counters.ts';
import type { NodeUsage } from './resource-metrics.ts';
import type { UsageRates } from './usage-rates.ts';

export interface SummaryDeps {
  readonly runtime: Pick<Runtime, 'list' | 'usage' | 'sandboxUsage'>;
  readonly files: Files;
  readonly nodeName: string;
  /** Of the file system that pods write to. */
  readonly dataDir: string;
  readonly rates: UsageRates;
  /** What a pod takes of the disk; `undefined` once it is no more. */
  storage(this: void, podUid: string): Promise<PodStorage | undefined>;
  /** The pod's volumes of claims, as their drivers told of them last. */
  claimed(this: void, podUid: string): readonly JsonRecord[];
}

/** `/stats/summary`: stats.v1alpha1 of the kubelet. What ends while it is asked is left out. */
export async function statsSummary(
  deps: SummaryDeps,
  machine: Machine,
  node: NodeUsage,
  cpuAndMemoryOnly: boolean,
): Promise<JsonRecord> {
  deps.rates.begin();
  const { cpuSeconds, memoryWorkingSetBytes: workingSetBytes, atMs } = node;
  const disk = cpuAndMemoryOnly ? undefined : await fileSystem(deps, atMs);
  const pods: JsonRecord[] = [];
  for (const sandbox of deps.runtime.list()) {
    if (sandbox.state !== 'ready') continue;
    const told = await podStats(deps, sandbox, disk).catch(() => undefined);
    if (told !== undefined) pods.push(told);
  }
  const availableBytes = machine.memoryBytes - workingSetBytes;
  return {
    node: {
      nodeName: deps.nodeName,
      cpu: cpuStats(deps.rates, 'node', cpuSeconds * 1e9, atMs),
      memory: { time: timeOf(atMs), availableBytes, workingSetBytes },
      ...(disk === undefined ? {} : { fs: disk, runtime: { imageFs: disk, containerFs: disk } }),
    },
    pods,
  };
}

async function podStats(deps: SummaryDeps, sandbox: Sandbox, disk: FileSystem | undefined): Promise<JsonRecord> {
  const { runtime, files, rates } = deps;
  const { id, config, createdAtMs, netnsPath } = sandbox;
  const storage = disk === undefined ? undefined : await deps.storage(config.podUid);
  const taken = (usedBytes: number | undefined): JsonRecord => ({ ...disk, usedBytes });
  const containers: JsonRecord[] = [];
  for (const { id: containerId, name, state, startedAtMs } of sandbox.containers) {
    if (state !== 'running') continue;
    const used = storage?.containers.get(name);
    containers.push({
      name,
      startTime: timeOf(startedAtMs),
      ...usageStats(rates, containerId, await runtime.usage(containerId)),
      ...(used === undefined ? {} : { rootfs: taken(used) }),
    });
  }
  const whole = await runtime.sandboxUsage(id);
  const carried = disk === undefined || config.hostNetwork ? [] : await networkCounters(files, netnsPath);
  const [first] = carried;
  const own = [...(storage?.volumes ?? [])].map(([name, bytes]) => ({ ...taken(bytes), name }));
  const volumes = disk === undefined ? [] : [...own, ...deps.claimed(config.podUid)];
  return {
    podRef: { name: config.podName, namespace: config.podNamespace, uid: config.podUid },
    startTime: timeOf(createdAtMs),
    containers,
    ...usageStats(rates, id, whole),
    ...(first === undefined
      ? {}
      : { network: { time: timeOf(whole.atMs), ...interfaceStats(first), interfaces: carried.map(interfaceStats) } }),
    ...(volumes.length === 0 ? {} : { volume: volumes }),
    ...(storage === undefined ? {} : { 'ephemeral-storage': { ...taken(storage.bytes), inodesUsed: storage.inodes } }),
    process_stats: { process_count: whole.pids },
  };
}

const cpuStats = (rates: UsageRates, id: string, nanoCoreSeconds: number, atMs: number): JsonRecord => {
  const usageNanoCores = rates.nanoCores(id, nanoCoreSeconds, atMs);
  return {
    time: timeOf(atMs),
    ...(usageNanoCores === undefined ? {} : { usageNanoCores }),
    usageCoreNanoSeconds: Math.round(nanoCoreSeconds),
  };
};

const usageStats = (rates: UsageRates, id: string, usage: CgroupUsage): JsonRecord => ({
  cpu: cpuStats(rates, id, usage.cpuUsageNanoCoreSeconds, usage.atMs),
  memory: {
    time: timeOf(usage.atMs),
    ...(usage.memoryLimitBytes === null
      ? {}
      : { availableBytes: Math.max(0, usage.memoryLimitBytes - usage.memoryWorkingSetBytes) }),
    usageBytes: usage.memoryUsageBytes,
    workingSetBytes: usage.memoryWorkingSetBytes,
    rssBytes: usage.memoryRssBytes,
    pageFaults: usage.pageFaults,
    majorPageFaults: usage.majorPageFaults,
  },
});

const interfaceStats = (counters: NetworkCounters): JsonRecord => ({
  name: counters.interface,
  rxBytes: counters.receivedBytes,
  rxErrors: counters.receiveErrors,
  txBytes: counters.sentBytes,
  txErrors: counters.sendErrors,
});

type FileSystem = JsonRecord;

async function fileSystem({ files, dataDir }: SummaryDeps, atMs: number): Promise<FileSystem> {
  const { blocks, bfree, bavail, bsize, files: inodes, ffree: inodesFree } = await files.statfs(dataDir);
  return {
    time: timeOf(atMs),
    availableBytes: bavail * bsize,
    capacityBytes: blocks * bsize,
    usedBytes: (blocks - bfree) * bsize,
    inodesFree,
    inodes,
    inodesUsed: inodes - inodesFree,
  };
}
