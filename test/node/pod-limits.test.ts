import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PURE_V2 } from '../../plugins/runtime/testing/test-node.ts';
import { eventually } from './eventually.ts';
import { traceable, type HostTraces } from './host-traces.ts';
import { Kubectl } from './kubectl.ts';
import { kubectlBinaries } from './kubectl-binaries.ts';
import { ServerProcess, serverOptions } from './server-process.ts';

const binary = kubectlBinaries().get('PATH');
const runnable = binary !== undefined && process.getuid?.() === 0;
if (!runnable) console.warn('! no kubectl, or not root: limits of pods are NOT tested');

const manifest = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: limited}
spec:
  selector: {matchLabels: {app: limited}}
  template:
    metadata: {labels: {app: limited}}
    spec:
      terminationGracePeriodSeconds: 1
      containers:
      - name: calm
        image: docker.io/library/busybox:1.35
        command: [sh, -c, 'trap exit TERM; while :; do sleep 0.1; done']
        resources: {requests: {cpu: 100m, memory: 32Mi}, limits: {cpu: 500m, memory: 64Mi}}
      - name: hog
        image: docker.io/library/busybox:1.35
        command: [tail, /dev/zero]
        resources: {limits: {memory: 16Mi}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: echo}
spec:
  selector: {matchLabels: {app: echo}}
  template:
    metadata: {labels: {app: echo}}
    spec:
      terminationGracePeriodSeconds: 1
      containers:
      - {name: echo, image: tiphys.dev/echo:1.0, readinessProbe: {httpGet: {path: /, port: 8080}, periodSeconds: 1}}
---
apiVersion: v1
kind: Service
metadata: {name: echo}
spec:
  selector: {app: echo}
  ports: [{port: 80, targetPort: 8080}]
`;

interface ContainerStatus {
  readonly name: string;
  readonly containerID: string;
  readonly restartCount: number;
  readonly state: Readonly<Record<string, { readonly reason?: string }>>;
  readonly lastState: { readonly terminated?: { readonly reason: string; readonly exitCode: number } };
}

interface NodeView {
  readonly status: {
    readonly conditions: readonly {
      readonly type: string;
      readonly status: string;
      readonly reason: string;
      readonly message: string;
    }[];
  };
}

/** Runs on whatever control groups the machine has; cgroup-layout.test.ts runs it where there is one of them alone. */
describe.skipIf(!runnable)('a pod with limits', () => {
  let traces: HostTraces;
  let before: readonly string[];
  let server: ServerProcess;
  let kubectl: Kubectl;

  beforeAll(async () => {
    const node = await traceable(serverOptions(4));
    traces = node.traces;
    before = await traces();
    server = await ServerProcess.start(node.options);
    kubectl = new Kubectl(binary ?? '', server.kubeconfig);
    await kubectl.apply(manifest);
  });

  const statuses = async (): Promise<readonly ContainerStatus[]> => {
    const { items } = await kubectl.json<{
      items: readonly { status: { containerStatuses?: readonly ContainerStatus[] } }[];
    }>('get', 'pods', '-l', 'app=limited');
    return [...(items[0]?.status.containerStatuses ?? [])].sort((a, b) => a.name.localeCompare(b.name));
  };

  it('runs on a node that says what its machine lacks, in one condition and by tiphys check', async () => {
    const lines = (await server.tiphys('check')).split('\n').filter(line => /^(ok|degraded|missing) /.test(line));
    const lacking = lines.filter(line => !line.startsWith('ok')).map(line => line.split(/\s{2,}/));
    expect(lines.length).toBeGreaterThan(12);
    const [node] = (await kubectl.json<{ items: readonly NodeView[] }>('get', 'nodes')).items;
    const condition = node?.status.conditions.find(({ type }) => type === 'tiphys.dev/Degraded');
    expect(condition?.status).toBe(lacking.length === 0 ? 'False' : 'True');
    expect(condition?.reason).toBe(lacking.length === 0 ? 'KernelOffersAll' : 'KernelLacksAbilities');
    for (const [, name, detail] of lacking) expect(condition?.message).toContain(`${name}: ${detail}`);
    // Whatever the layout: these are what the tests of this file need, and they are there.
    for (const name of ['limits of processors', 'limits of memory', 'limits of processes', 'devices'])
      expect(lines.find(line => line.includes(` ${name} `))).toMatch(/^ok/);
  });

  it('sees them in its cgroup', async () => {
    const files = PURE_V2
      ? 'cpu.max memory.max'
      : 'cpu/cpu.cfs_quota_us cpu/cpu.cfs_period_us memory/memory.limit_in_bytes';
    const exec = ['exec', 'deployment/limited', '-c', 'calm', '--', 'sh', '-c', `cd /sys/fs/cgroup && cat ${files}`];
    const seen = await eventually(
      () => kubectl.run(...exec),
      text => expect(text).not.toBe(''),
    );
    expect(seen.trim().split(/\s+/)).toEqual(['50000', '100000', String(64 << 20)]);
  });

  it('loses the container that wants too much memory as OOMKilled, and no other', async () => {
    const [calm, hog] = await eventually(statuses, ([, found]) => {
      const terminated = found?.state['terminated'] ?? found?.lastState.terminated;
      expect(terminated).toMatchObject({ reason: 'OOMKilled', exitCode: 137 });
    });
    expect(hog?.name).toBe('hog');
    expect(calm).toMatchObject({ restartCount: 0, state: { running: expect.anything() }, lastState: {} });
  });

  it('stands behind a Service and lives through the death of its daemon', async () => {
    await kubectl.run('rollout', 'status', 'deployment/echo', '--timeout=90s');
    const clusterIp = await kubectl.run('get', 'service', 'echo', '-o', 'jsonpath={.spec.clusterIP}');
    const answer = async (): Promise<string> => (await fetch(`http://${clusterIp}`)).text();
    await eventually(answer, text => expect(text).toContain('hostname: echo-'));
    const [calm] = await statuses();
    await server.end('SIGKILL');
    await server.launch();
    expect((await statuses())[0]).toEqual(calm);
    await eventually(answer, text => expect(text).toContain('hostname: echo-'));
  });

  afterAll(async () => {
    await server?.destroy();
    await eventually(traces, left => expect(left).toEqual(before));
  });
});
