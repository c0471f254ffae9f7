import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from './eventually.ts';
import { Kubectl } from './kubectl.ts';
import { kubectlBinaries } from './kubectl-binaries.ts';
import { ServerProcess, serverOptions } from './server-process.ts';

const binaries = [...kubectlBinaries()].filter(([version]) => ['1.31', '1.33'].includes(version));
if (binaries.length === 0) console.warn('! no kubectl 1.31 or 1.33 beside the one on PATH: the main job is NOT tested');
if (process.getuid?.() !== 0) console.warn('! not root: the main job is NOT tested');

const manifest = (nodePort: number): string => `
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data: {greeting: hello}
---
apiVersion: v1
kind: Secret
metadata: {name: key}
stringData: {password: s3cret}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: echo}
spec:
  replicas: 3
  selector: {matchLabels: {app: echo}}
  template:
    metadata: {labels: {app: echo}}
    spec:
      terminationGracePeriodSeconds: 2
      containers:
      - name: echo
        image: tiphys.dev/echo:1.0
        ports: [{containerPort: 8080}]
        env:
        - {name: GREETING, valueFrom: {configMapKeyRef: {name: settings, key: greeting}}}
        - {name: PASSWORD, valueFrom: {secretKeyRef: {name: key, key: password}}}
        readinessProbe: {httpGet: {path: /, port: 8080}, periodSeconds: 1}
---
apiVersion: v1
kind: Service
metadata: {name: echo}
spec:
  type: NodePort
  selector: {app: echo}
  ports: [{port: 80, targetPort: 8080, nodePort: ${nodePort}}]
`;

describe.skipIf(process.getuid?.() !== 0).each(binaries)('the main job with kubectl %s', (version, binary) => {
  let server: ServerProcess;
  let kubectl: Kubectl;
  const options = serverOptions(version === '1.33' ? 0 : 1);
  const nodePort = Number(options.nodePorts.split('-')[0]) + 80;

  beforeAll(async () => {
    server = await ServerProcess.start(options);
    kubectl = new Kubectl(binary, server.kubeconfig);
  });
  afterAll(() => server?.destroy());

  it('has one Ready node', async () => {
    expect(await kubectl.run('get', 'nodes')).toMatch(
      /^NAME +STATUS +ROLES +AGE +VERSION\n\S+ +Ready +\S+ +\S+ +v1\.36\.0\+tiphys/,
    );
  });

  it('rolls out a Deployment with its configuration behind a NodePort Service', async () => {
    expect(await kubectl.apply(manifest(nodePort))).toBe(
      'configmap/settings created\nsecret/key created\ndeployment.apps/echo created\nservice/echo created\n',
    );
    expect(await kubectl.run('rollout', 'status', 'deployment/echo', '--timeout=60s')).toContain(
      'deployment "echo" successfully rolled out',
    );
    expect(await kubectl.run('get', 'deployment', 'echo')).toMatch(/\necho +3\/3 +3 +3 +/);
  });

  it('answers at the ClusterIP, the NodePort and the DNS name, from node and pod, over all replicas', async () => {
    const { spec } = await kubectl.json<{ spec: { clusterIP: string } }>('get', 'service', 'echo');
    const pods = (await kubectl.run('get', 'pods', '-l', 'app=echo', '-o', 'name')).trim().split('\n').sort();
    for (const url of [`http://${spec.clusterIP}`, `http://127.0.0.1:${nodePort}`]) {
      const answered = await hostnames(async () => (await fetch(url, { headers: { connection: 'close' } })).text());
      expect([...answered].map(name => `pod/${name}`).sort()).toEqual(pods);
    }
    await kubectl.run(
      'run',
      'client',
      '--image=docker.io/library/busybox:1.35',
      '--restart=Never',
      '--',
      'sleep',
      '600',
    );
    await kubectl.run('wait', '--for=condition=Ready', 'pod/client', '--timeout=30s');
    const fromPod = await hostnames(() =>
      kubectl.run('exec', 'client', '--', 'wget', '-qO-', 'http://echo.default.svc.cluster.local'),
    );
    expect(fromPod.size).toBeGreaterThan(1);
  });

  it('streams logs, runs commands with stdin and exit codes, and copies files both ways', async () => {
    await kubectl.run(
      'run',
      'chatty',
      '--image=docker.io/library/busybox:1.35',
      '--restart=Never',
      '--',
      'sh',
      '-c',
      'for i in 1 2 3; do echo line $i; sleep 0.2; done',
    );
    await eventually(
      () => kubectl.run('logs', '-f', 'chatty'),
      log => expect(log).toBe('line 1\nline 2\nline 3\n'),
    );
    const echoed = await kubectl.answer(['exec', '-i', 'client', '--', 'sh', '-c', 'cat; exit 3'], 'through stdin\n');
    expect(echoed).toMatchObject({ code: 3, stdout: 'through stdin\n' });
    expect(echoed.stderr).toContain('command terminated with exit code 3');
    await kubectl.run('cp', import.meta.filename, 'client:/tmp/copy');
    const size = (await kubectl.run('exec', 'client', '--', 'wc', '-c', '/tmp/copy')).trim().split(' ')[0];
    await kubectl.run('cp', 'client:/tmp/copy', `${server.dataDir}/back`);
    const { readFile, stat } = await import('node:fs/promises');
    expect((await stat(import.meta.filename)).size).toBe(Number(size));
    expect(await readFile(`${server.dataDir}/back`)).toEqual(await readFile(import.meta.filename));
  });

  it('scales, updates, tells the history and rolls back', async () => {
    await kubectl.run('scale', 'deployment/echo', '--replicas=2');
    await kubectl.run('set', 'env', 'deployment/echo', 'COLOR=blue');
    await kubectl.run('rollout', 'status', 'deployment/echo', '--timeout=60s');
    expect(await kubectl.run('rollout', 'history', 'deployment/echo')).toMatch(/1 +<none>\n2 +<none>/);
    expect(await kubectl.run('rollout', 'undo', 'deployment/echo')).toBe('deployment.apps/echo rolled back\n');
    await kubectl.run('rollout', 'status', 'deployment/echo', '--timeout=60s');
    expect(
      await kubectl.run('get', 'deployment', 'echo', '-o', 'jsonpath={.spec.template.spec.containers[0].env[*].name}'),
    ).toBe('GREETING PASSWORD');
  });

  it('creates the kinds that kubectl can create', async () => {
    const created: readonly (readonly [readonly string[], string])[] = [
      [['namespace', 'team'], 'namespace/team'],
      [['deployment', 'web', '--image=tiphys.dev/echo:1.0', '-n', 'team'], 'deployment.apps/web'],
      [['configmap', 'c', '--from-literal=a=b', '-n', 'team'], 'configmap/c'],
      [['secret', 'generic', 's', '--from-literal=a=b', '-n', 'team'], 'secret/s'],
      [['service', 'clusterip', 'web', '--tcp=80:8080', '-n', 'team'], 'service/web'],
      [['serviceaccount', 'robot', '-n', 'team'], 'serviceaccount/robot'],
      [['role', 'reader', '--verb=get,list', '--resource=pods', '-n', 'team'], 'role.rbac.authorization.k8s.io/reader'],
      [
        ['rolebinding', 'reads', '--role=reader', '--serviceaccount=team:robot', '-n', 'team'],
        'rolebinding.rbac.authorization.k8s.io/reads',
      ],
    ];
    for (const [args, name] of created) expect(await kubectl.run('create', ...args)).toBe(`${name} created\n`);
    expect(
      await kubectl.run('auth', 'can-i', 'list', 'pods', '-n', 'team', '--as=system:serviceaccount:team:robot'),
    ).toBe('yes\n');
    const denied = await kubectl.answer([
      'auth',
      'can-i',
      'delete',
      'pods',
      '-n',
      'team',
      '--as=system:serviceaccount:team:robot',
    ]);
    expect(denied).toMatchObject({ code: 1, stdout: 'no\n' });
    expect(await kubectl.run('create', 'token', 'robot', '-n', 'team')).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
    expect(await kubectl.run('auth', 'whoami', '-o', 'jsonpath={.status.userInfo.username}')).toBe('system:admin');
    expect(
      await kubectl.run('expose', 'deployment', 'web', '--port=80', '--target-port=8080', '--name=web2', '-n', 'team'),
    ).toBe('service/web2 exposed\n');
    await kubectl.run('wait', '--for=condition=Available', 'deployment/web', '-n', 'team', '--timeout=30s');
  });

  it('labels, annotates, explains and describes', async () => {
    const pod = await podName(kubectl);
    expect(await kubectl.run('label', 'pod', pod, 'tier=front')).toBe(`pod/${pod} labeled\n`);
    expect(await kubectl.run('annotate', 'pod', pod, 'note=x')).toBe(`pod/${pod} annotated\n`);
    expect(await kubectl.run('get', 'pods', '-l', 'tier=front', '-o', 'name')).toBe(`pod/${pod}\n`);
    expect(await kubectl.run('explain', 'deployment.spec.strategy')).toContain('FIELD: strategy <DeploymentStrategy>');
    const described = await kubectl.run('describe', 'pod', pod);
    for (const reason of ['Scheduled', 'Pulled', 'Created', 'Started'])
      expect(described).toMatch(new RegExp(`Normal +${reason}`));
  });

  it('deletes what it made, namespaces with all that is in them', async () => {
    expect(await kubectl.run('delete', 'namespace', 'team', '--timeout=60s')).toContain('namespace "team" deleted');
    await kubectl.run(
      'delete',
      'deployment/echo',
      'service/echo',
      'pod/client',
      'pod/chatty',
      '--grace-period=1',
      '--timeout=60s',
    );
    await eventually(
      () => kubectl.answer(['get', 'pods']),
      ({ stderr }) => expect(stderr).toBe('No resources found in default namespace.\n'),
    );
  });
});

async function podName(kubectl: Kubectl): Promise<string> {
  const names = await kubectl.run(
    'get',
    'pods',
    '-l',
    'app=echo',
    '--field-selector=status.phase=Running',
    '-o',
    'name',
  );
  return (names.split('\n')[0] ?? '').replace('pod/', '');
}

/** Who answered over 40 requests; the echo image tells its hostname on the first line. */
async function hostnames(ask: () => Promise<string>): Promise<ReadonlySet<string>> {
  const names = new Set<string>();
  for (let i = 0; i < 40; i++) names.add((await ask()).match(/echo-[a-z0-9]+-[a-z0-9]+/)?.[0] ?? 'nobody');
  return names;
}
