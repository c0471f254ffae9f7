import type { CgroupUsage, ContainerConfig, ContainerStats, Resources } from './contract.ts';
import type { Files } from '../../src/base/world.ts';
import { readIfPresent } from '../../src/base/durable-file.ts';
import { usageOfV1, usageOfV2 } from './cgroup-usage.ts';
import { cpuWeight } from './cpu-weight.ts';
import { DEVICE_RULES, ownRules, ruleText } from './devices/device-rules.ts';
import { flatField } from './flat-field.ts';
import type { Hierarchies } from './hierarchies.ts';

/** One file of a cgroup and what to write into it. */
export interface CgroupWrite {
  readonly path: string;
  readonly data: string;
}

/** Where a process is put: born into `unified`, and writing itself into each of `tasks`. */
export interface CgroupEntry {
  readonly unified: string | null;
  readonly tasks: readonly string[];
}

/** A directory of the host, and its name below /sys/fs/cgroup; controllers mounted together are links to it. */
export interface CgroupView {
  readonly source: string;
  readonly target: string;
  readonly aliases: readonly string[];
}

/** Whose devices are restricted, and to which. */
export type Restricted = Pick<ContainerConfig, 'privileged' | 'devices'>;

/** Control groups of v1, hybrid and v2 machines as one. Paths are relative to this node's root, such as `burstable/pod<uid>`. */
export interface Cgroups {
  /** Absolute directories of one cgroup, one a hierarchy. */
  directories(path: string): readonly string[];
  /** Below which the root was put, in each hierarchy. */
  readonly roots: readonly string[];
  /** What a cgroup with children needs before they can have limits. */
  delegate(path: string): readonly CgroupWrite[];
  limits(path: string, resources: Resources): readonly CgroupWrite[];
  /** Whole containers die of memory, not single processes of them; on v1 also which devices they may use. */
  containerExtras(path: string, container: Restricted): readonly CgroupWrite[];
  /** The directory whose device filter decides for a container; `null` where v1's controller does, or nothing can. */
  filteredDirectory(path: string): string | null;
  enter(path: string): CgroupEntry;
  /** The file with an `oom_kill` counter; empty where no memory controller is. */
  oomFile(path: string): string;
  /** What a container may see of its own cgroup. */
  view(path: string): readonly CgroupView[];
  /** v2 only: a private cgroup namespace shows a container its own cgroup as the root. */
  readonly namespaced: boolean;
  stats(path: string, atMs: number): Promise<ContainerStats>;
  usage(path: string, atMs: number): Promise<CgroupUsage>;
}

export function createCgroups(files: Files, hierarchies: Hierarchies, root: string): Cgroups {
  return hierarchies.version === 'v2'
    ? new CgroupsV2(files, hierarchies.unified, hierarchies.controllers, root)
    : new CgroupsV1(files, hierarchies.v1, hierarchies.unified, root);
}

const DEFAULT_PERIOD_US = 100_000;

class CgroupsV2 implements Cgroups {
  readonly namespaced = true;
  readonly #files: Files;
  readonly #mount: string;
  readonly #controllers: ReadonlySet<string>;
  readonly #root: string;

  constructor(files: Files, mount: string, controllers: ReadonlySet<string>, root: string) {
    this.#files = files;
    this.#mount = mount;
    this.#controllers = controllers;
    this.#root = root;
  }

  get roots(): readonly string[] {
    return [`${this.#mount}/${this.#root}`];
  }

  directories(path: string): readonly string[] {
    return [this.#at(path)];
  }

  delegate(path: string): readonly CgroupWrite[] {
    const wanted = ['cpu', 'memory', 'pids'].filter(controller => this.#controllers.has(controller));
    return wanted.map(name => ({ path: `${this.#at(path)}/cgroup.subtree_control`, data: `+${name}` }));
  }

  limits(path: string, resources: Resources): readonly CgroupWrite[] {
    const { cpuShares, cpuQuotaUs, cpuPeriodUs, memoryBytes, pids } = resources;
    const write = (file: string, data: string): CgroupWrite => ({ path: `${this.#at(path)}/${file}`, data });
    const writes: CgroupWrite[] = [];
    if (cpuShares !== null) writes.push(write('cpu.weight', String(cpuWeight(cpuShares))));
    if (cpuQuotaUs !== null) writes.push(write('cpu.max', `${cpuQuotaUs} ${cpuPeriodUs ?? DEFAULT_PERIOD_US}`));
    if (memoryBytes !== null) writes.push(write('memory.max', String(memoryBytes)));
    if (pids !== null) writes.push(write('pids.max', String(pids)));
    return writes.filter(each => this.#has(each));
  }

  containerExtras(path: string): readonly CgroupWrite[] {
    return [{ path: `${this.#at(path)}/memory.oom.group`, data: '1' }].filter(each => this.#has(each));
  }

  filteredDirectory(path: string): string {
    return this.#at(path);
  }

  enter(path: string): CgroupEntry {
    return { unified: this.#at(path), tasks: [] };
  }

  oomFile(path: string): string {
    return this.#controllers.has('memory') ? `${this.#at(path)}/memory.events` : '';
  }

  view(): readonly never[] {
    return [];
  }

  async stats(path: string, atMs: number): Promise<ContainerStats> {
    const read = (file: string): Promise<string> => this.#read(path, file);
    const [cpu, current, memory, pids] = await Promise.all(
      ['cpu.stat', 'memory.current', 'memory.stat', 'pids.current'].map(read),
    );
    const memoryUsageBytes = Number(current ?? 0);
    return {
      atMs,
      cpuUsageNanoCoreSeconds: flatField(cpu, 'usage_usec') * 1000,
      memoryUsageBytes,
      memoryWorkingSetBytes: Math.max(0, memoryUsageBytes - flatField(memory, 'inactive_file')),
      pids: Number(pids ?? 0),
    };
  }

  usage(path: string, atMs: number): Promise<CgroupUsage> {
    return usageOfV2((_controller, file) => this.#read(path, file), atMs);
  }

  async #read(path: string, file: string): Promise<string> {
    return (await readIfPresent(this.#files, `${this.#at(path)}/${file}`)) ?? '';
  }

  #at(path: string): string {
    return path === '' ? `${this.#mount}/${this.#root}` : `${this.#mount}/${this.#root}/${path}`;
  }

  #has({ path }: CgroupWrite): boolean {
    return this.#controllers.has(path.slice(path.lastIndexOf('/') + 1).split('.')[0] ?? '');
  }
}

class CgroupsV1 implements Cgroups {
  readonly namespaced = false;
  readonly #files: Files;
  readonly #mounts: ReadonlyMap<string, string>;
  readonly #unified: string | null;
  readonly #root: string;

  constructor(files: Files, mounts: ReadonlyMap<string, string>, unified: string | null, root: string) {
    this.#files = files;
    this.#mounts = mounts;
    this.#unified = unified;
    this.#root = root;
  }

  get roots(): readonly string[] {
    return this.directories('');
  }

  directories(path: string): readonly string[] {
    const mounts = [...new Set(this.#mounts.values()), ...(this.#unified === null ? [] : [this.#unified])];
    return mounts.map(mount => this.#below(mount, path));
  }

  delegate(): readonly CgroupWrite[] {
    return [];
  }

  limits(path: string, resources: Resources): readonly CgroupWrite[] {
    const { cpuShares, cpuQuotaUs, cpuPeriodUs, memoryBytes, pids } = resources;
    const writes: (CgroupWrite | undefined)[] = [];
    if (cpuShares !== null) writes.push(this.#write('cpu', path, 'cpu.shares', String(cpuShares)));
    if (cpuQuotaUs !== null) {
      writes.push(this.#write('cpu', path, 'cpu.cfs_period_us', String(cpuPeriodUs ?? DEFAULT_PERIOD_US)));
      writes.push(this.#write('cpu', path, 'cpu.cfs_quota_us', String(cpuQuotaUs)));
    }
    if (memoryBytes !== null) writes.push(this.#write('memory', path, 'memory.limit_in_bytes', String(memoryBytes)));
    if (pids !== null) writes.push(this.#write('pids', path, 'pids.max', String(pids)));
    return writes.filter(write => write !== undefined);
  }

  containerExtras(path: string, { privileged, devices }: Restricted): readonly CgroupWrite[] {
    if (privileged || !this.#mounts.has('devices')) return [];
    const rules = [...DEVICE_RULES, ...ownRules(devices)];
    const allow = rules.map(rule => this.#write('devices', path, 'devices.allow', ruleText(rule)));
    return [this.#write('devices', path, 'devices.deny', 'a'), ...allow].filter(write => write !== undefined);
  }

  filteredDirectory(path: string): string | null {
    return this.#unified === null || this.#mounts.has('devices') ? null : this.#below(this.#unified, path);
  }

  enter(path: string): CgroupEntry {
    const tasks = [...new Set(this.#mounts.values())].map(mount => `${this.#below(mount, path)}/tasks`);
    return { unified: this.#unified === null ? null : this.#below(this.#unified, path), tasks };
  }

  oomFile(path: string): string {
    const mount = this.#mounts.get('memory');
    return mount === undefined ? '' : `${this.#below(mount, path)}/memory.oom_control`;
  }

  view(path: string): readonly CgroupView[] {
    return [...new Set(this.#mounts.values())].map(mount => {
      const target = mount.slice(mount.lastIndexOf('/') + 1);
      const controllers = [...this.#mounts].filter(([name, at]) => at === mount && name !== target);
      return { source: this.#below(mount, path), target, aliases: controllers.map(([name]) => name) };
    });
  }

  async stats(path: string, atMs: number): Promise<ContainerStats> {
    const read = (controller: string, file: string): Promise<string> => this.#read(path, controller, file);
    const [cpu, usage, memory, pids] = await Promise.all([
      read('cpuacct', 'cpuacct.usage'),
      read('memory', 'memory.usage_in_bytes'),
      read('memory', 'memory.stat'),
      read('pids', 'pids.current'),
    ]);
    const memoryUsageBytes = Number(usage);
    return {
      atMs,
      cpuUsageNanoCoreSeconds: Number(cpu),
      memoryUsageBytes,
      memoryWorkingSetBytes: Math.max(0, memoryUsageBytes - flatField(memory, 'total_inactive_file')),
      pids: Number(pids),
    };
  }

  usage(path: string, atMs: number): Promise<CgroupUsage> {
    return usageOfV1((controller, file) => this.#read(path, controller, file), atMs);
  }

  async #read(path: string, controller: string, file: string): Promise<string> {
    const mount = this.#mounts.get(controller);
    if (mount === undefined) return '';
    return (await readIfPresent(this.#files, `${this.#below(mount, path)}/${file}`)) ?? '';
  }

  #below(mount: string, path: string): string {
    return path === '' ? `${mount}/${this.#root}` : `${mount}/${this.#root}/${path}`;
  }

  #write(controller: string, path: string, file: string, data: string): CgroupWrite | undefined {
    const mount = this.#mounts.get(controller);
    return mount === undefined ? undefined : { path: `${this.#below(mount, path)}/${file}`, data };
  }
}
