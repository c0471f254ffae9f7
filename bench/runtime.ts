import { readdirSync, readFileSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { TestNode } from '../plugins/runtime/testing/test-node.ts';
import { OciRuntime } from './parts/oci-runtime.ts';
import { Samples } from './parts/samples.ts';

/**
 * Pods and containers of busybox with limits and RuntimeDefault seccomp, beside whole lifecycles of runc and crun
 * over the same root file system with the same limits and system calls, rounds interleaved. Theirs make a network
 * namespace for each container; ours has one a pod, so both are told. Milliseconds; medians, tenth and ninetieth
 * percent.
 */
const ROUNDS = Number(process.argv.slice(2).find(word => !word.startsWith('--')) ?? 40);
const LIMITS = { cpuShares: 512, cpuQuotaUs: 50_000, cpuPeriodUs: 100_000, memoryBytes: 64 << 20, pids: 100 };
const CONTAINER = 'container: start, exit known, remove';

const samples = new Samples();
await using node = new TestNode();
const runtime = await node.open();
const home = await runtime.createSandbox(node.sandboxConfig({ resources: LIMITS }));
// Others share the shim's program with it, as on any node.
for (let pod = 0; pod < 9; pod++) await runtime.createSandbox(node.sandboxConfig());
const resident = await runtime.startContainer(node.containerConfig(home, 'exec sleep 3600'));
const found = await Promise.all(['runc', 'crun'].map(program => OciRuntime.find(program, node.rootfs, LIMITS)));
const peers = await Promise.all(
  found
    .filter(peer => peer !== undefined)
    .map(async peer => ({ peer, name: peer.version, container: await peer.resident() })),
);

for (let round = 0; round < ROUNDS; round++) {
  await pause();
  const sandbox = await samples.measure('sandbox: create', () =>
    runtime.createSandbox(node.sandboxConfig({ resources: LIMITS })),
  );
  const config = node.containerConfig(sandbox, '', { args: ['/bin/true'], resources: LIMITS });
  await samples.measure(CONTAINER, async () => {
    const container = await samples.measure('container: start', () => runtime.startContainer(config));
    await samples.measure('container: from started to exit known', () => node.exited(container.id));
    await samples.measure('container: remove', () => runtime.removeContainer(container.id));
  });
  await samples.measure('sandbox: remove', () => runtime.removeSandbox(sandbox.id));
  await pause();
  await samples.measure('exec, output drained', async () => {
    const session = await runtime.exec(resident.id, { args: ['/bin/true'], tty: false, stdin: false });
    await Promise.all([drained(session.stdout), drained(session.stderr), session.exit]);
  });
  for (const { peer, name, container } of peers) {
    await pause();
    await samples.measure(`${name}: create, start, exit, delete`, () => peer.lifecycle());
    await pause();
    await samples.measure(`${name}: exec`, container.exec);
  }
}

samples.print();
const container = samples.median(CONTAINER);
const whole = samples.median('sandbox: create') + container + samples.median('sandbox: remove');
for (const { name } of peers) {
  const lifecycle = samples.median(`${name}: create, start, exit, delete`);
  const exec = samples.median(`${name}: exec`) / samples.median('exec, output drained');
  console.log(
    `beside ${name}: a container 1/${(lifecycle / container).toFixed(1)}, with a new pod 1/${(lifecycle / whole).toFixed(1)}, exec 1/${exec.toFixed(1)}`,
  );
}
console.log(`memory of one shim of ten: ${shimMemory()}`);
for (const { peer, container: theirs } of peers) {
  await theirs.end();
  peer[Symbol.dispose]();
}

/** So that nothing is warm from the measurement before. */
function pause(): Promise<void> {
  return new Promise(resume => setTimeout(resume, 60));
}

async function drained(stream: Readable | null): Promise<void> {
  if (stream !== null) for await (const chunk of stream) void chunk;
}

function shimMemory(): string {
  const pid = readdirSync('/proc').find(each => /^\d+$/.test(each) && commandLine(each).includes(home.id.slice(0, 32)));
  const rollup = pid === undefined ? '' : readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  const field = (name: string): string => new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(rollup)?.[1] ?? '?';
  return `${field('Rss')} kB resident, ${field('Pss')} kB its share, ${field('Private_Dirty')} kB its own`;
}

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return ''; // it ended while we looked
  }
}
