import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createHash } from 'node:crypto';
import { ServerProcess, serverOptions } from '../test/node/server-process.ts';
import { EchoPods } from './parts/echo-pods.ts';
import { Podman } from './parts/podman.ts';
import { processUsage } from './parts/process-usage.ts';
import { Samples } from './parts/samples.ts';

/**
 * From the POST of a pod to what a watcher sees: answered, bound to a node, its container Running. One at a time
 * beside `podman kube play` of the same pod, then 10 and 50 at once; the image is local, and nothing is left of
 * the pods before. CPU is that of the server and of what it starts.
 */
const ROUNDS = Number(process.argv.slice(2).find(word => !word.startsWith('--')) ?? 10);
const PHASES = ['posted', 'scheduled', 'running'] as const;

const server = await ServerProcess.start(serverOptions(8));
const pods = await EchoPods.open(server.kubeconfig);
const podman = Podman.find(resolve(import.meta.dirname, '../images/out/echo.tar'));
try {
  for (let round = 0; round < 3; round++) await startAndRemove(`warm-${round}`, 10);
  for (const together of [1, 10, 50]) await measure(together, together === 50 ? Math.ceil(ROUNDS / 3) : ROUNDS);
} finally {
  podman?.[Symbol.dispose]();
  await pods[Symbol.asyncDispose]();
  await server.destroy();
}

async function measure(together: number, rounds: number): Promise<void> {
  const samples = new Samples();
  let cpuMs = 0;
  for (let round = 0; round < rounds; round++) {
    await new Promise(resume => setTimeout(resume, 500));
    cpuMs += await startAndRemove(`p${together}-${round}`, together, samples);
    if (together > 1 || podman === undefined) continue;
    await samples.measure('podman', () => podman.play());
    podman.down();
  }
  const told = PHASES.map(
    phase => `${phase} ${samples.mean(phase).toFixed(1)} ms (median ${samples.median(phase).toFixed(1)})`,
  );
  const perPod = cpuMs / (rounds * together);
  console.log(`${together} at once, from POST, mean: ${told.join(', ')}; ${perPod.toFixed(1)} ms CPU a pod`);
  if (!samples.has('podman')) return;
  const [ours, theirs] = [samples.median('running'), samples.median('podman')];
  console.log(`${podman?.version} kube play: median ${theirs.toFixed(0)} ms = ${(theirs / ours).toFixed(1)} x ours`);
}

/** Answers the CPU that the starts took. */
async function startAndRemove(prefix: string, count: number, samples?: Samples): Promise<number> {
  const names = Array.from({ length: count }, (_, index) => `${prefix}-${index}`);
  const before = cpuMs();
  const all = await pods.start(names);
  const spent = cpuMs() - before;
  for (const times of all) for (const phase of PHASES) samples?.add(phase, times[phase]);
  await pods.remove(names);
  while (readdirSync(join(server.dataDir, 'agent/pods')).length > 0)
    await new Promise(resume => setTimeout(resume, 20));
  return spent;
}

function cpuMs(): number {
  const id = createHash('sha256').update(server.dataDir).digest('hex').slice(0, 12);
  return processUsage(server.pid).cpuMs + cgroupCpuMs(`kubepods-${id}`);
}

/** Shims and containers; the kernel forgets a pod's own cgroup, but not what its parent counted. */
function cgroupCpuMs(name: string): number {
  const read = (path: string): string | undefined => {
    try {
      return readFileSync(path, 'utf8');
    } catch {
      return undefined; // the other version of cgroups
    }
  };
  const v1 = read(`/sys/fs/cgroup/cpuacct/${name}/cpuacct.usage`);
  if (v1 !== undefined) return Number(v1) / 1e6;
  return Number(/usage_usec (\d+)/.exec(read(`/sys/fs/cgroup/${name}/cpu.stat`) ?? '')?.[1] ?? 0) / 1e3;
}
