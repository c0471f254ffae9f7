import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { TestNode } from '../plugins/runtime/testing/test-node.ts';

/**
 * Pods and containers of busybox with limits and RuntimeDefault seccomp, beside runc's whole lifecycle over
 * the same root file system with the same limits (and no seccomp filter, as its default specification has none),
 * rounds interleaved. Milliseconds; medians with the tenth and ninetieth percent.
 */
const ROUNDS = Number(process.argv[2] ?? 40);
const LIMITS = { cpuShares: 512, cpuQuotaUs: 50_000, cpuPeriodUs: 100_000, memoryBytes: 64 << 20, pids: 100 };

const samples = new Map<string, number[]>();

async function measure<T>(name: string, run: () => Promise<T> | T): Promise<T> {
  const began = performance.now();
  const result = await run();
  const list = samples.get(name) ?? [];
  list.push(performance.now() - began);
  samples.set(name, list);
  return result;
}

async function drained(stream: Readable | null): Promise<void> {
  if (stream !== null) for await (const chunk of stream) void chunk;
}

await using node = new TestNode();
const runtime = await node.open();
const home = await runtime.createSandbox(node.sandboxConfig({ resources: LIMITS }));
// Others share the shim's program with it, as on any node.
for (let pod = 0; pod < 9; pod++) await runtime.createSandbox(node.sandboxConfig());
const resident = await runtime.startContainer(node.containerConfig(home, 'exec sleep 3600'));
const runc = findRunc();

for (let round = 0; round < ROUNDS; round++) {
  await new Promise(resolve => setTimeout(resolve, 60)); // isolated: nothing is warm from the round before
  const sandbox = await measure('sandbox create', () =>
    runtime.createSandbox(node.sandboxConfig({ resources: LIMITS })),
  );
  const config = node.containerConfig(sandbox, '', { args: ['/bin/true'], resources: LIMITS });
  await measure('start, exit known, remove', async () => {
    const container = await measure('container start, its pod exists', () => runtime.startContainer(config));
    await measure('from started to exit known', () => node.exited(container.id));
    await measure('container remove', () => runtime.removeContainer(container.id));
  });
  await measure('sandbox remove', () => runtime.removeSandbox(sandbox.id));
  await measure('exec /bin/true, output drained', async () => {
    const session = await measure('exec started', () =>
      runtime.exec(resident.id, { args: ['/bin/true'], tty: false, stdin: false }),
    );
    await Promise.all([drained(session.stdout), drained(session.stderr), session.exit]);
  });
  if (runc !== null && round % 4 === 0) await measure('runc: create, start, exit, delete', () => runc(round));
}

for (const [name, list] of samples) {
  const sorted = list.toSorted((one, other) => one - other);
  const at = (part: number): string => (sorted[Math.floor(part * (sorted.length - 1))] ?? 0).toFixed(2).padStart(7);
  console.log(`${name.padEnd(40)} ${at(0.5)}   (${at(0.1)} ..${at(0.9)})`);
}
if (runc !== null) {
  console.log(
    `whole lifecycle beside runc: 1/${(median('runc: create, start, exit, delete') / lifecycle()).toFixed(1)}`,
  );
}
console.log(`memory of one shim of ten: ${shimMemory()}`);

function lifecycle(): number {
  return median('sandbox create') + median('start, exit known, remove') + median('sandbox remove');
}

function median(name: string): number {
  const sorted = (samples.get(name) ?? []).toSorted((one, other) => one - other);
  return sorted[sorted.length >> 1] ?? Number.NaN;
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

/** One full lifecycle by runc, as a container runtime would drive it; `null` where it is not installed. */
function findRunc(): ((round: number) => void) | null {
  if (spawnSync('runc', ['--version']).status !== 0) return null;
  const bundle = mkdtempSync(join(tmpdir(), 'tiphys-bench-runc-'));
  process.on('exit', () => rmSync(bundle, { recursive: true, force: true }));
  mkdirSync(join(bundle, 'rootfs'));
  execFileSync('cp', ['-a', `${node.rootfs}/.`, join(bundle, 'rootfs')]);
  execFileSync('runc', ['spec'], { cwd: bundle });
  const spec = JSON.parse(readFileSync(join(bundle, 'config.json'), 'utf8')) as {
    process: { terminal: boolean; args: string[] };
    linux: { resources: object; seccomp?: object };
  };
  spec.process.terminal = false;
  spec.process.args = ['/bin/true'];
  spec.linux.resources = {
    memory: { limit: 64 << 20 },
    cpu: { shares: 512, quota: 50_000, period: 100_000 },
    pids: { limit: 100 },
  };
  writeFileSync(join(bundle, 'config.json'), JSON.stringify(spec));
  return round => {
    const id = `tiphys-bench-${process.pid}-${round}`;
    const call = (...args: readonly string[]): string =>
      execFileSync('runc', args, { stdio: ['ignore', 'pipe', 'ignore'] }).toString();
    execFileSync('runc', ['create', '--bundle', bundle, id], { stdio: 'ignore' });
    call('start', id);
    while (!call('state', id).includes('"stopped"')) continue;
    call('delete', id);
  };
}
