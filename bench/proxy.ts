import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { native } from '../native/index.ts';
import { parseIpv4 } from '../src/base/ipv4.ts';
import { hostWorld } from '../src/kernel/host-world.ts';
import { silentLogger } from '../src/kernel/silent-logger.ts';
import { removeNetwork } from '../plugins/network/footprint.ts';
import { openNodeNetwork } from '../plugins/network/node-network.ts';
import { FakePod } from '../plugins/network/testing/fake-pod.ts';
import { openToAll } from '../plugins/proxy/testing/no-policies.ts';

/**
 * The service data plane beside HAProxy (TCP mode, splicing forced) and nginx (stream) in the same namespace, on
 * the same path: client pod -> veth -> service netns -> veth -> server pod. Rounds are interleaved; medians are printed.
 */
const ROUNDS = 5;
const ROUND_MS = 1_500;
const THREADS = 2;
const VIP = '10.212.0.1';
const DATAGRAM_FLOWS = 4;
const IDLE_CONNECTIONS = 4_000;
const CASES = [
  { name: 'connections/s, one after the other', mode: 'connections', parallel: 1 },
  { name: 'connections/s, 64 at a time', mode: 'connections', parallel: 64 },
  { name: 'Gbit/s, 1 flow', mode: 'bulk', parallel: 1 },
  { name: 'Gbit/s, 4 flows', mode: 'bulk', parallel: 4 },
] as const;
const TARGETS = { tiphys: 8001, HAProxy: 8002, nginx: 8003 } as const;
const PEERS = ['HAProxy', 'nginx'] as const;
type Target = keyof typeof TARGETS;

interface Sample {
  readonly rate: number;
  /** Microseconds of CPU a connection, or seconds a gigabyte. */
  readonly cpu: number;
}

const folder = mkdtempSync(join(tmpdir(), 'tiphys-bench-proxy-'));
const children: ChildProcess[] = [];
const world = hostWorld();
const network = await openNodeNetwork({
  native: native(),
  world,
  log: silentLogger,
  dataDir: folder,
  podCidr: '10.211.0.0/24',
  clusterCidr: '10.211.0.0/16',
  serviceCidr: '10.212.0.0/16',
  nodeAddress: '',
});
const pods = [new FakePod(), new FakePod()] as const;
try {
  await run();
} finally {
  for (const child of children) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    const ended = once(child, 'close');
    child.kill(); // nginx ends its workers too, which it could not after SIGKILL
    await ended;
  }
  for (const pod of pods) pod[Symbol.dispose]();
  await network.close();
  await removeNetwork(native(), world.files, folder);
  rmSync(folder, { recursive: true });
}
process.exit(0);

async function run(): Promise<void> {
  const [clientPod, serverPod] = pods;
  await network.attach({ podUid: 'client', netnsPath: clientPod.netnsPath });
  const {
    podIps: [podIp = ''],
  } = await network.attach({ podUid: 'server', netnsPath: serverPod.netnsPath });
  const load = join(folder, 'load');
  execFileSync('cc', ['-O2', '-o', load, join(import.meta.dirname, 'load', 'load.c')]);
  const server = inNetns(serverPod.netns, load, 'serve', podIp, '80');
  if (server.stdout !== null) await once(server.stdout, 'data');

  const { serviceNetnsFd: netns } = network;
  const pump = new (native().ServicePump)({
    netns,
    threads: THREADS,
    connections: 8_192,
    flows: 64,
    affinityEntries: 64,
  });
  const endpoints = Uint32Array.of(parseIpv4(podIp) ?? 0, 80);
  for (const protocol of ['TCP', 'UDP'] as const)
    pump.listen(
      { protocol, netns, address: VIP, port: TARGETS.tiphys },
      { endpoints, affinitySeconds: 0, ...openToAll },
    );
  const pids: Record<Target, number> = {
    tiphys: process.pid,
    HAProxy: await startPeer('HAProxy', netns, haproxyConfig(podIp), ['haproxy', '-db', '-f']),
    nginx: await startPeer('nginx', netns, nginxConfig(podIp), ['nginx', '-c']),
  };
  const targets = ['tiphys', ...PEERS] as const;
  const cpuOf = (target: Target): number =>
    target === 'tiphys' ? threadSeconds(process.pid, 'tiphys-pump') : familySeconds(pids[target]);
  for (const { name, mode, parallel } of CASES) {
    const samples: Record<Target, Sample[]> = { tiphys: [], HAProxy: [], nginx: [] };
    for (let round = 0; round < ROUNDS; round++)
      for (const target of targets) {
        const before = cpuOf(target);
        const result = await measure(clientPod.netns, load, mode, TARGETS[target], parallel);
        const cpu = cpuOf(target) - before;
        samples[target].push(
          mode === 'bulk'
            ? { rate: (result.bytes * 8) / result.us / 1_000, cpu: cpu / (result.bytes / 1e9) }
            : { rate: (result.connections * 1e6) / result.us, cpu: (cpu * 1e6) / result.connections },
        );
      }
    print(name, mode === 'bulk' ? 's CPU/GB' : 'us CPU/connection', samples);
  }
  const idle: string[] = [];
  for (const target of targets)
    idle.push(`${target} ${await bytesPerConnection(clientPod.netns, load, target, family(pids[target]))}`);
  console.log(`bytes an idle connection: ${idle.join(', ')}`);
  await datagrams(clientPod.netns, load, podIp);
  pump.stop();
}

/** Memory of the processes alone: sockets are the kernel's, the same for both. */
async function bytesPerConnection(
  netns: number,
  load: string,
  target: Target,
  pids: readonly number[],
): Promise<number> {
  const residentOf = (pid: number): number =>
    Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1_024;
  const resident = (): number => pids.reduce((sum, pid) => sum + residentOf(pid), 0);
  const before = resident();
  const child = inNetns(netns, load, 'hold', VIP, String(TARGETS[target]), String(ROUND_MS), String(IDLE_CONNECTIONS));
  const ended = once(child, 'close');
  await new Promise(resolve => setTimeout(resolve, ROUND_MS));
  const after = resident();
  await ended;
  if (child.exitCode !== 0) throw new Error('not all idle connections were made');
  return Math.round((after - before) / IDLE_CONNECTIONS);
}

/** Round trips of 64 bytes through the pump and past it; HAProxy has no UDP. */
async function datagrams(netns: number, load: string, podIp: string): Promise<void> {
  const rates: Record<'relayed' | 'direct', number[]> = { relayed: [], direct: [] };
  const cpu: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const before = threadSeconds(process.pid, 'tiphys-pump');
    const relayed = await measure(netns, load, 'datagrams', TARGETS.tiphys, DATAGRAM_FLOWS);
    cpu.push(((threadSeconds(process.pid, 'tiphys-pump') - before) * 1e6) / relayed.connections);
    const direct = await measure(netns, load, 'datagrams', 80, DATAGRAM_FLOWS, podIp);
    rates.relayed.push((relayed.connections * 1e6) / relayed.us);
    rates.direct.push((direct.connections * 1e6) / direct.us);
  }
  const middle = (of: readonly number[]): number => of.toSorted((a, b) => a - b)[ROUNDS >> 1] ?? 0;
  const [ours, direct] = [middle(rates.relayed), middle(rates.direct)];
  console.log(
    `datagrams there and back/s: ${ours.toFixed(0)} / direct ${direct.toFixed(0)} = ${(ours / direct).toFixed(2)}; ${middle(cpu).toFixed(1)} us CPU each`,
  );
}

function print(name: string, cpuUnit: string, samples: Record<Target, readonly Sample[]>): void {
  const median = (target: Target, of: keyof Sample): number =>
    samples[target].map(sample => sample[of]).sort((a, b) => a - b)[ROUNDS >> 1] ?? 0;
  const line = (of: keyof Sample, digits: number): string => {
    const ours = median('tiphys', of);
    const beside = PEERS.map(
      peer => `${peer} ${median(peer, of).toFixed(digits)} = ${(ours / median(peer, of)).toFixed(2)}`,
    );
    return [ours.toFixed(digits), ...beside].join(' / ');
  };
  const digits = cpuUnit.startsWith('s') ? 2 : 0;
  console.log(`${name}: ${line('rate', digits)}`);
  console.log(`  ${cpuUnit}: ${line('cpu', digits)}`);
}

function inNetns(netns: number, ...command: readonly string[]): ChildProcess {
  const child = spawn('nsenter', [`--net=/proc/${process.pid}/fd/${netns}`, ...command], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  return child;
}

function haproxyConfig(podIp: string): string {
  return `global
  nbthread ${THREADS}
  maxconn 6000
  tune.pipesize 524288
defaults
  mode tcp
  option splice-request
  option splice-response
  timeout connect 5s
  timeout client 1h
  timeout server 1h
listen bench
  bind ${VIP}:${TARGETS.HAProxy}
  server only ${podIp}:80
`;
}

function nginxConfig(podIp: string): string {
  return `load_module /usr/lib/nginx/modules/ngx_stream_module.so;
daemon off;
worker_processes ${THREADS};
pid ${join(folder, 'nginx.pid')};
error_log stderr error;
events { worker_connections 16384; }
stream {
  proxy_buffer_size 64k;
  proxy_timeout 1h;
  server {
    listen ${VIP}:${TARGETS.nginx} reuseport backlog=4096;
    tcp_nodelay on;
    proxy_pass ${podIp}:80;
  }
}
`;
}

/** Answers the pid once connections are accepted: nsenter becomes the peer without forking. */
async function startPeer(
  peer: Exclude<Target, 'tiphys'>,
  netns: number,
  config: string,
  command: readonly string[],
): Promise<number> {
  const file = join(folder, `${peer}.conf`);
  writeFileSync(file, config);
  const child = inNetns(netns, ...command, file);
  for (let tries = 0; tries < 100; tries++) {
    await new Promise(resolve => setTimeout(resolve, 50));
    try {
      const socket = await pods[0].dial(VIP, TARGETS[peer], 200);
      socket.destroy();
      return child.pid ?? 0;
    } catch (error) {
      if (child.exitCode !== null)
        throw new Error(`${peer} did not start; apt-get install haproxy nginx-light libnginx-mod-stream`, {
          cause: error,
        });
    }
  }
  throw new Error(`${peer} does not answer`);
}

interface LoadResult {
  readonly connections: number;
  readonly bytes: number;
  readonly us: number;
}

async function measure(
  netns: number,
  load: string,
  mode: string,
  port: number,
  parallel: number,
  address = VIP,
): Promise<LoadResult> {
  const child = inNetns(netns, load, mode, address, String(port), String(ROUND_MS), String(parallel));
  const chunks: Buffer[] = [];
  child.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk));
  await once(child, 'close');
  const result = JSON.parse(Buffer.concat(chunks).toString()) as LoadResult & { readonly failed: number };
  if (result.failed > 0) throw new Error(`${result.failed} connections failed`);
  return result;
}

/** A process and its children: nginx works in them. */
function family(pid: number): readonly number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
  return pid === process.pid ? [pid] : [pid, ...children];
}

function familySeconds(pid: number): number {
  return family(pid).reduce((sum, member) => sum + threadSeconds(member, ''), 0);
}

/** User and system time of the threads of that name, or of the whole process. */
function threadSeconds(pid: number, threadName: string): number {
  let ticks = 0;
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    const stat = readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8');
    const name = stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (threadName === '' || name === threadName) ticks += Number(fields[11]) + Number(fields[12]);
  }
  return ticks / 100;
}
