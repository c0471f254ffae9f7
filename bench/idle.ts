import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { traceable } from '../test/node/host-traces.ts';
import { ServerProcess, serverOptions } from '../test/node/server-process.ts';
import { EchoPods } from './parts/echo-pods.ts';
import { processUsage } from './parts/process-usage.ts';

/**
 * What a node costs while nothing happens, with no pod, 10 and 110: memory, CPU, writes to the disk. Then all
 * pods are deleted, and the machine is compared with what it was before the server started.
 */
const SETTLE_MS = 12_000;
const IDLE_MS = Number(process.argv.slice(2).find(word => !word.startsWith('--')) ?? 30) * 1000;
const pause = (ms: number): Promise<void> => new Promise(resume => setTimeout(resume, ms));

const { options, traces } = await traceable(serverOptions(9));
const before = await traces();
const server = await ServerProcess.start(options);
const pods = await EchoPods.open(server.kubeconfig);
const names: string[] = [];
try {
  for (const count of [0, 10, 110]) {
    const more = Array.from({ length: count - names.length }, (_, index) => `idle-${names.length + index}`);
    names.push(...more);
    const began = performance.now();
    await pods.start(more);
    if (count === 110) console.log(`100 pods at once: all Running in ${seconds(performance.now() - began)}`);
    await idle(count);
  }
  const began = performance.now();
  await pods.remove(names);
  while (readdirSync(join(server.dataDir, 'agent/pods')).length > 0) await pause(20);
  console.log(`110 pods deleted by force, nothing left of them on the node: ${seconds(performance.now() - began)}`);
  await pause(SETTLE_MS);
  console.log(`then: ${processUsage(server.pid).residentMb.toFixed(0)} MB resident`);
} finally {
  await pods[Symbol.asyncDispose]();
  await server.destroy();
}
const left = (await traces()).filter(name => !before.includes(name));
console.log(`left on the machine once the server is gone: ${left.length === 0 ? 'nothing' : left.join(', ')}`);
if (left.length > 0) process.exitCode = 1;

async function idle(count: number): Promise<void> {
  await pause(SETTLE_MS);
  const first = processUsage(server.pid);
  await pause(IDLE_MS);
  const last = processUsage(server.pid);
  const percent = ((last.cpuMs - first.cpuMs) / IDLE_MS) * 100;
  const written = (last.writtenBytes - first.writtenBytes) / 1024 / (IDLE_MS / 1000);
  console.log(
    `${String(count).padStart(3)} pods: ${last.residentMb.toFixed(0)} MB resident, ${percent.toFixed(2)} % of a core, ${written.toFixed(2)} kB/s written`,
  );
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}
