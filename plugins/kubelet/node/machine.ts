import type { World } from '../../../src/base/world.ts';
import { APP_ARMOR_PARSER } from '../../runtime/contract.ts';

/** What this machine is, read once. */
export interface Machine {
  readonly cpus: number;
  readonly memoryBytes: number;
  /** Processes and threads that it can have. */
  readonly maxPids: number;
  readonly kernelVersion: string;
  readonly osImage: string;
  readonly machineId: string;
  readonly systemUuid: string;
  readonly bootId: string;
  /** As Go names it: amd64, arm64. */
  readonly architecture: string;
  /** Its kernel confines programs by AppArmor. */
  readonly hasAppArmor: boolean;
  /** The program that gives the kernel profiles is there. */
  readonly hasAppArmorParser: boolean;
}

const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64', ia32: '386', arm: 'arm' };

export async function readMachine({ files }: Pick<World, 'files'>): Promise<Machine> {
  const read = (path: string): Promise<string> =>
    files.readFile(path, 'utf8').then(
      text => text.trim(),
      () => '',
    );
  const [
    cpuinfo,
    meminfo,
    maxPids,
    kernelVersion,
    osRelease,
    machineId,
    systemUuid,
    bootId,
    appArmor,
    hasAppArmorParser,
  ] = await Promise.all([
    read('/proc/cpuinfo'),
    read('/proc/meminfo'),
    Promise.all(['pid_max', 'threads-max'].map(name => read(`/proc/sys/kernel/${name}`))),
    read('/proc/sys/kernel/osrelease'),
    read('/etc/os-release'),
    read('/etc/machine-id'),
    read('/sys/class/dmi/id/product_uuid'),
    read('/proc/sys/kernel/random/boot_id'),
    read('/sys/module/apparmor/parameters/enabled'),
    files.stat(APP_ARMOR_PARSER).then(
      () => true,
      () => false,
    ),
  ]);
  return {
    cpus: Math.max(1, cpuinfo.match(/^processor\s*:/gm)?.length ?? 1),
    memoryBytes: memoryLine(meminfo, 'MemTotal'),
    maxPids: Math.min(...maxPids.map(Number)),
    kernelVersion,
    osImage: /^PRETTY_NAME="?([^"\n]*)"?$/m.exec(osRelease)?.[1] ?? 'Linux',
    machineId,
    systemUuid: systemUuid === '' ? machineId : systemUuid,
    bootId,
    architecture: ARCHITECTURES[process.arch] ?? process.arch,
    hasAppArmor: appArmor.startsWith('Y'),
    hasAppArmorParser,
  };
}

/** A line of proc_meminfo(5) in bytes; 0 when it is missing. */
export const memoryLine = (meminfo: string, name: string): number =>
  Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(meminfo)?.[1] ?? 0) * 1024;
