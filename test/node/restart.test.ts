import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from './eventually.ts';
import { traceable, type HostTraces } from './host-traces.ts';
import { Kubectl } from './kubectl.ts';
import { kubectlBinaries } from './kubectl-binaries.ts';
import { object, shell, type PodView } from './objects.ts';
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

/** Each start of a pod leaves a line in the volume that its set claims for it. */
const sets = `
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  replicas: 2
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec:
      terminationGracePeriodSeconds: 1
      containers:
      - name: db
        image: docker.io/library/busybox:1.35
        command: [sh, -c, 'trap exit TERM; hostname >>/data/starts; while :; do sleep 0.1; done']
        volumeMounts: [{name: data, mountPath: /data}]
  volumeClaimTemplates:
  - metadata: {name: data}
    spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Mi}}}
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent}
spec:
  selector: {matchLabels: {app: agent}}
  template:
    metadata: {labels: {app: agent}}
    spec:
      terminationGracePeriodSeconds: 1
      containers:
      - name: agent
        image: docker.io/library/busybox:1.35
        command: [sh, -c, 'trap exit TERM; while :; do sleep 0.1; done']
`;

interface Facts {
  readonly name: string;
  readonly ip: string;
  /** With the times of their transitions: none may have flipped. */
  readonly conditions: readonly unknown[];
  readonly containers: readonly {
    readonly containerID: string;
    readonly restartCount: number;
    readonly ready: boolean;
  }[];
}

describe.skipIf(!runnable)('a daemon that is killed', () => {
  let traces: HostTraces;
  let before: readonly string[];
  let server: ServerProcess;
  let kubectl: Kubectl;
  let clusterIp = '';
  let compiled = '';

  beforeAll(async () => {
    compiled = await mkdtemp(join(tmpdir(), 'tiphys-compiled-'));
    const node = await traceable({ ...serverOptions(3), env: { NODE_COMPILE_CACHE: compiled } });
    traces = node.traces;
    before = await traces();
    server = await ServerProcess.start(node.options);
    kubectl = new Kubectl(binary ?? '', server.kubeconfig);
    await kubectl.apply(manifest);
    await kubectl.run('rollout', 'status', 'deployment/echo', '--timeout=90s');
    clusterIp = (await kubectl.json<{ spec: { clusterIP: string } }>('get', 'service', 'echo')).spec.clusterIP;
  });

  const podFacts = async (): Promise<readonly Facts[]> => {
    const pods = await kubectl.json<{
      items: readonly {
        metadata: { name: string };
        status: { podIP: string; conditions: readonly unknown[]; containerStatuses: Facts['containers'] };
      }[];
    }>('get', 'pods', '-l', 'app=echo');
    return pods.items
      .map(({ metadata: { name }, status: { podIP, conditions, containerStatuses } }) => ({
        name,
        ip: podIP,
        conditions,
        containers: containerStatuses.map(({ containerID, restartCount, ready }) => ({
          containerID,
          restartCount,
          ready,
        })),
      }))
      .sort((a, b) => a.name.localeCompare(b.name));
  };

  it('has left its compiled code to the next one', () =>
    eventually(
      async () => {
        const names = await readdir(compiled, { recursive: true });
        return Promise.all(names.map(async name => (await stat(join(compiled, name))).size));
      },
      // Some megabytes; what was read before the server began is a tenth of it.
      sizes => expect(sizes.reduce((sum, size) => sum + size, 0)).toBeGreaterThan(1_500_000),
    ));

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

  it('learns what ended while it was down, with its exit code, and restarts it by its policy', async () => {
    const script =
      'while [ ! -e /notes/go-$0 ]; do sleep 0.1; done; rm /notes/go-$0; echo -n gone >/dev/termination-log; exit 7';
    const ending = (name: string, restartPolicy: string) => ({
      ...object('v1', 'Pod', name, {}),
      spec: {
        restartPolicy,
        terminationGracePeriodSeconds: 1,
        volumes: [{ name: 'notes', hostPath: { path: server.dataDir } }],
        containers: [
          {
            ...shell(script),
            command: ['sh', '-c', script, name],
            volumeMounts: [{ name: 'notes', mountPath: '/notes' }],
          },
        ],
      },
    });
    await kubectl.apply(ending('again', 'Always'), ending('once', 'Never'));
    await kubectl.run('wait', '--for=condition=Ready', 'pod/again', 'pod/once', '--timeout=90s');
    await server.end('SIGKILL');
    for (const name of ['again', 'once']) await writeFile(join(server.dataDir, `go-${name}`), '');
    await new Promise(resume => setTimeout(resume, 500));
    await server.launch();
    const ended = { exitCode: 7, reason: 'Error', message: 'gone' };
    const container = async (name: string) => (await kubectl.json<PodView>('get', 'pod', name)).status;
    await eventually(
      () => container('again'),
      status =>
        expect(status.containerStatuses?.[0]).toMatchObject({
          restartCount: 1,
          ready: true,
          lastState: { terminated: ended },
        }),
    );
    await eventually(
      () => container('once'),
      status =>
        expect(status).toMatchObject({
          phase: 'Failed',
          containerStatuses: [{ restartCount: 0, state: { terminated: ended } }],
        }),
    );
  });

  const starts = () => kubectl.run('exec', 'db-1', '--', 'cat', '/data/starts');

  it('has pods of stateful sets that find their data again, and a daemon on its node', async () => {
    await kubectl.apply(sets);
    await kubectl.run('rollout', 'status', 'statefulset/db', '--timeout=90s');
    await kubectl.run('rollout', 'status', 'daemonset/agent', '--timeout=90s');
    expect(await starts()).toBe('db-1\n');
    await kubectl.run('delete', 'pod', 'db-1');
    await kubectl.run('rollout', 'status', 'statefulset/db', '--timeout=90s');
    expect(await starts()).toBe('db-1\ndb-1\n');
  });

  it('by SIGTERM leaves them running as well, and their data where it was', async () => {
    const facts = await podFacts();
    expect(await server.end('SIGTERM')).toBe(0);
    await server.launch();
    expect(await podFacts()).toEqual(facts);
    expect(await starts()).toBe('db-1\ndb-1\n');
    await kubectl.run('delete', 'statefulset/db', 'daemonset/agent', 'pod/db-0', 'pod/db-1', 'pvc/data-db-1');
    await eventually(
      () => readdir(join(server.dataDir, 'storage')),
      folders => expect(folders).toEqual([expect.stringMatching(/^pvc-.*_default_data-db-0$/)]),
    );
  });

  it('holds traces of every sort on its machine while it runs', async () => {
    const sorts = (await traces()).filter(name => !before.includes(name)).map(name => name.split(' ')[0]);
    // Rules of the packet filter too, where a program is there to list them.
    expect([...new Set(sorts)].filter(sort => sort !== 'rule')).toEqual([
      'cgroup',
      'link',
      'mount',
      'process',
      'route',
    ]);
  });

  afterAll(async () => {
    await server?.destroy();
    // Links go with their namespaces, which the kernel takes down in its own time.
    await eventually(traces, left => expect(left).toEqual(before));
    await rm(compiled, { recursive: true, force: true });
  });
});
