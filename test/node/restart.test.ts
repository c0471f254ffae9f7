import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from './eventually.ts';
import { hostTraces } from './host-traces.ts';
import { Kubectl } from './kubectl.ts';
import { kubectlBinaries } from './kubectl-binaries.ts';
import { ServerProcess, serverOptions } from './server-process.ts';

const binary = kubectlBinaries().get('PATH');
const runnable = binary !== undefined && process.getuid?.() === 0;
if (!runnable) console.warn('! no kubectl, or not root: that pods survive their daemon is NOT tested');

const PODS = 10;
const manifest = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: echo}
spec:
  replicas: ${PODS}
  selector: {matchLabels: {app: echo}}
  template:
    metadata: {labels: {app: echo}}
    spec:
      containers:
      - name: echo
        image: docker.io/library/busybox:1.35
        command: [sh, -c, 'i=0; trap exit TERM; while :; do echo line $i; i=$((i+1)); sleep 0.1; done']
      - name: web
        image: tiphys.dev/echo:1.0
---
apiVersion: v1
kind: Service
metadata: {name: echo}
spec:
  selector: {app: echo}
  ports: [{port: 80, targetPort: 8080}]
`;

interface Facts {
  readonly name: string;
  readonly ip: string;
  readonly containers: readonly {
    readonly containerID: string;
    readonly restartCount: number;
    readonly ready: boolean;
  }[];
}

describe.skipIf(!runnable)('a daemon that is killed', () => {
  let before: readonly string[];
  let server: ServerProcess;
  let kubectl: Kubectl;
  let clusterIp = '';

  beforeAll(async () => {
    before = await hostTraces();
    server = await ServerProcess.start(serverOptions(3));
    kubectl = new Kubectl(binary ?? '', server.kubeconfig);
    await kubectl.apply(manifest);
    await kubectl.run('rollout', 'status', 'deployment/echo', '--timeout=60s');
    clusterIp = (await kubectl.json<{ spec: { clusterIP: string } }>('get', 'service', 'echo')).spec.clusterIP;
  });

  const podFacts = async (): Promise<readonly Facts[]> => {
    const pods = await kubectl.json<{
      items: readonly {
        metadata: { name: string };
        status: { podIP: string; containerStatuses: Facts['containers'] };
      }[];
    }>('get', 'pods', '-l', 'app=echo');
    return pods.items
      .map(({ metadata: { name }, status: { podIP, containerStatuses } }) => ({
        name,
        ip: podIP,
        containers: containerStatuses.map(({ containerID, restartCount, ready }) => ({
          containerID,
          restartCount,
          ready,
        })),
      }))
      .sort((a, b) => a.name.localeCompare(b.name));
  };

  it('by SIGKILL finds its pods again: same containers, addresses, restart counts; logs whole; writes all there', async () => {
    const facts = await podFacts();
    expect(facts).toHaveLength(PODS);
    const acknowledged: string[] = [];
    for (let i = 0; i < 20; i++) {
      await kubectl.run('create', 'configmap', `written-${i}`);
      acknowledged.push(`configmap/written-${i}`);
    }
    await server.end('SIGKILL');
    await server.launch();
    expect(await podFacts()).toEqual(facts);
    const written = (await kubectl.run('get', 'configmaps', '-o', 'name')).trim().split('\n');
    expect(acknowledged.filter(name => !written.includes(name))).toEqual([]);
    const log = (await kubectl.run('logs', facts[0]?.name ?? '', '-c', 'echo')).trim().split('\n');
    expect(log).toEqual(log.map((_, i) => `line ${i}`));
    await eventually(
      () => fetch(`http://${clusterIp}`),
      answer => expect(answer.status).toBe(200),
    );
  });

  it('by SIGTERM leaves them running as well', async () => {
    const facts = await podFacts();
    expect(await server.end('SIGTERM')).toBe(0);
    await server.launch();
    expect(await podFacts()).toEqual(facts);
  });

  afterAll(async () => {
    await server?.destroy();
    // Links go with their namespaces, which the kernel takes down in its own time.
    await eventually(hostTraces, traces => expect(traces).toEqual(before));
  });
});
