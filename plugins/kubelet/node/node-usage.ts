import type { World } from '../../../src/base/world.ts';
import type { NodeUsage } from '../metrics/resource-metrics.ts';
import { memoryLine } from './machine.ts';

/** Clock ticks a second in proc_stat(5); fixed on every Linux that Node runs on. */
const TICKS = 100;

/** What the whole machine has used of its processors, and how much of its memory is not free to take. */
export async function nodeUsage({ files, clock }: Pick<World, 'files' | 'clock'>): Promise<NodeUsage> {
  const [stat, meminfo] = await Promise.all([
    files.readFile('/proc/stat', 'utf8'),
    files.readFile('/proc/meminfo', 'utf8'),
  ]);
  const [, user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0] = (stat.split('\n', 1)[0] ?? '')
    .split(/\s+/)
    .map(Number);
  return {
    atMs: clock.now(),
    cpuSeconds: (user + nice + system + irq + softirq) / TICKS,
    memoryWorkingSetBytes: memoryLine(meminfo, 'MemTotal') - memoryLine(meminfo, 'MemAvailable'),
  };
}
