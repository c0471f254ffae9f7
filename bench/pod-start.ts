import { readFileSync } from 'node:fs';
import { CoreV1Api, KubeConfig, Watch, type V1Pod } from '@kubernetes/client-node';
import { ServerProcess, serverOptions } from '../test/node/server-process.ts';

/**
 * From the POST of a pod to what a watcher sees: bound to a node, its sandbox and network made, its container
 * Running; one at a time and ten at once, the image local. Then what the node costs while ten pods idle.
 */
const NAMESPACE = 'default';
const ROUNDS = 10;
const IDLE_SECONDS = 20;
const PHASES = ['scheduled', 'sandbox', 'running'] as const;
type Times = Partial<Record<(typeof PHASES)[number], number>> & { began: number };

const server = await ServerProcess.start(serverOptions(8));
const config = new KubeConfig();
config.loadFromFile(server.kubeconfig);
const api = config.makeApiClient(CoreV1Api);
const times = new Map<string, Times>();
const waiting = new Map<string, () => void>();
const watch = await new Watch(config).watch(`/api/v1/namespaces/${NAMESPACE}/pods`, {}, onEvent, () => undefined);

try {
  await startPods(1, 'warm');
  for (const together of [1, 10]) {
    const all: Times[] = [];
    for (let round = 0; round < ROUNDS; round++) all.push(...(await startPods(together, `p${together}-${round}`)));
    report(`${together} at once`, all);
  }
  await startPods(10, 'idle', false);
  await idle();
} finally {
  watch.abort();
  await server.destroy();
}

async function startPods(count: number, prefix: string, remove = true): Promise<readonly Times[]> {
  const names = Array.from({ length: count }, (_, index) => `${prefix}-${index}`);
  await Promise.all(names.map(startPod));
  if (remove) {
    await Promise.all(
      names.map(name => api.deleteNamespacedPod({ namespace: NAMESPACE, name, gracePeriodSeconds: 0 })),
    );
    await new Promise(resume => setTimeout(resume, 300));
  }
  return names.map(name => times.get(name) ?? { began: 0 });
}

async function startPod(name: string): Promise<void> {
  const running = new Promise<void>(resolve => waiting.set(name, resolve));
  times.set(name, { began: performance.now() });
  await api.createNamespacedPod({
    namespace: NAMESPACE,
    body: {
      metadata: { name },
      spec: { terminationGracePeriodSeconds: 0, containers: [{ name: 'echo', image: 'tiphys.dev/echo:1.0' }] },
    },
  });
  await running;
}

function onEvent(_: string, pod: V1Pod): void {
  const name = pod.metadata?.name ?? '';
  const seen = times.get(name);
  if (seen === undefined) return;
  const now = performance.now() - seen.began;
  const hasSandbox = pod.status?.conditions?.some(
    ({ type, status }) => type === 'PodReadyToStartContainers' && status === 'True',
  );
  if (pod.spec?.nodeName !== undefined) seen.scheduled ??= now;
  if (hasSandbox === true) seen.sandbox ??= now;
  if (pod.status?.phase !== 'Running') return;
  seen.running ??= now;
  waiting.get(name)?.();
}

function report(title: string, all: readonly Times[]): void {
  const phases = PHASES.map(phase => {
    const values = all.map(each => each[phase] ?? Number.NaN).sort((a, b) => a - b);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    return `${phase} ${mean.toFixed(1)} ms (median ${values[values.length >> 1]?.toFixed(1)})`;
  });
  console.log(`${title}, from POST, mean of ${all.length}: ${phases.join(', ')}`);
}

async function idle(): Promise<void> {
  await new Promise(resume => setTimeout(resume, 10_000));
  const before = cpuSeconds(server.pid);
  await new Promise(resume => setTimeout(resume, IDLE_SECONDS * 1000));
  const percent = ((cpuSeconds(server.pid) - before) / IDLE_SECONDS) * 100;
  console.log(`idle with 10 pods: ${percent.toFixed(2)} % of a core, ${memoryMb(server.pid)} MB resident`);
}

function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

function memoryMb(pid: number): string {
  const kilobytes = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return (Number(kilobytes) / 1024).toFixed(0);
}
